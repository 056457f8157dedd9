"""A second factor in the browser: set up under the strict policy, and asked for in place."""

import base64
import re

import pytest
from django_otp.oath import totp
from playwright.sync_api import Page, expect

from tests.browser.server import manage
from tests.browser.tiny_site import (
    PASSWORD,
    TinySite,
    answer_by_keys,
    go_to,
    go_to_study,
    sign_in,
    wait_for_images,
)

pytestmark = pytest.mark.browser
STUDY = "factor"


def set_up(page: Page, site: TinySite) -> list[str]:
    """Turn the second factor of who is signed in on, as a person would; give recovery codes."""
    page.goto(f"{site.address}/accounts/second-factor/")
    page.get_by_role("button", name="Set it up").click()
    picture = page.get_by_alt_text("The secret as a QR code")
    picture.evaluate("one => one.decode()")
    assert picture.evaluate("one => one.naturalWidth") > 100
    text = page.locator("code").first.inner_text().replace(" ", "")
    assert re.fullmatch("[A-Z2-7]{32}", text)
    page.fill("input[name=password]", PASSWORD)
    page.fill("input[name=code]", f"{totp(base64.b32decode(text)):06d}")
    page.get_by_role("button", name="Turn it on").click()
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    return page.locator(".recovery-codes li").all_inner_texts()


def test_a_rater_with_a_second_factor_signs_in_again_in_place(page: Page, site: TinySite) -> None:
    site.add_study(STUDY)
    sign_in(page, site, "rater5")
    try:
        codes = set_up(page, site)
        open_in_place(page, site, codes)
    finally:
        manage(site.data, "remove_second_factor", "rater5")


def open_in_place(page: Page, site: TinySite, codes: list[str]) -> None:
    """Lose the session while answering, and sign in with password and code."""
    page.goto(f"{site.address}/")
    go_to_study(page, site, STUDY)
    wait_for_images(page, 2)
    page.keyboard.press("KeyT")
    page.keyboard.type("a draft")
    page.keyboard.press("Escape")
    page.context.clear_cookies()
    answer_by_keys(page)
    page.keyboard.press("Enter")
    go_to(page, 2)
    expect(page.locator("#saving")).to_have_text("signed out: 1 answer kept here")
    page.get_by_role("button", name="Sign in again").click()
    dialog = page.locator("#sign-in")
    expect(dialog.get_by_label("Code")).to_be_hidden()
    dialog.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(dialog.get_by_label("Code")).to_be_focused()
    expect(dialog).to_contain_text("Enter a code")
    page.keyboard.type("000000")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("This code is wrong")
    page.keyboard.type(codes[0])
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator("#saving")).to_have_text("✓ all answers saved", timeout=15_000)
    (row,) = (row for row in site.answers(STUDY) if row["rater"] == "rater5")
    assert row["comment"] == "a draft"
