"""The review page is whole on the screen, with every choice made and every error shown."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.tiny_site import TinySite, open_study

pytestmark = pytest.mark.browser
#: Where nothing may need scrolling, and where the page may scroll but never sideways.
WHOLE = [(1280, 720), (1440, 900), (1920, 1080), (2560, 1440), (820, 1180)]
ENLARGED = [(640, 360), (320, 640)]


def hidden(page: Page, selector: str, side: str) -> int:
    """Give how many pixels of an element's content lie outside it."""
    rest = f"one => one.scroll{side} - one.client{side}"
    found: int = page.evaluate(f"({rest})(document.querySelector('{selector}'))")
    return found


def test_nothing_needs_scrolling(page: Page, site: TinySite) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    open_study(page, site, "rater4")
    for key, words in (("Digit2", ""), ("Digit8", "sulcus"), ("KeyW", ""), ("KeyO", "motion")):
        page.keyboard.press(key)
        page.keyboard.type(words)
        page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(page.locator("#summary")).to_have_text("Questions 2 and 4 are still open.")
    for width, height in WHOLE:
        page.set_viewport_size({"width": width, "height": height})
        for selector in ("html", "#questions", ".toolbar", ".panel-foot"):
            assert hidden(page, selector, "Height") <= 0, (selector, width)
            assert hidden(page, selector, "Width") <= 0, (selector, width)
        for selector in ("#save", "#comment", ".toolbar[aria-label=View]", "#stage"):
            box = page.locator(selector).bounding_box()
            assert box
            assert box["y"] + box["height"] <= height, (selector, width)
            assert box["x"] + box["width"] <= width, (selector, width)
        page.locator("#open-guidelines").click()
        lesion = page.locator("#stage").bounding_box()
        guide = page.locator("#beside-guidelines").bounding_box()
        assert lesion
        assert guide
        apart = (
            lesion["x"] + lesion["width"] <= guide["x"] + 1
            or lesion["y"] + lesion["height"] <= guide["y"] + 1
        )
        assert apart, width
        assert lesion["width"] >= 350, width
        page.locator("#open-guidelines").click()
    for width, height in ENLARGED:
        page.set_viewport_size({"width": width, "height": height})
        assert hidden(page, "html", "Width") <= 0, width
