"""The review page is whole on the screen, with every choice made and every error shown."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.tiny_site import TinySite, open_study

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", [(1280, 800), (1920, 1080)])
def test_nothing_needs_scrolling(page: Page, site: TinySite, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    open_study(page, site, "rater4")
    for key, words in (("Digit2", ""), ("Digit8", "sulcus"), ("KeyW", ""), ("KeyO", "motion")):
        page.keyboard.press(key)
        page.keyboard.type(words)
        page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(page.locator("#summary")).to_have_text("Questions 2 and 4 are still open.")
    for selector in ("html", "#questions"):
        hidden = (
            f"(one => one.scrollHeight - one.clientHeight)(document.querySelector('{selector}'))"
        )
        assert page.evaluate(hidden) <= 0, selector
    for selector in ("#save", "#comment", ".toolbar", "#stage"):
        box = page.locator(selector).bounding_box()
        assert box
        assert box["y"] + box["height"] <= size[1]
