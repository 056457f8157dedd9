"""Every action of the key profiles does something on the page, with the key that the card shows."""

import io
import re
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from reviewapp.key_profiles import KEY_PROFILES, bound
from tests.browser.keys import leave_no_traces
from tests.browser.tiny_site import TinySite, go_to, open_study
from tests.key_card import SIZES

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def alone(page: Page) -> Iterator[None]:
    for _ in leave_no_traces(page):
        page.route("**/api/v1/preferences/", lambda route: route.fulfill(json={}))
        yield


#: Actions that are seen in the planes or on the toolbars under them; behind the colon, what must
#: be done first so that there is something to see.
LOOK = """opacityDown opacityUp:opacityDown display contour:contour crosshair:crosshair measure
  navigate unmeasure:measure window:navigate layout:navigate layout layout
  centre:stepFarUp zoomIn zoomOut contrast:window navigate contrastReset:window navigate
  stepLeft stepRight stepUp stepDown stepFarLeft stepFarRight stepFarUp
  stepFarDown sliceUp sliceDown sliceFarUp sliceFarDown fit"""
DRAW = """brush eraser polygon thresholdBrush brush3d brushSmaller:brush brushLarger clearMask
  undo redo copySliceUp:undo copySliceDown:undo resetMask:clearMask fillHoles interpolate
  original"""
#: Chromium draws so many pixels of the same page in one way or another.
NOISE = 10
#: Actions that undo what a drag has done with the tool before them.
WITH_A_DRAG = {"unmeasure", "contrast", "contrastReset"}
#: Actions that lead from one place to another: tested one by one below.
GO = {"save", "skip", "back", "leave", "guidelines", "answers", "settings", "help", "comment"}


def steps(words: str) -> list[tuple[str, str]]:
    """Give (before, action) of each word."""
    return [(first, action) for action, _, first in (word.partition(":") for word in words.split())]


def key_of(action: str, profile: str) -> str:
    """Give the first key of an action as Playwright names it."""
    chord = bound(profile, {})[action][0]
    return chord.replace("Ctrl+", "Control+")


def press(page: Page, action: str, profile: str) -> None:
    page.keyboard.press(key_of(action, profile))


def picture(page: Page) -> bytes:
    """Give what is seen of the planes and their toolbars."""
    return page.locator(".viewer").screenshot()


def pixels(png: bytes) -> npt.NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def assert_seen(page: Page, action: str, before: str, profile: str) -> None:
    """Press an action's key and wait until the planes or toolbars look different."""
    if before:
        was = still(page)
        press(page, before, profile)
        wait_until_different(page, was, before)
    if action in WITH_A_DRAG:
        was = still(page)
        drag(page)
        wait_until_different(page, was, f"a drag before {action}")
    was = still(page)
    press(page, action, profile)
    wait_until_different(page, was, action)


def drag(page: Page) -> None:
    """Work with the tool that was taken: a measured line, or another contrast."""
    page.mouse.move(200, 200)
    page.mouse.down()
    page.mouse.move(300, 260, steps=3)
    page.mouse.up()


def still(page: Page) -> bytes:
    """Give the picture once all is drawn: what comes late would pass for what the key did."""
    was, now = b"", picture(page)
    while now != was:
        page.wait_for_timeout(100)
        was, now = now, picture(page)
    return now


def wait_until_different(page: Page, was: bytes, action: str) -> None:
    before = pixels(was)
    for _ in range(50):
        if (pixels(picture(page)) != before).any(axis=-1).sum() > NOISE:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"the key of {action} changed nothing that can be seen")


def choose_profile(page: Page, site: TinySite, rater: str, profile: str) -> None:
    """Open a study with the keys of a profile."""
    open_study(page, site, rater)
    page.get_by_role("button", name="Keys").click()
    page.get_by_label(KEY_PROFILES["profiles"][profile]["label"]).check()
    page.locator("#keys-close").click()
    page.locator("#stage").focus()
    expect(page.locator("#scan-state")).to_have_text(re.compile("whole scan"), timeout=60_000)


