"""The review page where answers go nowhere (preview) or are kept apart (practice)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect

from lesions.formats import PRACTICE_KEY, ROIS
from lesions.tsv import read_table, write_table
from tests.browser.server import manage
from tests.browser.tiny_site import (
    TinySite,
    answer_by_keys,
    go_to,
    sign_in,
    tiny_site,
    wait_until_shown,
)

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TinySite]:
    folder: Path = tmp_path_factory.mktemp("preview")
    with tiny_site(folder) as site:
        yield site


def test_a_preview_works_like_the_page_and_saves_nothing(page: Page, site: TinySite) -> None:
    sign_in(page, site, "researcher")
    href = page.locator("a[href$='/progress/']").first.get_attribute("href") or ""
    page.goto(site.address + href.replace("/progress/", "/"))
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request))
    page.click("text=Preview the ROIs as raters see them")
    wait_until_shown(page)
    expect(page.locator("#saving")).to_have_text("Preview: nothing is saved")
    go_to(page, 1)
    answer_by_keys(page)
    page.keyboard.press("Enter")
    go_to(page, 2)
    page.keyboard.press("Digit3")
    page.click("#back")
    go_to(page, 1)
    # What was given is there as long as the page is.
    expect(page.locator("#progress")).to_have_attribute("value", "1")
    assert {request.method for request in sent} == {"GET"}
    kept = "indexedDB.databases().then(all => all.map(one => one.name))"
    assert page.evaluate(kept) == []
    page.reload()
    wait_until_shown(page)
    expect(page.locator("#progress")).to_have_attribute("value", "0")


def test_a_chosen_roi_is_previewed(page: Page, site: TinySite) -> None:
    sign_in(page, site, "researcher")
    href = page.locator("a[href$='/progress/']").first.get_attribute("href") or ""
    page.goto(site.address + href.replace("/progress/", "/"))
    page.click("text=Choose an ROI")
    page.get_by_role("link", name="Preview ROI 7", exact=True).click()
    wait_until_shown(page)
    go_to(page, 7)
    page.click("#back")
    go_to(page, 6)


def add_practised_study(site: TinySite) -> None:
    """Make a study with the first two ROIs of the cohort to practise on."""
    cohort = site.data.parent / "cohort"
    rois = read_table(cohort / "rois.tsv", ROIS)
    practice, rest = rois.iloc[:2], rois.iloc[2:].reset_index(drop=True)
    key = practice[["lesion_id"]].copy()
    key["classes"], key["feedback"] = [("Vessel",)] * 2, "Dark, round and in a sulcus."
    write_table(practice, cohort / "practice.tsv", ROIS, synthetic=True)
    write_table(rest, cohort / "rest.tsv", ROIS, synthetic=True)
    write_table(key, cohort / "key.tsv", PRACTICE_KEY, {}, synthetic=True)
    tables = [str(cohort / "rest.tsv"), "--scans", str(cohort / "scans.tsv")]
    tables += [
        "--practice",
        str(cohort / "practice.tsv"),
        "--practice-key",
        str(cohort / "key.tsv"),
    ]
    manage(site.data, "create_study", "a practised", *tables, *PEOPLE, "--block-size", "1")


PEOPLE = ("--raters", "rater1", "--researcher", "researcher")


def test_practice_leads_to_its_key_and_then_to_the_first_roi(page: Page, site: TinySite) -> None:
    add_practised_study(site)
    sign_in(page, site, "rater1")
    page.locator(".study-card", has_text="a practised").get_by_text("Start the review").click()
    for place in (1, 2):
        wait_until_shown(page)
        expect(page.locator(".review-bar .badge").last).to_have_text(f"practice {place} of 2")
        answer_by_keys(page)
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text(f"Practice {place} of 2", timeout=30_000)
        expect(page.locator("main")).to_contain_text("Dark, round and in a sulcus.")
        page.locator("main .button-primary").click()
    wait_until_shown(page)
    expect(page.locator("#place")).to_have_text("1 of 11")
    expect(page.locator("#progress")).to_have_attribute("value", "0")
    assert site.answers("a practised") == []
    answer_by_keys(page)
    page.keyboard.press("Enter")
    expect(page.locator("#block-end-text")).to_have_text(
        "Block 1 of 11 is done: 1 of 11 ROIs have your answer."
    )
    page.click("#block-end button")
    expect(page.locator("#block-end")).to_be_hidden()
    expect(page.locator("#place")).to_have_text("2 of 11")
