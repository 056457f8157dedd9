"""Build and serve what the benchmarks of the review page need: phantoms, a study, a browser."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, StorageState, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.browser.conftest import FLAGS
from tests.browser.server import ROOT, manage, run
from tests.browser.tiny_site import PASSWORD

#: Longest wait for anything, in ms.
WAIT_MS = 120_000
VIEWPORT = {"width": 1280, "height": 800}


def make_study(folder: Path, scans: Path, rois: Path) -> Path:
    """Make a study of the ROIs with one rater, and give the app's data folder."""
    data = folder / "data"
    data.mkdir()
    manage(data, "migrate", "--verbosity", "0")
    for name in ("rater", "researcher"):
        run(data, "manage.py", "create_account", name, "--password-stdin", text=PASSWORD + "\n")
    people = ["--raters", "rater", "--researcher", "researcher", "--repeat-share", "0"]
    manage(data, "create_study", "bench", str(rois), "--scans", str(scans), *people)
    return data


def sample_lesions(folder: Path, scans: Path, n: int) -> Path:
    """Find the cohort's lesions and sample some; give rois.tsv."""
    lesions, rois = folder / "lesions.tsv", folder / "rois.tsv"
    run(folder, "-m", "lesions", "table", str(scans), "--out", str(lesions))
    run(folder, "-m", "lesions", "sample", str(lesions), "--n", str(n), "--out", str(rois))
    return rois


@contextmanager
def chromium(*flags: str) -> Iterator[Browser]:
    """Start the system's Chromium with WebGL drawn by the processor."""
    found = subprocess.run(
        [ROOT / "scripts" / "find-chromium"], capture_output=True, text=True, check=True
    ).stdout.split()[0]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*FLAGS, *flags])
        yield browser
        browser.close()


def sign_in(browser: Browser, address: str) -> tuple[StorageState, str]:
    """Sign in, and give the session with the path of the review page."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/accounts/login/")
    page.fill("input[name=username]", "rater")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    href = page.locator("a[href*='/review/']").first.get_attribute("href", timeout=WAIT_MS)
    state = context.storage_state()
    context.close()
    return state, str(href)


def open_page(browser: Browser, state: StorageState | None, *scripts: str) -> Page:
    """Open a tab in a fresh profile, with scripts that run before the page's own."""
    context = browser.new_context(viewport=VIEWPORT, storage_state=state)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    for script in scripts:
        page.add_init_script(script)
    return page


def tell(line: str) -> None:
    """Tell how far it is, on stderr: stdout holds the result alone."""
    print(line, file=sys.stderr, flush=True)
