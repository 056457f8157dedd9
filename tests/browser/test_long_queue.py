"""A queue of which the page gets parts: it goes on, back and to its end as in a short one."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.server import run
from tests.browser.tiny_site import TinySite, answer_by_keys, open_study, wait_until_shown

pytestmark = pytest.mark.browser
N = 700
#: Places without an answer: the last lies in no part of the queue that holds the first.
OPEN = (301, 302, 650)
MAKE = f"""
import os
import django
os.environ["DJANGO_SETTINGS_MODULE"] = "reviewapp.settings"
django.setup()
from reviewapp.models import Study
from tests.reviewapp.cohort import ANSWER
from tests.reviewapp.large import add_study
rows = [
    {{"lesion_id": f"roi-{{i:03d}}", "participant_id": f"sub-{{i // 25:03d}}"}} for i in range({N})
]
places = [(i, None if i + 1 in {OPEN} else ANSWER) for i in range({N})]
add_study(Study.objects.get(name="tiny"), "long", rows, [("rater1", places)])
"""


@pytest.fixture(scope="module")
def long(site: TinySite) -> str:
    """Make a study of 700 ROIs of which rater1 has answered all but three."""
    run(site.data, "-c", MAKE)
    return "long"


def at(page: Page, place: int) -> None:
    expect(page.locator("#place")).to_have_text(f"{place} of {N}")
    wait_until_shown(page)


def test_the_page_goes_on_across_the_parts_of_the_queue(
    page: Page, site: TinySite, long: str
) -> None:
    open_study(page, site, "rater1", long)
    at(page, 301)
    page.keyboard.press("Backspace")
    at(page, 300)
    page.goto(page.url.split("review/")[0] + "answers/?from=601")
    page.get_by_role("link", name="Open ROI 601", exact=True).click()
    at(page, 601)
    expect(page.locator("#questions :is([aria-pressed=true], :checked)")).not_to_have_count(0)
    page.keyboard.press("Backspace")
    at(page, 600)
    page.goto(page.url.split("#")[0])
    page.reload()
    for place in OPEN:
        at(page, place)
        answer_by_keys(page)
        page.keyboard.press("Enter")
    page.wait_for_url("**/done/")
    expect(page.locator("main")).to_contain_text(f"{N} of {N}")
    assert len([row for row in site.answers(long) if row["rater"] == "rater1"]) == N
