"""What helps through a long session: guidelines and own answers beside the form, theme, breaks."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.tiny_site import TinySite, answer_by_keys, go_to, open_study

pytestmark = pytest.mark.browser
#: Tells the page of a break that is due after 0.6 s of work, as a change in the settings does.
SHORT_BREAK = (
    "document.dispatchEvent(new CustomEvent('preferences', {detail: {break_after_min: 0.01}}))"
)


def test_guidelines_stay_open_without_network_and_never_catch_enter(
    page: Page, site: TinySite
) -> None:
    open_study(page, site, "rater3")
    pictures = page.locator("#beside-guidelines img")
    page.keyboard.press("Shift+KeyG")
    expect(pictures).to_have_count(8)
    page.keyboard.press("Shift+KeyG")
    expect(page.locator("#beside-guidelines")).to_be_hidden()
    page.context.set_offline(True)
    page.keyboard.press("Shift+KeyG")
    loaded = "all => all.every(one => one.complete && one.naturalWidth === 564)"
    assert pictures.evaluate_all(loaded)
    for text in pictures.evaluate_all("all => all.map(one => one.alt)"):
        assert text.startswith("Synthetic")
    page.context.set_offline(False)
    answer_by_keys(page)
    page.keyboard.press("Shift+KeyG")
    page.keyboard.press("Enter")
    go_to(page, 2)
    page.click("#open-answers")
    rows = page.locator("#beside-answers .own-row")
    expect(rows).to_have_count(2)
    expect(rows.last).to_contain_text("Leukocortical MS lesion +1")
    rows.last.click()
    go_to(page, 1)
    expect(page.locator(".choice[aria-pressed=true]")).to_have_count(3)


def test_escape_closes_a_panel_when_nothing_else_is_to_be_left(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater3")
    panel = page.locator("#beside-guidelines")
    page.keyboard.press("Shift+KeyG")
    expect(panel).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    page.keyboard.press("Shift+KeyG")
    page.locator("#stage").focus()
    page.keyboard.press("KeyM")
    page.keyboard.press("Escape")  # the tool first
    expect(page.locator("[data-command=measure]")).to_have_attribute("aria-pressed", "false")
    expect(panel).to_be_visible()
    page.keyboard.press("KeyT")
    page.keyboard.press("Escape")  # and the text
    expect(page.locator("#comment")).not_to_be_focused()
    expect(panel).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()


def test_a_theme_is_stored_and_comes_with_the_page(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater3")
    theme = page.locator("html")
    expect(theme).to_have_attribute("data-theme", "dark")
    page.click("#open-settings")
    page.check("#settings input[value=light]")
    expect(page.locator("#settings-state")).to_have_text("✓ saved")
    expect(theme).to_have_attribute("data-theme", "light")
    page.keyboard.press("Escape")
    html = page.evaluate("fetch('/').then(response => response.text())")
    assert 'data-theme="light"' in html
    assert '<meta name="color-scheme" content="light">' in html
    colour = "getComputedStyle(document.body.querySelector('.panel')).backgroundColor"
    assert page.evaluate(colour) == "rgb(255, 255, 255)"
    page.click("#open-settings")
    page.check("#settings input[value=dark]")
    expect(page.locator("#settings-state")).to_have_text("✓ saved")


def test_a_break_is_proposed_beside_the_buttons_and_never_while_typing(
    page: Page, site: TinySite
) -> None:
    open_study(page, site, "rater3")
    page.keyboard.press("KeyT")
    page.keyboard.type("a long comment")
    page.wait_for_timeout(1500)
    page.evaluate(SHORT_BREAK)
    expect(page.locator("#break")).to_be_hidden()
    expect(page.locator("#comment")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("KeyS")
    page.evaluate(SHORT_BREAK)
    expect(page.locator("#break")).to_contain_text("without a break")
    expect(page.locator("#stage")).to_be_focused()
    page.get_by_role("button", name="Take a break").click()
    expect(page.locator("#pause")).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("#stage")).to_be_focused()
    expect(page.locator("#break")).to_be_hidden()
