"""A pen draws while fingers move the picture, and the resting hand does nothing."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.browser.drawing_site import (
    begin_to_draw,
    drawing_site,
    lesions_of,
    on_slice_of_focus,
    pixel_of,
)
from tests.browser.tiny_site import TinySite, open_study

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TinySite]:
    with drawing_site(tmp_path_factory.mktemp("pen")) as served:
        yield served


def pen(cdp: CDPSession, kind: str, x: float, y: float, **more: object) -> None:
    held = {"button": "left", "buttons": 1, "clickCount": 1, "pointerType": "pen"}
    cdp.send("Input.dispatchMouseEvent", {"type": kind, "x": x, "y": y, **held, **more})


def fingers(cdp: CDPSession, kind: str, *points: tuple[float, float]) -> None:
    touches = [{"x": x, "y": y, "id": n} for n, (x, y) in enumerate(points)]
    cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})


def crosshair_lines(page: Page) -> list[dict[str, float] | None]:
    """Give where the crosshair's lines stand on the large plane: they move with the picture."""
    lines = page.locator(".tile").first.locator(".crosshair")
    return [lines.nth(n).bounding_box() for n in range(lines.count())]  # type: ignore[misc]


def test_a_pen_draws_fingers_pan_and_the_palm_does_nothing(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater1", "drawing")
    lesion = lesions_of(page)[0]
    begin_to_draw(page)
    page.keyboard.press("KeyB")
    cdp = page.context.new_cdp_session(page)
    (x1, y1), (x2, y2), (x3, y3) = (
        pixel_of(page, lesion, "axial", on_slice_of_focus(lesion, "axial", steps))
        for steps in ((4, 4), (8, 6), (-8, -6))
    )
    volume = page.locator(".drawing-volume")
    original, before = volume.inner_text(), crosshair_lines(page)

    pen(cdp, "mousePressed", x1, y1, force=0.1)
    fingers(cdp, "touchStart", (x3, y3))
    pen(cdp, "mouseMoved", (x1 + x2) / 2, (y1 + y2) / 2, force=0.9)
    fingers(cdp, "touchMove", (x3 + 60, y3 + 40))
    pen(cdp, "mouseMoved", x2, y2, force=0.5)
    pen(cdp, "mouseReleased", x2, y2)
    fingers(cdp, "touchEnd")
    expect(volume).not_to_have_text(original)
    drawn = volume.inner_text()
    assert crosshair_lines(page) == before, "the palm moved nothing"

    fingers(cdp, "touchStart", (x3, y3))
    for step in range(1, 6):
        fingers(cdp, "touchMove", (x3 + 12 * step, y3 + 8 * step))
    fingers(cdp, "touchEnd")
    page.wait_for_timeout(200)
    assert volume.inner_text() == drawn, "the finger drew nothing"
    assert crosshair_lines(page) != before, "the finger moved the picture"

    fingers(cdp, "touchStart", (x1, y1))
    fingers(cdp, "touchEnd")
    page.wait_for_timeout(200)
    assert volume.inner_text() == drawn, "with a pen in use a tap draws nothing"
