"""What stands where on the planes: to the voxel, to the side, and without a jump."""

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.tiny_cohort import (
    CORNERS,
    LEFT_VALUE,
    RIGHT_VALUE,
    ROTATIONS,
    affine_of,
    lesion_voxels,
)
from tests.browser.tiny_site import (
    LESION_COLOUR,
    TinySite,
    answer_by_keys,
    go_to,
    open_study,
    shown,
)

pytestmark = pytest.mark.browser
Array = npt.NDArray[Any]
#: How the page lays out its planes; see static/js/review/viewer/geometry.js.
LARGE_SHARE, GAP, EXTENT_MM = 2 / 3, 2, 60.0
#: The shader looks this much of a pixel to the right and up, so that edges on pixels aren't ties.
BESIDE = 0.03
AXES = {"axial": (0, 1), "coronal": (0, 2), "sagittal": (1, 2)}


@dataclass(frozen=True)
class Tile:
    """One plane's place on the stage in pixels."""

    plane: str
    left: int
    top: int
    width: int
    height: int


def tiles_of(width: int, height: int) -> list[Tile]:
    first, half = round(width * LARGE_SHARE), (height - GAP) // 2
    left = first + GAP
    return [
        Tile("axial", 0, 0, first, height),
        Tile("coronal", left, 0, width - left, half),
        Tile("sagittal", left, half + GAP, width - left, height - half - GAP),
    ]


def picture(page: Page) -> Array:
    """Give the pixels of the planes without what stands over them."""
    overlay = "document.getElementById('overlay').hidden = "
    page.evaluate(overlay + "true")
    raw = page.locator("#planes").screenshot()
    page.evaluate(overlay + "false")
    return np.asarray(Image.open(io.BytesIO(raw)).convert("RGB")).astype(int)


def is_outline(pixels: Array) -> npt.NDArray[np.bool_]:
    close: npt.NDArray[np.bool_] = (np.abs(pixels - LESION_COLOUR) < 8).all(axis=-1)
    return close


def lesion_at(focus_mm: list[float]) -> tuple[str, Array]:
    """Give the subject and the voxels of the lesion nearest to a focus."""
    found = []
    for subject in ROTATIONS:
        affine = affine_of(subject)
        for corner in [c for corners in CORNERS.values() for c in corners]:
            voxels = lesion_voxels(corner)
            points = voxels @ affine[:3, :3].T + affine[:3, 3]
            found.append((np.linalg.norm(points - focus_mm, axis=1).min(), subject, voxels))
    distance, subject, voxels = min(found, key=lambda one: one[0])
    assert distance < 0.01
    return subject, voxels


def expected_outline(tile: Tile, focus: list[float], radiological: bool) -> Array:
    """Compute the outline from affine and voxels alone."""
    subject, voxels = lesion_at(focus)
    inside = np.zeros((48, 46, 44), bool)
    inside[tuple(voxels.T)] = True
    across, up = AXES[tile.plane]
    turned = -1 if radiological and across == 0 else 1
    scale = EXTENT_MM / max(tile.width, tile.height)
    y, x = np.mgrid[0 : tile.height, 0 : tile.width] + 0.5
    ras = np.tile(np.array(focus), (tile.height, tile.width, 1))
    ras[..., across] += (x + BESIDE - tile.width / 2) * scale * turned
    ras[..., up] += (tile.height / 2 - y + BESIDE) * scale
    inverse = np.linalg.inv(affine_of(subject))
    ijk = np.rint(ras @ inverse[:3, :3].T + inverse[:3, 3]).astype(int)
    drawn = inside[tuple(np.clip(ijk, 0, np.array(inside.shape) - 1).transpose(2, 0, 1))]
    padded = np.pad(drawn, 1, mode="edge")
    sides = (padded[2:, 1:-1], padded[:-2, 1:-1], padded[1:-1, 2:], padded[1:-1, :-2])
    return np.logical_or.reduce([side != drawn for side in sides])


@pytest.mark.parametrize("study", ["tiny", "mirrored"])
def test_the_outline_is_that_of_the_masks_voxels_in_all_planes(
    page: Page, site: TinySite, study: str
) -> None:
    open_study(page, site, "rater5", study)
    seen = set()
    for _ in range(3):
        focus = shown(page)["focus_mm"]
        assert isinstance(focus, list)
        seen.add(lesion_at(focus)[0])
        pixels = picture(page)
        for tile in tiles_of(pixels.shape[1], pixels.shape[0]):
            part = pixels[tile.top : tile.top + tile.height, tile.left : tile.left + tile.width]
            drawn, expected = is_outline(part), expected_outline(tile, focus, study == "mirrored")
            union = (drawn | expected).sum()
            assert union > 100
            assert (drawn & expected).sum() >= 0.97 * union, tile.plane
        if len(seen) == len(ROTATIONS):
            break
        place = int(page.locator("#place").inner_text().split()[0])
        answer_by_keys(page)
        page.keyboard.press("Enter")
        go_to(page, place + 1)


