"""The planes under fingers and pen, as a tablet sends them."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.browser.test_review_geometry import tiles_of
from tests.browser.tiny_site import TinySite, open_study

pytestmark = pytest.mark.browser
Point = tuple[float, float]


@pytest.fixture
def tablet(browser: Browser, site: TinySite) -> Iterator[tuple[Page, CDPSession]]:
    """Open the review page on a device with fingers and a pen."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, has_touch=True)
    page = context.new_page()
    thrown: list[str] = []
    page.on("pageerror", lambda error: thrown.append(str(error)))
    open_study(page, site, "rater4")
    yield page, context.new_cdp_session(page)
    context.close()
    assert thrown == []


def touch(cdp: CDPSession, kind: str, *points: Point) -> None:
    """Send a step of a gesture; the fingers are told apart by their order."""
    sent = [{"x": x, "y": y, "id": n} for n, (x, y) in enumerate(points)]
    cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": sent})


def gesture(cdp: CDPSession, start: list[Point], end: list[Point], steps: int = 10) -> None:
    """Put fingers down, move them straight, and lift them."""
    touch(cdp, "touchStart", *start)
    for n in range(1, steps + 1):
        share = n / steps
        points = [
            (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)
            for a, b in zip(start, end, strict=True)
        ]
        touch(cdp, "touchMove", *points)
    touch(cdp, "touchEnd")


def middle(page: Page) -> Point:
    box = page.locator("#planes").bounding_box()
    assert box
    tile = tiles_of(int(box["width"]), int(box["height"]))[0]
    return box["x"] + tile.width / 2, box["y"] + tile.height / 2


def at(page: Page) -> list[float]:
    """Give the crosshair in mm."""
    page.wait_for_timeout(150)
    words = page.locator(".readout-crosshair").inner_text()
    return [float(n) for n in re.findall(r"-?\d+\.\d", words)]


def bar(page: Page) -> float:
    """Give the pixels of a millimetre."""
    page.wait_for_timeout(150)
    box = page.locator(".scale-bar").bounding_box()
    assert box
    return box["width"] / float(page.locator(".scale-bar").inner_text().split()[0])


def test_fingers_tap_pan_slice_and_pinch(tablet: tuple[Page, CDPSession]) -> None:
    page, cdp = tablet
    x, y = middle(page)
    start = at(page)
    gesture(cdp, [(x, y)], [(x + 60, y)])
    assert at(page) == start, "a finger moves the picture and not the crosshair"
    lines = page.locator(".crosshair-top").first.bounding_box()
    assert lines
    assert lines["x"] == pytest.approx(x + 60, abs=2)
    gesture(cdp, [(x - 20, y + 40)], [(x - 20, y + 40)])
    assert at(page)[0] < start[0]
    before = at(page)
    gesture(cdp, [(x - 30, y), (x + 30, y)], [(x - 30, y - 60), (x + 30, y - 60)])
    after = at(page)
    assert after[2] > before[2]
    assert after[:2] == before[:2]
    near = bar(page)
    gesture(cdp, [(x - 30, y), (x + 30, y)], [(x - 90, y), (x + 90, y)])
    assert bar(page) / near == pytest.approx(3, rel=0.1)
    assert at(page) == after


def test_with_a_tool_the_pen_works_and_the_finger_still_pans(
    tablet: tuple[Page, CDPSession],
) -> None:
    page, cdp = tablet
    x, y = middle(page)
    start = at(page)
    page.keyboard.press("KeyM")
    gesture(cdp, [(x, y)], [(x + 50, y + 10)])
    expect(page.locator(".measure-label")).to_have_count(0)
    for kind, dx in (("mousePressed", 0), ("mouseMoved", 40), ("mouseReleased", 40)):
        pen = {"button": "left", "buttons": 0 if kind == "mouseReleased" else 1, "clickCount": 1}
        sent = {"type": kind, "x": x + dx, "y": y, "pointerType": "pen", **pen}
        cdp.send("Input.dispatchMouseEvent", sent)
    expect(page.locator(".measure-label")).to_have_count(1)
    assert at(page) == start
