"""Keys on the review page: other countries' keyboards, held keys, and silence while typing."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.keys import (
    ALT,
    AZERTY,
    CTRL,
    QWERTZ,
    SHIFT,
    hold,
    leave_no_traces,
    press,
    release,
    type_on,
)
from tests.browser.tiny_site import TinySite, open_study, shown

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def alone(page: Page) -> Iterator[None]:
    for _ in leave_no_traces(page):
        yield


CHOSEN = "#questions :is([aria-pressed=true], :checked)"


def chosen(page: Page) -> list[str]:
    """Give the names of all choices that are on, as a screen reader says them."""
    return page.locator(CHOSEN).evaluate_all(
        "all => all.map(one => one.getAttribute('aria-label') || "
        "[...one.querySelector('.choice-name').childNodes].slice(0, 2).map(part => "
        "part.textContent).join(''))"
    )


def outline(page: Page) -> str | None:
    """Say whether the outline is on."""
    return page.locator("[data-command=contour]").get_attribute("aria-pressed")


def test_a_whole_answer_on_a_french_keyboard(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater1")
    for code in ("Digit2", "Digit6"):  # they write é and -
        type_on(page, AZERTY, code)
    type_on(page, AZERTY, "Digit7", SHIFT)
    press(page, "Digit4", "'", ALT)
    type_on(page, AZERTY, "KeyQ")  # it writes a: the first reason, not "outline fainter"
    press(page, "KeyN", "n")
    assert chosen(page) == [
        "Leukocortical MS lesion, rank 2 of 3",
        "Vascular lesion, rank 3 of 3",
        "Vessel, rank 1 of 3",
        "4: Very",
        "None",
        "No",
    ]
    type_on(page, AZERTY, "KeyM", SHIFT)
    expect(page.locator("#keys")).to_be_visible()


def test_a_german_keyboard_shows_its_own_letters_once_it_is_known(
    page: Page, site: TinySite
) -> None:
    page.add_init_script(
        "Object.defineProperty(navigator, 'keyboard', {value: {getLayoutMap: async () => "
        "new Map([['KeyY', 'z'], ['KeyZ', 'y'], ['Minus', 'ß'], ['Equal', '´'], "
        "['BracketRight', '+'], ['Slash', '-']])}})"
    )
    open_study(page, site, "rater2")
    yes = page.locator("label.press", has_text="Yes")
    expect(yes.locator("kbd")).to_have_text("Z")
    type_on(page, QWERTZ, "KeyY")
    assert chosen(page) == ["Yes"]
    type_on(page, QWERTZ, "Minus", SHIFT)
    expect(page.locator("#keys")).to_be_visible()
    undo = page.locator("#keys dd", has_text="undo").locator("xpath=preceding-sibling::dt[1]")
    expect(undo.locator("kbd").first).to_have_text("Ctrl + Z")


def test_a_layout_that_no_browser_tells_is_learned_from_the_first_press(
    page: Page, site: TinySite
) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'keyboard', {value: undefined})")
    open_study(page, site, "rater2")
    yes = page.locator("label.press", has_text="Yes")
    expect(yes.locator("kbd")).to_have_text("Y")
    type_on(page, QWERTZ, "KeyY")
    expect(yes.locator("kbd")).to_have_text("Z")


def test_characters_with_altgr_ask_for_nothing(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater3")
    press(page, "KeyQ", "@", ALT | CTRL)
    press(page, "Digit7", "{", ALT | CTRL)
    assert chosen(page) == []


def test_the_number_pad_chooses_with_numlock_and_steps_without(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater3")
    press(page, "Numpad7", "7")
    assert chosen(page) == ["Vessel, rank 1 of 1"]
    before = page.locator(".readout").first.inner_text()
    press(page, "Numpad9", "PageUp")
    expect(page.locator(".readout").first).not_to_have_text(before)
    assert chosen(page) == ["Vessel, rank 1 of 1"]


def test_a_held_key_is_a_look_without_the_outline_and_a_short_press_stays(
    page: Page, site: TinySite
) -> None:
    open_study(page, site, "rater3")
    hold(page, "KeyS", "s")
    assert outline(page) == "false"
    page.wait_for_timeout(400)  # longer than a press
    for _ in range(3):
        hold(page, "KeyS", "s", repeat=True)
    assert outline(page) == "false"
    release(page, "KeyS", "s")
    assert outline(page) == "true"
    press(page, "KeyS", "s")
    assert outline(page) == "false"


def test_a_held_key_goes_on_where_that_helps_and_nowhere_else(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater3")
    readout = page.locator(".readout").first
    for _ in range(3):
        before = readout.inner_text()
        hold(page, "PageUp", "PageUp", repeat=True)
        expect(readout).not_to_have_text(before)
    for _ in range(4):
        hold(page, "Digit1", "1", repeat=True)
    assert chosen(page) == []


def test_nothing_happens_to_the_answer_while_someone_types(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater4")
    page.keyboard.press("KeyT")
    text = "Nay 1 2 xS? +-"
    page.keyboard.type(text)
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#comment")).to_have_value(f"{text[:-1]}\n")
    assert chosen(page) == []
    assert outline(page) == "true"
    page.keyboard.press("Escape")
    page.keyboard.press("Digit1")
    assert chosen(page) == ["Intracortical MS lesion, rank 1 of 1"]


def test_an_input_method_keeps_its_own_keys(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater4")
    page.keyboard.press("KeyT")
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": "に", "selectionStart": 1, "selectionEnd": 1})
    press(page, "Escape", "Process")
    page.evaluate(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', "
        "{code: 'Escape', key: 'Escape', isComposing: true, bubbles: true}))"
    )
    assert page.evaluate("document.activeElement.id") == "comment"
    session.send("Input.insertText", {"text": "日本"})
    expect(page.locator("#comment")).to_have_value("日本")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#summary")).to_have_text("Questions 1, 2, 3 and 4 are still open.")


def test_shortcuts_of_the_browser_stay_its_own(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater4")
    page.evaluate(
        "addEventListener('keydown', e => { window.taken = e.defaultPrevented })"
        " ; window.taken = null"
    )
    for code, key, modifiers in (("KeyC", "c", CTRL), ("Digit1", "1", CTRL), ("KeyP", "p", CTRL)):
        press(page, code, key, modifiers)
        assert page.evaluate("window.taken") is False
    assert chosen(page) == []


def test_the_answer_survives_the_whole_card_of_keys(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater4")
    page.keyboard.press("Shift+Slash")
    for key in ("Digit1", "KeyY", "KeyS", "Enter"):
        press(page, key, key[-1].lower() if key != "Enter" else "Enter")
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    assert chosen(page) == []
    assert shown(page)["answer"] is None
