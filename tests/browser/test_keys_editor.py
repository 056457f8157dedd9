"""The card of keys: both profiles, a change and its conflict, and keys that follow the account."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from reviewapp.key_profiles import KEY_PROFILES
from tests.browser.tiny_site import TinySite, open_study, wait_until_shown
from tests.key_card import card

pytestmark = pytest.mark.browser

SAVED = re.compile("^Saved")


def open_card(page: Page, site: TinySite, rater: str = "rater5") -> None:
    """Open the card with nobody's changes in it."""
    open_study(page, site, rater)
    forget_changes(page)
    page.reload()
    wait_until_shown(page)
    page.keyboard.press("Shift+Slash")
    expect(page.locator("#keys")).to_be_visible()


def forget_changes(page: Page) -> None:
    """Put the account's keys back to what everybody begins with."""
    page.evaluate(
        """async () => {
          localStorage.clear();
          const token = /csrftoken=([^;]+)/.exec(document.cookie)[1];
          const keys = {profile: "itk-snap", changes: {}};
          const headers = {"Content-Type": "application/json", "X-CSRFToken": token};
          const body = JSON.stringify({keys});
          const reply = await fetch("/api/v1/preferences/", {method: "PUT", headers, body});
          if (!reply.ok) throw new Error(await reply.text());
        }"""
    )


def stored(page: Page) -> object:
    """Give the keys that the server has."""
    return page.evaluate("fetch('/api/v1/preferences/').then(r => r.json()).then(p => p.keys)")


def line(page: Page, text: str) -> Locator:
    """Give the keys of a line of the card."""
    here = page.locator("#keys-card dd").filter(
        has_text=re.compile(f"^{re.escape(text)}($|;|ITK-SNAP:|OHIF:)")
    )
    return here.locator("xpath=preceding-sibling::dt[1]")


def cap_of(page: Page, button: str) -> Locator:
    """Give the key that a button of the page shows."""
    return page.locator(f"[data-command={button}] kbd")


def test_the_card_and_the_guidelines_say_the_same(page: Page, site: TinySite) -> None:
    open_card(page, site)
    sections = page.locator("#keys-card > section")
    for place, group in enumerate(KEY_PROFILES["groups"]):
        rows = sections.nth(place).locator("dd")
        own, other = [], []
        for row in rows.all():
            name = row.evaluate("dd => dd.firstChild.textContent")
            theirs = row.locator(".other-keys")
            own.append(name)
            other.append(theirs.inner_text() if theirs.count() else None)
        expected = card(group)
        assert own == [text for text, _, _ in expected]
        assert other == [None if a == b else f"OHIF: {b}" for _, a, b in expected]
    ways = [(one["how"], one["text"]) for one in KEY_PROFILES["pointer"]]
    last = sections.last
    assert (
        list(
            zip(
                last.locator("dt").all_inner_texts(),
                last.locator("dd").all_inner_texts(),
                strict=True,
            )
        )
        == ways
    )


def test_a_key_that_is_taken_is_refused_by_name_and_can_be_swapped(
    page: Page, site: TinySite, browser: Browser
) -> None:
    open_card(page, site)
    line(page, "measure a distance").get_by_role("button").first.click()
    expect(page.locator("#keys-bar")).to_contain_text("Press the key for “measure a distance”")
    page.keyboard.press("KeyS")
    expect(page.locator("#keys-bar")).to_contain_text("S is the key of “outline on or off”.")
    assert line(page, "measure a distance").locator("kbd").first.inner_text() == "M"
    page.get_by_role("button", name="Take it from “outline on or off”, which gets M").click()
    expect(line(page, "measure a distance").locator("kbd").first).to_have_text("S")
    expect(line(page, "outline on or off").locator("kbd").first).to_have_text("M")
    expect(page.locator("#keys-state")).to_have_text(SAVED)
    page.keyboard.press("Escape")
    expect(cap_of(page, "contour")).to_have_text("M")
    expect(page.locator("[data-command=contour]")).to_have_attribute(
        "title", "Hold M for a look without it"
    )
    page.keyboard.press("KeyM")
    expect(page.locator("[data-command=contour]")).to_have_attribute("aria-pressed", "false")
    elsewhere = browser.new_context()
    other = elsewhere.new_page()
    open_study(other, site, "rater5")
    expect(cap_of(other, "contour")).to_have_text("M")
    elsewhere.close()


