"""A redrawn mask goes with its answer, comes back with it, and what is odd is asked about."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.drawing_site import (
    Lesion,
    begin_to_draw,
    drawing_site,
    exported,
    go_to_lesion,
    lesions_of,
    on_slice_of_focus,
    pixel_of,
    slices_up_to,
)
from tests.browser.tiny_cohort import lesion_voxels
from tests.browser.tiny_site import TinySite, open_study

pytestmark = pytest.mark.browser
#: Corners of two lesions of one scan whose close-ups hold each other's lesion.
HERE, THERE = (30, 14, 12), (32, 30, 28)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TinySite]:
    with drawing_site(tmp_path_factory.mktemp("saving")) as served:
        yield served


def begin(page: Page, site: TinySite, rater: str) -> Lesion:
    """Open the lesion HERE of the oblique scan with a brush in the hand and the rest answered."""
    open_study(page, site, rater, "drawing")
    lesion = next(
        one for one in lesions_of(page) if one.subject == "sub-synth81" and HERE in one.voxels
    )
    go_to_lesion(page, lesion)
    for key in ("Digit2", "Alt+Digit4", "KeyQ"):
        page.keyboard.press(key)
    begin_to_draw(page)
    page.keyboard.press("KeyB")
    return lesion


def test_a_redrawn_mask_is_saved_and_comes_back_in_another_browser(
    page: Page, browser: Browser, site: TinySite
) -> None:
    lesion = begin(page, site, "rater1")
    page.mouse.click(*pixel_of(page, lesion, "axial", on_slice_of_focus(lesion, "axial", (4, 3))))
    words = page.locator(".drawing-volume").inner_text()
    page.keyboard.press("Enter")
    expect(page.locator("#saving")).to_contain_text("all answers saved")
    voxels, _ = exported(site, "rater1")
    assert lesion.voxels < voxels
    other = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    open_study(other, site, "rater1", "drawing")
    go_to_lesion(other, lesion)
    expect(other.locator(".drawing-volume")).to_have_text(words)
    other.context.close()


def test_a_mask_that_touches_another_lesion_is_asked_about(page: Page, site: TinySite) -> None:
    lesion = begin(page, site, "rater2")
    there = lesion_voxels(THERE)[0]
    steps = slices_up_to(lesion, "axial", there)
    for _ in range(abs(steps)):
        page.keyboard.press("PageUp" if steps > 0 else "PageDown")
    page.mouse.click(*pixel_of(page, lesion, "axial", there))
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    notice = page.locator("#outbox")
    expect(notice).to_contain_text("This answer needs you")
    notice.get_by_role("link").click()
    with page.expect_request(re.compile(r"/answers/$")) as sent:
        page.get_by_role("button", name="Save it all the same").click()
    assert (sent.value.post_data_json or {})["correction"]["confirmed"] == ["touches"]
    expect(page.locator("#saving")).to_contain_text("all answers saved")
    voxels, _ = exported(site, "rater2")
    assert tuple(map(int, there)) in voxels
