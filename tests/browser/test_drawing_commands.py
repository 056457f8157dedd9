"""Holes, slices between drawn ones, copies, and the brush within a range of intensities."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.drawing_site import (
    Lesion,
    begin_to_draw,
    drawing_site,
    go_to_lesion,
    lesions_of,
    on_slice_of_focus,
    pixel_of,
)
from tests.browser.tiny_cohort import LESION_VALUE
from tests.browser.tiny_site import TinySite, open_study

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TinySite]:
    with drawing_site(tmp_path_factory.mktemp("commands")) as served:
        yield served


def begin(page: Page, site: TinySite, rater: str) -> Lesion:
    """Open an ROI of the oblique scan with its mask ready to be drawn on."""
    open_study(page, site, rater, "drawing")
    lesion = next(one for one in lesions_of(page) if one.subject == "sub-synth81")
    go_to_lesion(page, lesion)
    begin_to_draw(page)
    return lesion


def spot(page: Page, lesion: Lesion, steps: tuple[int, int]) -> tuple[float, float]:
    return pixel_of(page, lesion, "axial", on_slice_of_focus(lesion, "axial", steps))


def n_voxels(page: Page, lesion: Lesion) -> float:
    """Give the drawn voxels, from the volume that the page shows."""
    mm3 = float(page.locator(".drawing-volume").inner_text().split(" ")[0])
    return mm3 / 1.6**3


def test_slices_are_copied_and_drawn_between_and_holes_filled(page: Page, site: TinySite) -> None:
    lesion = begin(page, site, "rater1")
    page.keyboard.press("Shift+KeyC")
    page.keyboard.press("KeyB")
    for _ in range(7):
        page.keyboard.press("Shift+Equal")
    x, y = spot(page, lesion, (0, 0))
    page.mouse.click(x, y)
    disc = n_voxels(page, lesion)
    assert disc > 8
    page.keyboard.press("Alt+PageUp")
    assert n_voxels(page, lesion) == pytest.approx(2 * disc, rel=0.01)
    page.keyboard.press("Control+KeyZ")
    for _ in range(2):
        page.keyboard.press("PageUp")
    page.mouse.click(x, y)
    assert n_voxels(page, lesion) == pytest.approx(2 * disc, rel=0.01)
    page.keyboard.press("Shift+KeyI")
    expect(page.locator(".drawing-words")).to_contain_text("2 axial slices drawn")
    assert n_voxels(page, lesion) == pytest.approx(4 * disc, rel=0.01)
    page.keyboard.press("KeyV")
    for _ in range(16):
        page.keyboard.press("Minus")
    page.mouse.click(x, y)
    assert n_voxels(page, lesion) == pytest.approx(4 * disc - 1, abs=0.3)
    page.keyboard.press("Shift+KeyF")
    assert n_voxels(page, lesion) == pytest.approx(4 * disc, rel=0.01)
    page.keyboard.press("Shift+KeyF")
    expect(page.locator(".drawing-words")).to_have_text("There is no hole on this axial slice.")


def test_the_range_brush_draws_what_lies_in_the_range_alone(page: Page, site: TinySite) -> None:
    lesion = begin(page, site, "rater2")
    page.keyboard.press("KeyH")
    low, high = page.locator(".drawing-number").all()
    assert (low.input_value(), high.input_value()) == (str(LESION_VALUE), str(LESION_VALUE))
    original = n_voxels(page, lesion)
    (x1, y1), (x2, y2) = spot(page, lesion, (5, 4)), spot(page, lesion, (9, 4))

    def stroke() -> float:
        page.mouse.move(x1, y1)
        page.mouse.down()
        page.mouse.move(x2, y2)
        page.mouse.up()
        return n_voxels(page, lesion)

    assert stroke() == original, "the tissue there is brighter than the lesion"
    page.keyboard.down("Control")
    page.mouse.click(x1, y1)
    page.keyboard.up("Control")
    assert int(low.input_value()) > LESION_VALUE
    drawn = stroke()
    assert drawn > original + 4
    page.keyboard.press("Control+KeyZ")
    low.fill("1300")
    low.press("Tab")
    assert high.input_value() == "1300"
    page.locator("#stage").focus()
    assert stroke() == original
