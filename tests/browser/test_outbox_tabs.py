"""Two tabs or two machines on one ROI: the later one is told, and shown both versions."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.tiny_site import TinySite, answer_by_keys, go_to, open_study, shown, sign_in

pytestmark = pytest.mark.browser
STUDY = "tabs"
SAVED = "✓ all answers saved"


@pytest.fixture(scope="module", autouse=True)
def study(site: TinySite) -> None:
    """Make a study for these tests alone."""
    site.add_study(STUDY)


def comment(page: Page, text: str) -> None:
    """Type a comment and leave it."""
    page.keyboard.press("KeyT")
    page.keyboard.type(text)
    page.keyboard.press("Escape")


def test_an_answer_given_elsewhere_stands_beside_mine_until_i_choose(
    page: Page, browser: Browser, site: TinySite
) -> None:
    open_study(page, site, "rater1", STUDY)
    page.context.set_offline(True)
    answer_by_keys(page)
    page.keyboard.press("Enter")
    go_to(page, 2)
    elsewhere = browser.new_context()
    other = elsewhere.new_page()
    open_study(other, site, "rater1", STUDY)
    for key in ("Digit9", "Alt+Digit1", "KeyW", "KeyY", "Enter"):
        other.keyboard.press(key)
    go_to(other, 2)
    expect(other.locator("#saving")).to_have_text(SAVED)
    elsewhere.close()
    page.context.set_offline(False)
    expect(page.locator("#saving")).to_have_text("1 answer needs you")
    page.get_by_role("link", name="ROI 1", exact=True).click()
    go_to(page, 1)
    versions = page.locator("#versions")
    expect(versions).to_contain_text("answered elsewhere too")
    expect(versions).to_contain_text("Leukocortical MS lesion > Vessel")
    expect(versions).to_contain_text("Unknown")
    page.keyboard.press("Enter")  # nothing is saved before the choice
    go_to(page, 1)
    versions.get_by_role("button", name="Keep mine").click()
    go_to(page, 2)
    expect(page.locator("#saving")).to_have_text(SAVED)
    page.keyboard.press("Backspace")
    go_to(page, 1)
    answer = shown(page)["answer"]
    assert isinstance(answer, dict)
    assert (answer["revision"], answer["confidence"]) == (2, 4)


def test_drafts_of_two_machines_stand_side_by_side_and_one_is_taken(
    page: Page, browser: Browser, site: TinySite
) -> None:
    open_study(page, site, "rater2", STUDY)
    elsewhere = browser.new_context()
    other = elsewhere.new_page()
    open_study(other, site, "rater2", STUDY)
    with other.expect_response("**/draft/"):
        comment(other, "from the ward")
    elsewhere.close()
    comment(page, "from the office")
    versions = page.locator("#versions")
    expect(versions).to_contain_text("typed at elsewhere too")
    expect(versions).to_contain_text("from the ward")
    expect(versions).to_contain_text("from the office")
    versions.get_by_role("button", name="Take the other").click()
    expect(page.locator("#comment")).to_have_value("from the ward")
    expect(versions).to_be_hidden()


def test_two_tabs_of_one_browser_know_of_each_other(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater3", STUDY)
    second = page.context.new_page()
    second.goto(page.url)
    go_to(second, 1)
    comment(page, "first tab")
    expect(second.locator("#comment")).to_have_value("first tab")  # untouched: it follows
    comment(second, " and second")
    expect(page.locator("#versions")).to_contain_text("and second")
    page.get_by_role("button", name="Take the other").click()
    expect(page.locator("#comment")).to_have_value("first tab and second")
    page.context.set_offline(True)
    answer_by_keys(page)
    page.keyboard.press("Enter")
    go_to(page, 2)
    go_to(second, 1)
    expect(second.locator("#saving")).to_contain_text("1 answer kept here")
    sent: list[str] = []
    page.context.on(
        "request",
        lambda one: sent.append(one.url) if one.url.endswith("/answers/") else None,
    )
    page.context.set_offline(False)
    for one in (page, second):
        expect(one.locator("#saving")).to_have_text(SAVED)
    assert len(sent) == 1


def test_another_account_in_the_same_browser_gets_nothing_of_the_first(
    page: Page, site: TinySite
) -> None:
    open_study(page, site, "rater4", STUDY)
    page.context.set_offline(True)
    answer_by_keys(page)
    page.keyboard.press("Enter")
    go_to(page, 2)
    page.context.clear_cookies()
    page.context.set_offline(False)
    second = page.context.new_page()
    sign_in(second, site, "rater5")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#saving")).to_have_text("signed out: 1 answer kept here")
    page.get_by_role("button", name="Sign in again").click()
    page.keyboard.type("any password")
    page.keyboard.press("Enter")
    expect(page.locator("#sign-in")).to_contain_text("Another account is signed in")
    assert all(row["rater"] != "rater5" for row in site.answers(STUDY))
