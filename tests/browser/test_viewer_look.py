"""Layouts, window, mask, measuring and memory of the planes, by mouse and keys, on pixels."""

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_review_geometry import EXTENT_MM, is_outline, picture, tiles_of
from tests.browser.tiny_cohort import affine_of
from tests.browser.tiny_site import TinySite, open_study, shown, wait_until_shown

pytestmark = pytest.mark.browser


def planes(page: Page) -> list[str | None]:
    tiles = page.locator(".tile:visible")
    return [tiles.nth(n).get_attribute("data-plane") for n in range(tiles.count())]


def centre_of_large(page: Page) -> tuple[float, float, float]:
    """Give the middle of the large plane on the screen, and its mm a pixel."""
    box = page.locator("#planes").bounding_box()
    assert box
    tile = tiles_of(int(box["width"]), int(box["height"]))[0]
    x, y = box["x"] + tile.left + tile.width / 2, box["y"] + tile.top + tile.height / 2
    return x, y, EXTENT_MM / max(tile.width, tile.height)


def test_layouts_and_where_one_looks_come_back_after_a_reload(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater1")
    assert planes(page) == ["axial", "coronal", "sagittal"]
    x, y, _ = centre_of_large(page)
    page.mouse.dblclick(x, y)
    assert planes(page) == ["axial"]
    page.mouse.dblclick(x, y)
    assert len(planes(page)) == 3
    for key in ("KeyL", "KeyL", "KeyL"):
        page.keyboard.press(key)
    boxes = [page.locator(".tile").nth(n).bounding_box() for n in range(3)]
    assert max(b["width"] for b in boxes if b) - min(b["width"] for b in boxes if b) <= 2
    for key in ("ArrowRight", "PageUp", "Period", "KeyJ"):
        page.keyboard.press(key)
    first = page.locator(".window-numbers").inner_text()
    page.mouse.move(x, y - 90)
    page.mouse.down()
    page.mouse.move(x + 60, y - 70)
    page.mouse.up()
    page.mouse.move(0, 0)
    page.wait_for_timeout(700)
    before, numbers = picture(page), page.locator(".window-numbers").inner_text()
    assert numbers != first
    readout = page.locator(".readout-crosshair").inner_text()
    page.reload()
    wait_until_shown(page)
    page.wait_for_timeout(300)
    assert page.locator(".window-numbers").inner_text() == numbers
    assert page.locator(".readout-crosshair").inner_text() == readout
    assert (np.abs(picture(page) - before) < 6).mean() > 0.995


def test_the_window_follows_drag_slider_auto_and_reset(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater2")
    x, y, _ = centre_of_large(page)
    numbers = page.locator(".window-numbers")
    first, before = numbers.inner_text(), picture(page)
    page.mouse.move(x, y)
    page.keyboard.down("Shift")
    page.mouse.down(button="right")
    page.mouse.move(x, y + 80, steps=3)
    page.mouse.up(button="right")
    page.keyboard.up("Shift")
    page.wait_for_timeout(150)
    assert picture(page).mean() < before.mean() - 5, "dragging down is darker"
    page.keyboard.press("Shift+KeyJ")
    expect(numbers).to_have_text(first)
    white = page.get_by_role("slider", name="White")
    white.focus()
    for _ in range(40):
        page.keyboard.press("ArrowLeft")
    low, high = map(int, re.findall(r"-?\d+", numbers.inner_text()))
    assert (low, high) != tuple(map(int, re.findall(r"-?\d+", first)))
    expect(white).to_have_attribute("aria-valuetext", f"White at {high}")
    page.keyboard.press("Control+KeyJ")
    assert numbers.inner_text() != f"{low} – {high}"


def test_the_mask_goes_through_outline_fill_both_and_off(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater2")
    seen = []
    for _ in range(4):
        pixels = picture(page)
        yellow = (pixels[..., 0] > pixels[..., 2] + 25).sum()
        seen.append((int(is_outline(pixels).sum()), int(yellow)))
        page.keyboard.press("Shift+KeyS")
        page.wait_for_timeout(150)
    contour, fill, both, off = seen
    assert contour[0] > 300
    assert both[0] > 300
    assert fill[0] == off[0] == 0
    assert fill[1] > 1000
    assert both[1] > contour[1] * 1.5
    assert off[1] == 0


def test_the_contour_is_seen_on_black_and_on_white(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater2")
    for value in ("100000", "-100000"):
        page.evaluate(
            f"sessionStorage.setItem('second-look windows ' + "
            f"document.getElementById('stage').dataset.account, JSON.stringify("
            f"[[{shown(page)['scan']['url']!r}, [{value}, {value} + 1]]]))"  # type: ignore[index]
        )
        page.reload()
        wait_until_shown(page)
        pixels = picture(page)
        line = is_outline(pixels)
        ground = np.median(pixels.reshape(-1, 3), axis=0)
        near = np.zeros_like(line)
        near[1:-1, 1:-1] = line[2:, 1:-1] | line[:-2, 1:-1] | line[1:-1, 2:] | line[1:-1, :-2]
        beside = pixels[near & ~line]
        assert line.sum() > 300
        best = max(
            contrast(pixels[line].mean(axis=0), ground), contrast(beside.mean(axis=0), ground)
        )
        assert best >= 3, value
        assert contrast(pixels[line].mean(axis=0), beside.mean(axis=0)) >= 3


def contrast(one: np.ndarray, other: np.ndarray) -> float:
    """Give the contrast ratio of two colours (WCAG 2.2, relative luminance)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(rgb: np.ndarray) -> float:
    share = np.asarray(rgb, float) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def test_a_line_is_as_long_as_in_the_world_and_leaves_with_its_key(
    page: Page, site: TinySite
) -> None:
    open_study(page, site, "rater3")
    x, y, scale = centre_of_large(page)
    page.keyboard.press("KeyM")
    page.mouse.move(x - 40, y)
    page.mouse.down()
    page.mouse.move(x + 80, y + 50, steps=3)
    page.mouse.up()
    label = page.locator(".measure-label")
    assert float(label.inner_text().split()[0]) == pytest.approx(130 * scale, abs=0.06)
    page.keyboard.press("PageUp")
    expect(label).to_have_count(0)
    page.keyboard.press("PageDown")
    expect(label).to_have_count(1)
    page.keyboard.press("Shift+KeyM")
    expect(label).to_have_count(0)


def test_the_pointer_names_place_voxel_and_intensity_under_it(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater3")
    focus = np.asarray(shown(page)["focus_mm"])
    x, y, scale = centre_of_large(page)
    page.mouse.move(x + 6 / scale, y - 4 / scale)
    words = page.locator(".readout-cursor").inner_text()
    world = np.array([float(n) for n in re.findall(r"-?\d+\.\d", words)])
    assert np.abs(world - focus - [6, 4, 0]).max() < 0.15
    voxel = [int(n) for n in re.search(r"\[(.*?)\]", words).group(1).split()]  # type: ignore[union-attr]
    exact = [
        np.linalg.inv(affine_of(subject)) @ [*world, 1]
        for subject in ("sub-synth91", "sub-synth92")
    ]
    assert min(np.abs(one[:3] - voxel).max() for one in exact) < 0.6
    page.mouse.move(5, 5)
    expect(page.locator(".readout-cursor")).to_have_text("")
