"""A study from a cohort to its opening in the browser; a real process makes the draft."""

import fcntl
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.server import manage
from tests.browser.tiny_site import TinySite, sign_in, tiny_site

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TinySite]:
    with tiny_site(tmp_path_factory.mktemp("new")) as served:
        scans = served.data.parent / "cohort" / "scans.tsv"
        words = ["--scans", str(scans), "--with", "researcher"]
        manage(served.data, "share_cohort", "add", "Site D", *words)
        yield served


def test_a_study_is_ordered_made_changed_and_opened(page: Page, site: TinySite) -> None:
    sign_in(page, site, "researcher")
    page.get_by_role("link", name="New study").click()
    page.get_by_label("Name", exact=True).fill("by the browser")
    page.get_by_label("Take a rois.tsv").check()
    expect(page.get_by_label("FNLs and TPLs to draw, each")).to_be_hidden()
    table = site.data.parent / "cohort" / "rois.tsv"
    page.get_by_label("rois.tsv", exact=True).set_input_files(table)
    page.get_by_role("button", name="Make the draft").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("“by the browser” is a draft")
    page.get_by_role("link", name="To the study").click()
    page.get_by_text("Change the draft").click()
    page.get_by_label("Share of hidden repeats").fill("0")
    page.get_by_role("button", name="Change it").click()
    expect(page.locator(".messages")).to_have_text(re.compile("The draft is changed."))
    page.get_by_role("button", name="Make a link").click()
    expect(page.locator("#invitations code")).to_have_text(re.compile("/join/"))
    for label, button in (("Nothing is to be changed", "Freeze"), ("Let the raters in", "Open")):
        page.get_by_label(re.compile(label)).check()
        page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator(".page-head .badge")).to_have_text("open")


def test_a_sample_that_can_not_be_drawn_says_why_and_leaves_nothing(
    page: Page, site: TinySite
) -> None:
    sign_in(page, site, "researcher")
    page.goto(f"{site.address}/studies/new/")
    page.get_by_label("Name", exact=True).fill("of another acquisition")
    page.get_by_label("Acquisition").fill("FLAIR")
    page.get_by_role("button", name="Make the draft").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "“of another acquisition” was not made"
    )
    expect(page.locator(".message-error")).to_have_text(re.compile("FLAIR"))
    page.goto(site.address)
    expect(page.get_by_role("heading", name="of another acquisition")).to_have_count(0)


def test_an_order_that_waits_is_stopped_on_its_page(page: Page, site: TinySite) -> None:
    cohort = site.data.parent / "cohort"
    sign_in(page, site, "researcher")
    page.goto(f"{site.address}/studies/new/")
    page.get_by_label("Name", exact=True).fill("stopped")
    page.get_by_label("Take a rois.tsv").check()
    page.get_by_label("rois.tsv", exact=True).set_input_files(cohort / "rois.tsv")
    with (site.data / "volumes" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # as another command that adds volumes
        page.get_by_role("button", name="Make the draft").click()
        expect(page.locator("#build-state")).to_have_text(re.compile("Waiting"))
        page.get_by_role("button", name="Stop").click()
        expect(page.locator(".message-error")).to_have_text(re.compile("It was stopped"))
    page.goto(site.address)
    expect(page.get_by_role("heading", name="stopped")).to_have_count(0)
    page.goto(f"{site.address}/studies/new/")
    expect(page.get_by_role("row", name=re.compile("^stopped"))).to_contain_text("stopped")
