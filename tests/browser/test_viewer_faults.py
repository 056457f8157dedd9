"""What goes wrong with the picture: said, put right where it can be, and never answered blind."""

import re

import numpy as np
import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.test_review_geometry import is_outline, picture
from tests.browser.tiny_site import (
    TinySite,
    address,
    answer_by_keys,
    go_to,
    open_study,
    shown,
    sign_in,
)

pytestmark = pytest.mark.browser


def open_first(page: Page, site: TinySite) -> None:
    """Sign in and open the review page, without waiting for a lesion."""
    sign_in(page, site, "rater5")
    page.goto(address(page, site, "review"))
    expect(page.locator("#place")).to_have_text(re.compile(r"\d+ of \d+"), timeout=30_000)


def go_on(page: Page) -> None:
    """Save by Enter, up to the next ROI."""
    place = int(page.locator("#place").inner_text().split()[0])
    page.keyboard.press("Enter")
    go_to(page, place + 1)


def test_a_missing_image_is_said_not_answered_blind_and_comes_when_asked_again(
    page: Page, site: TinySite
) -> None:
    page.route("**/*.nii", lambda route: route.fulfill(status=404, body="{}"))
    open_first(page, site)
    veil = page.locator("#veil")
    expect(veil).to_contain_text("The image of this ROI can't be shown. Error 404.")
    answer_by_keys(page)
    expect(page.locator("#questions :is([aria-pressed=true], :checked)")).to_have_count(5)
    page.keyboard.press("Enter")
    expect(page.locator("#notice")).to_contain_text("the lesion is not on the screen")
    assert shown(page)["answer"] is None
    page.unroute_all(behavior="ignoreErrors")
    page.get_by_role("button", name="Try again").click()
    expect(veil).to_be_hidden()
    expect(page.locator("#notice")).to_be_hidden()
    assert is_outline(picture(page)).sum() > 300
    go_on(page)


def test_half_an_image_is_not_shown_and_the_cache_does_not_keep_it(
    page: Page, site: TinySite
) -> None:
    def halve(route: Route) -> None:
        body = route.fetch().body()
        route.fulfill(
            status=200, body=body[: len(body) // 2], headers={"Cache-Control": "max-age=9999"}
        )

    page.route("**/*.nii", halve)
    open_first(page, site)
    expect(page.locator("#veil")).to_contain_text(re.compile(r"did not arrive whole: \d+ of \d+"))
    page.unroute_all(behavior="ignoreErrors")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#veil")).to_be_hidden()
    assert is_outline(picture(page)).sum() > 300


def test_a_lost_graphics_card_comes_back_without_a_reload(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater5")
    answer_by_keys(page)
    before = picture(page)
    lose = "(window.card = document.getElementById('planes').getContext('webgl2')"
    page.evaluate(lose + ".getExtension('WEBGL_lose_context')).loseContext()")
    expect(page.locator("#veil")).to_contain_text("The graphics card was reset.")
    page.keyboard.press("Enter")
    expect(page.locator("#notice")).to_contain_text("the lesion is not on the screen")
    page.evaluate("window.card.restoreContext()")
    expect(page.locator("#veil")).to_be_hidden()
    page.wait_for_timeout(200)
    assert (np.abs(picture(page) - before) < 3).mean() > 0.999
    page.keyboard.press("ArrowRight")
    go_on(page)


def test_without_webgl_the_page_says_so_and_keeps_what_is_typed(page: Page, site: TinySite) -> None:
    page.add_init_script(
        "const get = HTMLCanvasElement.prototype.getContext;"
        "HTMLCanvasElement.prototype.getContext = function (kind, ...more) {"
        "  return kind === 'webgl2' ? null : get.call(this, kind, ...more); };"
    )
    open_first(page, site)
    expect(page.locator("#veil")).to_contain_text("no WebGL 2")
    page.keyboard.press("Digit2")
    expect(page.locator("#questions :is([aria-pressed=true], :checked)")).to_have_count(1)
    for key in ("Alt+Digit4", "KeyQ", "KeyN", "ArrowRight", "KeyL", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#notice")).to_contain_text("the lesion is not on the screen")
