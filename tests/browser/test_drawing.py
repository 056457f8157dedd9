"""Redrawing a delineation by keys, mouse and pen, as a person would."""

import re
from collections.abc import Iterator

import numpy as np
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
from tests.browser.test_review_geometry import is_outline, picture
from tests.browser.tiny_site import TinySite, open_study

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TinySite]:
    with drawing_site(tmp_path_factory.mktemp("drawing")) as served:
        yield served


def begin(page: Page, site: TinySite, rater: str) -> list[Lesion]:
    """Open the first ROI with its mask ready to be drawn on, and give all ROIs."""
    open_study(page, site, rater, "drawing")
    lesions = lesions_of(page)
    expect(page.locator("#drawing")).to_be_hidden()
    begin_to_draw(page)
    return lesions


def drag(page: Page, *points: tuple[float, float]) -> None:
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point)
    page.mouse.up()


def spot(page: Page, lesion: Lesion, steps: tuple[int, int]) -> tuple[float, float]:
    return pixel_of(page, lesion, "axial", on_slice_of_focus(lesion, "axial", steps))


def volume(page: Page) -> str:
    return page.locator(".drawing-volume").inner_text()


def test_every_step_is_undone_and_done_again_by_keys(page: Page, site: TinySite) -> None:
    lesion = begin(page, site, "rater1")[0]
    seen = [volume(page)]
    page.keyboard.press("KeyB")
    drag(page, spot(page, lesion, (4, 4)), spot(page, lesion, (8, 6)))
    seen.append(volume(page))
    page.keyboard.press("KeyV")
    drag(page, spot(page, lesion, (-2, 0)), spot(page, lesion, (2, 0)))
    seen.append(volume(page))
    page.keyboard.press("KeyF")
    around = [(-9, -9), (-4, -9), (-4, -4), (-9, -4), (-9, -8)]
    drag(page, *(spot(page, lesion, steps) for steps in around))
    seen.append(volume(page))
    for keys in ("Alt+PageUp", "Shift+KeyC", "Control+KeyZ", "Shift+KeyR"):
        page.keyboard.press(keys)
        seen.append(volume(page))
    assert seen[5].startswith("0 mm³"), "cleared"
    assert seen[6] == seen[4], "clearing is undone"
    assert seen[7] == seen[0], "reset to the original"
    steps = [seen[n] for n in (0, 1, 2, 3, 4, 7)]
    assert len(set(steps[:5])) == 5
    for words in reversed(steps[:-1]):
        page.keyboard.press("Control+KeyZ")
        assert volume(page) == words
    for words in steps[1:]:
        page.keyboard.press("Control+Shift+KeyZ")
        assert volume(page) == words


def test_a_redrawn_mask_stays_with_its_roi_through_reload_no_and_back(
    page: Page, site: TinySite
) -> None:
    first, second, *_ = begin(page, site, "rater2")
    original = volume(page)
    page.keyboard.press("KeyB")
    drag(page, spot(page, first, (4, 4)), spot(page, first, (8, 6)))
    redrawn = volume(page)
    assert redrawn != original
    yellow = is_outline(picture(page)).sum()
    page.keyboard.press("KeyN")
    expect(page.locator("#drawing")).to_be_hidden()
    page.wait_for_timeout(200)
    assert is_outline(picture(page)).sum() < yellow, "with No the original shows"
    go_to_lesion(page, second)
    page.keyboard.press("KeyY")
    n_voxels = 12 * abs(np.linalg.det(second.affine[:3, :3]))
    shown = re.fullmatch(r"([\d.]+) mm³, original ([\d.]+)", volume(page))
    assert shown is not None
    assert shown[1] == shown[2], "no leak into the next ROI"
    assert float(shown[1]) == pytest.approx(n_voxels, abs=0.06)
    go_to_lesion(page, first)
    page.keyboard.press("KeyY")
    assert volume(page) == redrawn
    page.reload()
    expect(page.locator(".drawing-volume")).to_have_text(redrawn, timeout=30_000)


def test_an_empty_mask_is_asked_about_before_it_is_saved(page: Page, site: TinySite) -> None:
    begin(page, site, "rater3")
    for key in ("Digit2", "Alt+Digit4", "KeyQ", "Shift+KeyC"):
        page.keyboard.press(key)
    sent: list[str] = []
    page.on("request", lambda request: sent.extend(re.findall("/answers/$", request.url)))
    page.keyboard.press("Enter")
    expect(page.locator("#notice")).to_contain_text("Save an empty mask?")
    assert sent == []
    with page.expect_request(re.compile(r"/answers/$")) as request:
        page.get_by_role("button", name="Save it empty").click()
    body = request.value.post_data_json or {}
    assert (body["correction"]["runs"], body["correction"]["confirmed"]) == ([], ["empty"])


def test_the_outline_under_the_pointer_has_the_brushs_true_size(page: Page, site: TinySite) -> None:
    lesion = begin(page, site, "rater4")[0]
    page.keyboard.press("KeyB")
    page.mouse.move(*spot(page, lesion, (5, 5)))
    bar = page.locator(".scale-bar").bounding_box()
    mm = int(page.locator(".scale-bar").inner_text().split()[0])
    outline = page.locator(".brush-outline").bounding_box()
    assert bar
    assert outline
    size_mm = float(page.locator(".brush-size-text").inner_text().split()[0])
    assert outline["width"] * mm / bar["width"] == pytest.approx(size_mm, rel=0.03)
    page.keyboard.press("Shift+Equal")
    wider = page.locator(".brush-outline").bounding_box()
    assert wider
    assert wider["width"] > outline["width"]
    page.keyboard.press("Escape")
    expect(page.locator(".brush-outline")).to_be_hidden()


def test_with_the_whole_scan_shown_strokes_land_in_the_same_voxels(
    page: Page, site: TinySite
) -> None:
    lesion = begin(page, site, "rater5")[0]
    stroke = (spot(page, lesion, (4, 4)), spot(page, lesion, (8, 6)))
    page.keyboard.press("KeyB")
    drag(page, *stroke)
    page.mouse.move(5, 5)
    page.wait_for_timeout(300)
    close_up, words = is_outline(picture(page)), volume(page)
    page.keyboard.press("Control+KeyZ")
    page.keyboard.press("Control+KeyF")
    expect(page.locator("#scan-state")).to_have_text("whole scan")
    page.keyboard.press("Control+KeyF")
    page.wait_for_timeout(300)
    drag(page, *stroke)
    page.mouse.move(5, 5)
    page.wait_for_timeout(300)
    assert volume(page) == words
    assert close_up.sum() > 500
    assert (is_outline(picture(page)) == close_up).mean() > 0.9995