def test_a_key_of_the_browser_is_refused_and_escape_leaves_the_change(
    page: Page, site: TinySite
) -> None:
    open_card(page, site)
    line(page, "centre on the ROI").get_by_role("button").first.click()
    page.keyboard.press("Control+KeyC")
    expect(page.locator("#keys-bar")).to_contain_text("copies or pastes text")
    page.keyboard.press("Enter")
    expect(page.locator("#keys-bar")).to_contain_text("Enter always means “save and go on”")
    page.keyboard.press("Escape")
    expect(page.locator("#keys-bar")).to_have_text("Click a key to change it.")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    assert stored(page) == {"profile": "itk-snap", "changes": {}}


def test_keys_are_added_taken_away_and_put_back_with_the_keyboard_alone(
    page: Page, site: TinySite
) -> None:
    open_card(page, site)
    line(page, "enlarge the next plane").get_by_role("button", name="add a key").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("F9")
    expect(line(page, "enlarge the next plane").locator("kbd")).to_have_text(["L", "F9"])
    page.get_by_role("button", name="L, key of enlarge").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="No key").press("Enter")
    expect(line(page, "enlarge the next plane").locator("kbd")).to_have_text(["F9"])
    expect(cap_of(page, "layout")).to_have_text("F9")
    line(page, "enlarge the next plane").get_by_role("button").first.click()
    page.get_by_role("button", name="As in ITK-SNAP").click()
    expect(line(page, "enlarge the next plane").locator("kbd")).to_have_text(["L"])


def test_ohif_can_be_chosen_and_every_key_on_the_page_follows(page: Page, site: TinySite) -> None:
    open_card(page, site)
    page.get_by_label("OHIF").check()
    expect(page.locator("#keys-state")).to_have_text(SAVED)
    page.keyboard.press("Escape")
    page.reload()
    wait_until_shown(page)
    expect(cap_of(page, "fit")).to_have_text("=")
    expect(cap_of(page, "centre")).to_have_text("Space")
    reasons = page.locator(".question-reasons .choice kbd")
    assert reasons.all_inner_texts() == list("QWRUIOP")
    page.keyboard.press("KeyR")
    expect(page.get_by_role("button", name="Unclear cortical")).to_have_attribute(
        "aria-pressed", "true"
    )
    page.keyboard.press("Shift+Slash")
    page.get_by_label("ITK-SNAP").check()
    expect(page.locator("#keys-state")).to_have_text(SAVED)
    expect(cap_of(page, "fit")).to_have_text("Ctrl F")


def test_keys_changed_without_network_are_kept_said_so_and_sent_later(
    page: Page, site: TinySite
) -> None:
    open_card(page, site)
    page.route("**/api/v1/preferences/", lambda route: route.abort())
    line(page, "centre on the ROI").get_by_role("button").first.click()
    page.keyboard.press("F8")
    expect(page.locator("#keys-state")).to_contain_text("Kept in this browser")
    page.reload()
    wait_until_shown(page)
    expect(cap_of(page, "centre")).to_have_text("F8")
    page.unroute("**/api/v1/preferences/")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#keys-state")).to_have_text(SAVED)
    assert stored(page) == {"profile": "itk-snap", "changes": {"centre": ["F8"]}}
    page.keyboard.press("Shift+Slash")
    page.get_by_role("button", name="Undo all my changes").click()
    expect(cap_of(page, "centre")).to_have_text("C")
    forget_changes(page)