@pytest.mark.parametrize("study", ["tiny", "mirrored"])
def test_the_letters_name_the_patients_sides(page: Page, site: TinySite, study: str) -> None:
    open_study(page, site, "rater4", study)
    page.keyboard.press("Control+KeyF")
    expect(page.locator("#scan-state")).to_have_text("whole scan")
    pixels = picture(page)
    for tile in tiles_of(pixels.shape[1], pixels.shape[0])[:2]:
        row = pixels[tile.top + tile.height // 2, :, 0]
        low, high = (
            np.median(
                row[tile.left + tile.width * n // 10 - 5 : tile.left + tile.width * n // 10 + 5]
            )
            for n in (3, 7)
        )
        left, right = (
            page.locator(f"[data-plane={tile.plane}] .letter-{side}").inner_text()
            for side in ("left", "right")
        )
        brighter, darker = (left, right) if low > high else (right, left)
        assert abs(low - high) > 40
        assert (brighter, darker) == ("R", "L"), "RIGHT_VALUE is above LEFT_VALUE"
        assert left == ("R" if study == "mirrored" else "L")


def test_the_crosshair_stands_on_the_lesion_and_moves_by_voxels(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater4")
    r, a, s = shown(page)["focus_mm"]  # type: ignore[misc]
    readout = page.locator(".readout")
    expect(readout).to_contain_text(f"{r:.1f}, {a:.1f}, {s:.1f} mm")
    page.keyboard.press("ArrowRight")
    expect(readout).to_contain_text(f"{r + 2:.1f}, {a:.1f}, {s:.1f} mm")
    page.keyboard.press("Shift+ArrowUp")
    expect(readout).to_contain_text(f"{r + 2:.1f}, {a + 10:.1f}, {s:.1f} mm")
    page.keyboard.press("PageDown")
    expect(readout).to_contain_text(f"{r + 2:.1f}, {a + 10:.1f}, {s - 2:.1f} mm")
    page.keyboard.press("KeyC")
    expect(readout).to_contain_text(f"{r:.1f}, {a:.1f}, {s:.1f} mm")


def test_a_click_puts_the_crosshair_into_the_voxel_under_it(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater4")
    r, _, s = shown(page)["focus_mm"]  # type: ignore[misc]
    box = page.locator("#planes").bounding_box()
    assert box
    coronal = tiles_of(int(box["width"]), int(box["height"]))[1]
    scale = EXTENT_MM / max(coronal.width, coronal.height)
    page.mouse.click(
        box["x"] + coronal.left + coronal.width / 2 + 6 / scale,
        box["y"] + coronal.top + coronal.height / 2 + 4 / scale,
    )
    expect(page.locator(".readout")).to_contain_text(f"{r + 6:.1f}, ")
    expect(page.locator(".readout")).to_contain_text(f", {s - 4:.1f} mm")


def test_the_whole_scan_comes_in_behind_without_a_jump(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater4")
    close_up = picture(page)
    page.keyboard.press("Control+KeyF")
    expect(page.locator("#scan-state")).to_have_text("whole scan")
    assert np.abs(picture(page) - close_up).mean() > 10
    page.keyboard.press("Control+KeyF")
    page.wait_for_timeout(300)
    again = picture(page)
    assert (is_outline(again) == is_outline(close_up)).mean() > 0.9995
    middle = np.s_[40:-40, 40 : int(close_up.shape[1] * LARGE_SHARE) - 40]
    assert np.abs(again[middle] - close_up[middle]).mean() < 1


def test_the_outline_can_be_taken_away_and_filled(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater4")
    assert is_outline(picture(page)).sum() > 300
    page.keyboard.press("KeyS")
    page.wait_for_timeout(100)
    assert is_outline(picture(page)).sum() == 0
    page.keyboard.press("KeyS")
    page.keyboard.press("KeyD")
    page.wait_for_timeout(100)
    pixels = picture(page)
    yellow = (pixels[..., 0] > pixels[..., 2] + 12).sum()
    assert yellow > is_outline(pixels).sum() * 1.5
    assert RIGHT_VALUE > LEFT_VALUE


def test_l_enlarges_the_next_plane_and_no_key_of_niivue_gets_through(
    page: Page, site: TinySite
) -> None:
    open_study(page, site, "rater4")
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.locator("#stage").focus()
    for key in ("KeyV", "KeyM", "KeyP", "KeyH", "KeyJ", "KeyK"):
        page.keyboard.press(key)
    expect(page.locator(".tile").first).to_have_attribute("data-plane", "axial")
    page.keyboard.press("KeyL")
    expect(page.locator(".tile").first).to_have_attribute("data-plane", "coronal")
    assert dialogs == []