def test_no_action_is_forgotten_here() -> None:
    tested = {name for pair in (*steps(LOOK), *steps(DRAW)) for name in pair if name} | GO
    form = re.compile(
        r"(class|classFirst|confidence|reason|source)\d|rank(Up|Down)|correction(Yes|No)"
    )
    known = {one["name"] for one in KEY_PROFILES["actions"]}
    assert {name for name in known if not form.fullmatch(name)} == tested


@pytest.mark.parametrize("profile", list(KEY_PROFILES["profiles"]))
def test_the_keys_of_the_viewer(page: Page, site: TinySite, profile: str) -> None:
    choose_profile(page, site, "rater1", profile)
    for before, action in steps(LOOK):
        if bound(profile, {})[action] and (not before or bound(profile, {})[before]):
            assert_seen(page, action, before, profile)


@pytest.mark.parametrize("profile", list(KEY_PROFILES["profiles"]))
def test_the_keys_of_drawing(page: Page, site: TinySite, profile: str) -> None:
    choose_profile(page, site, "rater2", profile)
    was = still(page)
    press(page, "brush", profile)
    assert page.locator("#drawing").is_hidden()
    press(page, "correctionYes", profile)
    wait_until_different(page, was, "correctionYes")
    for before, action in steps(DRAW):
        assert_seen(page, action, before, profile)


@pytest.mark.parametrize("profile", list(KEY_PROFILES["profiles"]))
def test_the_keys_of_the_form(page: Page, site: TinySite, profile: str) -> None:
    choose_profile(page, site, "rater3", profile)
    on = page.locator("#questions :is([aria-pressed=true], :checked)")
    classes = page.locator(".class-row .choice")
    for n in range(1, SIZES["class"] + 1):
        press(page, f"class{n}", profile)
        page.keyboard.press("Escape")
        expect(classes.nth(n - 1).locator(".rank")).to_have_text(str(n))
    for n in range(1, SIZES["classFirst"] + 1):
        press(page, f"classFirst{n}", profile)
        page.keyboard.press("Escape")
        expect(classes.nth(n - 1).locator(".rank")).to_have_text("1")
    press(page, "rankDown", profile)
    expect(classes.nth(SIZES["class"] - 1).locator(".rank")).to_have_text("2")
    press(page, "rankUp", profile)
    expect(classes.nth(SIZES["class"] - 1).locator(".rank")).to_have_text("1")
    for n in range(1, SIZES["confidence"] + 1):
        press(page, f"confidence{n}", profile)
        expect(page.get_by_role("radio", name=re.compile(f"^{n}: "))).to_be_checked()
    for n in range(1, SIZES["reason"] + 1):
        press(page, f"reason{n}", profile)
        page.keyboard.press("Escape")
        chip = page.locator(".chip .choice").nth(n - 1)
        expect(chip).to_have_attribute("aria-pressed", "true")
    for action, name in (("correctionYes", "Yes"), ("correctionNo", "No")):
        press(page, action, profile)
        expect(page.get_by_role("radio", name=name, exact=True)).to_be_checked()
    assert on.count() == SIZES["class"] + 1 + (SIZES["reason"] - 1) + 1


def test_the_keys_from_roi_to_roi(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater4", "mirrored")
    go_to(page, 1)
    press(page, "skip", "itk-snap")
    go_to(page, 2)
    press(page, "back", "itk-snap")
    go_to(page, 1)
    press(page, "save", "itk-snap")
    expect(page.locator("#summary")).to_have_text("Questions 1, 2, 3 and 4 are still open.")
    press(page, "comment", "itk-snap")
    expect(page.locator("#comment")).to_be_focused()
    press(page, "leave", "itk-snap")
    expect(page.locator("#stage")).to_be_focused()
    press(page, "help", "itk-snap")
    expect(page.locator("#keys")).to_be_visible()
    press(page, "help", "itk-snap")
    expect(page.locator("#keys")).to_be_hidden()
    for action, panel in (("guidelines", "#beside-guidelines"), ("answers", "#beside-answers")):
        press(page, action, "itk-snap")
        expect(page.locator(panel)).to_be_visible()
    press(page, "settings", "itk-snap")
    expect(page.locator("#settings")).to_be_visible()
