"""The review page when things happen at once: nothing typed is lost, no answer goes astray."""

import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.server import manage
from tests.browser.tiny_site import (
    TinySite,
    answer_by_keys,
    go_to,
    open_study,
    own_answer,
    shown,
    wait_until_shown,
)

pytestmark = pytest.mark.browser
ON = "#questions :is([aria-pressed=true], :checked)"


@pytest.fixture(scope="module")
def closing(site: TinySite) -> str:
    """Make a study that a test may close; give its name."""
    cohort = site.data.parent / "cohort"
    tables = [str(cohort / "rois.tsv"), "--scans", str(cohort / "scans.tsv")]
    people = ["--raters", "rater1,rater2", "--researcher", "researcher", "--repeat-share", "0"]
    manage(site.data, "create_study", "closing", *tables, *people)
    return "closing"


def test_an_answer_goes_again_with_its_key_after_a_reload(
    page: Page, site: TinySite, closing: str
) -> None:
    open_study(page, site, "rater2", closing)
    keys: list[str] = []

    def lose(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        route.abort()

    page.route("**/answers/", lose)
    answer_by_keys(page)
    page.keyboard.press("Enter")
    expect(page.locator("#saving")).to_contain_text("waiting for network")
    page.unroute("**/answers/")
    with page.expect_request("**/answers/") as sent:
        page.reload()
    expect(page.locator("#saving")).to_have_text("✓ all answers saved")
    assert sent.value.headers["idempotency-key"] == keys[0]


def test_two_quick_enters_save_once_and_go_on_once(
    page: Page, site: TinySite, closing: str
) -> None:
    open_study(page, site, "rater2", closing)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    place = int(page.locator("#place").inner_text().split()[0])
    answer_by_keys(page)
    page.evaluate(
        "for (const n of [1, 2]) document.body.dispatchEvent(new KeyboardEvent('keydown',"
        "{code: 'Enter', key: 'Enter', bubbles: true, cancelable: true}))"
    )
    go_to(page, place + 1)
    page.wait_for_timeout(300)
    go_to(page, place + 1)
    assert len([url for url in sent if url.endswith("/answers/")]) == 1


def test_an_roi_that_comes_late_takes_no_answer_of_another(
    page: Page, site: TinySite, closing: str
) -> None:
    open_study(page, site, "rater1", closing)
    ids = page.evaluate(
        "fetch(`/api/v1/studies/${location.pathname.split('/')[2]}/queue/`)"
        ".then(r => r.json()).then(q => q.items.map(i => i.id))"
    )
    waiting: list[Route] = []
    page.route(f"**/assignments/{ids[9]}/", lambda route: waiting.append(route))
    page.evaluate(f"location.hash = '{ids[9]}'")
    expect(page.locator("#veil")).to_have_text("Loading …")
    page.keyboard.press("Digit5")  # for which ROI? for none
    page.evaluate(f"location.hash = '{ids[2]}'")
    go_to(page, 3)
    waiting[0].continue_()
    page.wait_for_timeout(500)
    answer_by_keys(page)
    assert shown(page)["position"] == 3
    page.keyboard.press("Enter")
    go_to(page, 4)
    page.keyboard.press("Backspace")
    go_to(page, 3)
    expect(page.locator("#saving")).to_have_text("✓ all answers saved")
    answer = shown(page)["answer"]
    assert isinstance(answer, dict)
    assert answer["classes"] == own_answer()["classes"]


def test_what_was_typed_before_an_answer_elsewhere_is_offered(
    page: Page, browser: Browser, site: TinySite, closing: str
) -> None:
    open_study(page, site, "rater1", closing)
    page.context.set_offline(True)
    page.keyboard.press("Digit6")
    elsewhere = browser.new_context()
    other = elsewhere.new_page()
    open_study(other, site, "rater1", closing)
    answer_by_keys(other)
    with other.expect_response("**/answers/"):
        other.keyboard.press("Enter")
    elsewhere.close()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.context.set_offline(False)
    page.reload()
    wait_until_shown(page)
    expect(page.locator("#notice")).to_contain_text("after you typed here: Vascular lesion.")
    page.wait_for_timeout(2000)
    assert len([url for url in sent if url.endswith("/draft/")]) <= 4  # none again and again
    expect(page.locator(ON)).to_have_count(5)
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator(ON)).to_have_text(re.compile("Vascular lesion"))
    expect(page.locator("#notice")).to_be_hidden()


def test_an_own_answer_opens_from_the_list(page: Page, site: TinySite, closing: str) -> None:
    open_study(page, site, "rater1", closing)
    page.goto(page.url.split("review/")[0] + "answers/")
    page.get_by_role("link", name="Open ROI 3").click()
    wait_until_shown(page)
    go_to(page, 3)
    expect(page.locator(ON)).to_have_count(5)


def test_a_study_that_closes_meanwhile_says_so_and_keeps_what_was_typed(
    page: Page, site: TinySite, closing: str
) -> None:
    open_study(page, site, "rater2", closing)
    answer_by_keys(page)
    manage(site.data, "unblind", closing, "--reason", "closed while someone types")
    page.keyboard.press("Enter")
    expect(page.locator("#saving")).to_have_text("1 answer needs you")
    page.reload()
    wait_until_shown(page)
    page.locator("#outbox a").click()
    expect(page.locator("#versions")).to_contain_text("The study is closed")
    expect(page.locator(ON)).to_have_count(5)
