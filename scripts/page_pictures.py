"""Take the pictures of the review page for docs/raters.md and README.md: `make pictures`.

A demo is built in a folder of its own (or taken from --data), one ROI is half answered by keys as a
rater would, and the page is pictured at 1440 x 900. Everything on it is synthetic.
"""

import argparse
import shutil
import tempfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, ViewportSize, expect, sync_playwright

from tests.browser.conftest import FLAGS
from tests.browser.server import manage, serving

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "static" / "img" / "help"
README_PICTURE = ROOT / "docs" / "images" / "review-page.png"
SIZE = ViewportSize(width=1440, height=900)
QUALITY = 80
#: Place of the ROI that is shown: one whose lesion is plain to see.
PLACE = 3
RATER = "rater1"
#: How long the planes may take on a machine without a graphics card, in ms.
SLOW_MS = 60_000


def main(argv: Sequence[str] | None = None) -> None:
    """Take all pictures."""
    parser = argparse.ArgumentParser(prog="python -m scripts.page_pictures", description=__doc__)
    parser.add_argument("--data", type=Path, metavar="DIR", help="a demo that is built already")
    parser.add_argument("--place", type=int, default=PLACE, help="which ROI of the queue is shown")
    args = parser.parse_args(argv)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        data = args.data or Path(folder)
        if args.data is None:
            manage(data, "build_demo")
        with serving(data) as address, sync_playwright() as playwright:
            chromium = shutil.which("chromium") or shutil.which("google-chrome")
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            take(browser.new_page(viewport=SIZE), address, args.place)


def take(page: Page, address: str, place: int) -> None:
    """Go to one ROI and picture the page, its guidelines, its keys and the redrawing."""
    page.goto(f"{address}/accounts/login/")
    page.get_by_role("button", name=f"Sign in as {RATER}").click()
    page.wait_for_url(f"{address}/")
    href = page.locator("a[href*='/review/']").first.get_attribute("href")
    page.goto(f"{address}{href}")
    _wait(page, 1)
    study = (href or "").split("/")[2]
    queue = page.evaluate(f"fetch('/api/v1/studies/{study}/queue/').then(r => r.json())")
    page.goto(f"{address}{href}#{queue['items'][place - 1]['id']}")
    page.reload()
    _wait(page, place)
    for key in ("Digit2", "Digit4", "Alt+Digit3", "KeyW", "KeyE"):
        page.keyboard.press(key)
    _save(page, "page.webp")
    README_PICTURE.write_bytes(page.screenshot())
    page.keyboard.press("Shift+KeyG")
    expect(page.locator("#beside-guidelines img").first).to_be_visible()
    page.wait_for_timeout(1000)
    _save(page, "guidelines.webp")
    page.keyboard.press("Escape")
    page.keyboard.press("KeyY")
    page.keyboard.press("KeyB")
    page.wait_for_timeout(1000)
    _save(page, "redraw.webp")
    page.keyboard.press("Escape")
    page.keyboard.press("KeyN")
    page.keyboard.press("F1")
    expect(page.locator("#keys")).to_be_visible()
    _save(page, "keys.webp")


def _wait(page: Page, place: int) -> None:
    """Wait until an ROI is on the screen with its whole scan behind it."""
    expect(page.locator("#place")).to_contain_text(f"{place} of", timeout=SLOW_MS)
    expect(page.locator("#veil")).to_be_hidden(timeout=SLOW_MS)
    expect(page.locator("#scan-state")).to_contain_text("whole scan", timeout=SLOW_MS)
    page.wait_for_timeout(2000)


def _save(page: Page, name: str) -> None:
    path = FOLDER / name
    Image.open(BytesIO(page.screenshot())).save(path, quality=QUALITY, method=6)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
