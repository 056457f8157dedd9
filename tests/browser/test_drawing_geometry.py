"""What is drawn lands in the voxels that were drawn on, however the scan's axes lie."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.drawing_site import (
    ROTATIONS,
    Lesion,
    Voxels,
    begin_to_draw,
    depth_axis,
    drawing_site,
    exported,
    go_to_lesion,
    lesions_of,
    nib,
    on_slice_of_focus,
    pixel_of,
)
from tests.browser.tiny_site import TinySite, open_study

pytestmark = pytest.mark.browser
#: Voxels from the focus, along the two file axes of a plane: no symmetry hides a flip or a swap.
DOTS = [(3, 1), (-4, 2), (0, -5)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TinySite]:
    with drawing_site(tmp_path_factory.mktemp("drawing")) as served:
        yield served


def smallest_brush(page: Page) -> None:
    page.keyboard.press("KeyB")
    for _ in range(12):
        page.keyboard.press("Minus")
    expect(page.locator(".brush-size-text")).to_have_text("0.5 mm")


def drawn(page: Page, lesion: Lesion) -> Voxels:
    """Answer, save, and give the voxels of the scan that the page sent."""
    page.keyboard.press("Escape")
    for key in ("Digit2", "Alt+Digit4", "KeyQ"):
        page.keyboard.press(key)
    with page.expect_request(re.compile(r"/answers/$")) as sent:
        page.keyboard.press("Enter")
    body: dict[str, Any] = sent.value.post_data_json or {}
    assert body["needs_correction"] is True
    return lesion.voxels_of(body["correction"])


@pytest.mark.parametrize(("number", "subject"), list(enumerate(ROTATIONS)))
def test_dots_on_all_planes_are_the_voxels_at_the_clicked_points_sent_and_exported(
    page: Page, site: TinySite, number: int, subject: str
) -> None:
    open_study(page, site, f"rater{number + 1}", "drawing")
    lesion = next(one for one in lesions_of(page) if one.subject == subject)
    go_to_lesion(page, lesion)
    begin_to_draw(page)
    expected = set(lesion.voxels)
    readout = page.locator(".readout")
    for plane in ("axial", "coronal", "sagittal"):
        for steps in DOTS:
            ijk = on_slice_of_focus(lesion, plane, steps)
            x, y = pixel_of(page, lesion, plane, ijk)
            page.mouse.click(x, y)
            r, a, s = nib.affines.apply_affine(lesion.affine, ijk)
            expect(readout).to_contain_text(re.compile(rf"{r:.1f}, {a:.1f}, {s:.1f} mm"))
            page.keyboard.press("KeyC")
            smallest_brush(page)
            page.mouse.click(x, y)
            page.keyboard.press("Escape")
            expected.add(tuple(map(int, ijk)))
    assert len(expected) >= 12 + 8
    assert drawn(page, lesion) == expected
    expect(page.locator("#saving")).to_contain_text("all answers saved")
    voxels, affine = exported(site, f"rater{number + 1}")
    assert voxels == expected
    assert np.abs(affine - lesion.affine).max() < 1e-4


@pytest.mark.parametrize(("number", "subject"), list(enumerate(ROTATIONS)))
def test_a_polygon_fills_the_voxels_whose_middles_it_goes_round(
    page: Page, site: TinySite, number: int, subject: str
) -> None:
    open_study(page, site, f"rater{number + 4}", "drawing")
    lesion = next(one for one in lesions_of(page) if one.subject == subject)
    go_to_lesion(page, lesion)
    begin_to_draw(page)
    page.keyboard.press("KeyF")
    expected = set(lesion.voxels)
    for plane in ("coronal", "axial"):
        ends = [on_slice_of_focus(lesion, plane, steps) for steps in ((-6, 3), (-3, 7))]
        (x1, y1), (x2, y2) = (pixel_of(page, lesion, plane, ijk) for ijk in ends)
        for x, y in ((x1, y1), (x2, y1), (x2, y2), (x1, y2)):
            # A third of a voxel beyond the middles of the corners.
            x += 4 if x == max(x1, x2) else -4
            y += 4 if y == max(y1, y2) else -4
            page.mouse.click(x, y)
            page.wait_for_timeout(400)  # two quick clicks would close it
        page.keyboard.press("Enter")
        low, high = (tuple(map(pick, zip(*map(list, ends), strict=True))) for pick in (min, max))
        expected |= {
            (i, j, k)
            for i in range(low[0], high[0] + 1)
            for j in range(low[1], high[1] + 1)
            for k in range(low[2], high[2] + 1)
        }
        assert low[depth_axis(lesion, plane)] == high[depth_axis(lesion, plane)]
    assert drawn(page, lesion) == expected
