"""Two small studies on a server: `tiny`, and `mirrored` in the radiological view."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect

from lesions.questionnaire import paper_questionnaire
from tests.browser.server import manage, run, serving
from tests.browser.tiny_cohort import write_cohort
from tests.databases import connected

PASSWORD = "correct horse battery staple"
RATERS = ("rater1", "rater2", "rater3", "rater4", "rater5")
N_ROIS = 12
#: The outline's colour on the planes.
LESION_COLOUR = (255, 216, 61)


@dataclass(frozen=True)
class TinySite:
    """A served site and its data."""

    address: str
    data: Path

    def answers(self, study: str) -> list[dict[str, str]]:
        """Export the answers of a study and give the rows as text."""
        out = self.data / f"{study}-answers.tsv"
        out.unlink(missing_ok=True)
        words = ["--out", str(out), "--interim", "--reason", "a test"]
        manage(self.data, "export_answers", study, *words)
        header, *rows = [line.split("\t") for line in out.read_text("utf-8").splitlines()]
        return [dict(zip(header, row, strict=True)) for row in rows]

    def add_study(self, name: str, *options: str) -> None:
        """Make another study of the same ROIs, for tests that leave their mark on it."""
        cohort = self.data.parent / "cohort"
        tables = [str(cohort / "rois.tsv"), "--scans", str(cohort / "scans.tsv")]
        people = ["--raters", ",".join(RATERS), "--researcher", "researcher"]
        manage(self.data, "create_study", name, *tables, *people, "--repeat-share", "0", *options)

    def forget_drafts(self) -> None:
        """Remove all drafts from the server."""
        with connected(self.data) as database:
            database.execute("DELETE FROM reviewapp_draft")
            database.commit()


@contextmanager
def tiny_site(folder: Path) -> Iterator[TinySite]:
    """Build cohort, accounts and studies, and serve them."""
    data, cohort = folder / "data", folder / "cohort"
    data.mkdir()
    write_cohort(cohort)
    manage(data, "migrate", "--verbosity", "0")
    for name in (*RATERS, "researcher"):
        run(data, "manage.py", "create_account", name, "--password-stdin", text=PASSWORD + "\n")
    tables = [str(cohort / "rois.tsv"), "--scans", str(cohort / "scans.tsv")]
    people = ["--raters", ",".join(RATERS), "--researcher", "researcher", "--repeat-share", "0"]
    manage(data, "create_study", "tiny", *tables, *people, "--neurological")
    manage(data, "create_study", "mirrored", *tables, *people)
    with serving(data) as address:
        yield TinySite(address, data)


def sign_in(page: Page, site: TinySite, name: str) -> None:
    """Sign in by the form."""
    page.goto(f"{site.address}/accounts/login/")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"{site.address}/")


def open_study(page: Page, site: TinySite, rater: str, study: str = "tiny") -> None:
    """Sign in and open the review page of a study, up to the first lesion on the screen."""
    sign_in(page, site, rater)
    go_to_study(page, site, study)


def go_to_study(page: Page, site: TinySite, study: str) -> None:
    """Open the review page of a study from the home page, signed in as one of its raters."""
    page.goto(address(page, site, "review", study))
    wait_until_shown(page)


def address(page: Page, site: TinySite, name: str, study: str = "tiny") -> str:
    """Give the address of a page of a study, as the home page links to it."""
    page.goto(f"{site.address}/")
    heading = page.get_by_role("heading", name=study, exact=True)
    link = page.locator(".study-card", has=heading).locator(f"a[href*='/{name}/']")
    return site.address + (link.get_attribute("href") or "")


def wait_until_shown(page: Page) -> None:
    """Wait until a lesion is on the screen."""
    expect(page.locator("#place")).to_have_text(re.compile(r"\d+ of \d+"), timeout=30_000)
    expect(page.locator("#veil")).to_be_hidden(timeout=30_000)


def go_to(page: Page, place: int) -> None:
    """Wait until the page shows the ROI at a place of the queue."""
    expect(page.locator("#place")).to_have_text(f"{place} of {N_ROIS}")


def wait_for_images(page: Page, n: int) -> None:
    """Wait until the images of n ROIs are in the browser."""
    page.wait_for_function(
        "n => performance.getEntriesByType('resource')"
        ".filter(one => one.name.includes('/mask/') && one.responseEnd > 0).length >= n",
        arg=n,
        timeout=30_000,
    )


def answer_by_keys(page: Page) -> None:
    """Give a whole answer: leukocortical, then vessel; very sure; no reasons; no correction."""
    for key in ("Digit2", "Digit7", "Alt+Digit4", "KeyQ", "KeyN"):
        page.keyboard.press(key)


def own_answer() -> dict[str, object]:
    """Give what `answer_by_keys` answers, as the API takes it."""
    questionnaire = paper_questionnaire()
    return {
        "classes": [questionnaire.classes[i].name for i in (1, 6)],
        "confidence": 4,
        "reasons": [questionnaire.reasons[0].name],
        "needs_correction": False,
        "comment": "",
    }


def shown(page: Page) -> dict[str, object]:
    """Fetch what the API says of the ROI on the screen."""
    text = page.evaluate(
        "fetch('/api/v1/assignments/' + location.hash.slice(1) + '/').then(r => r.text())"
    )
    found: dict[str, object] = json.loads(text)
    return found
