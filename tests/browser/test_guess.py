"""The last question, who drew the delineation, in a study that asks it."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lesions.questionnaire import paper_questionnaire
from tests.browser.tiny_site import TinySite, answer_by_keys, go_to, open_study

pytestmark = pytest.mark.browser
TEXT = "Was this delineation drawn by the model or by hand?"


def test_the_last_question_is_asked_answered_by_key_stored_and_shown_again(
    page: Page, site: TinySite, tmp_path: Path
) -> None:
    questions = {**paper_questionnaire().as_dict(), "guessed_source": {"text": TEXT}}
    (tmp_path / "questionnaire.json").write_text(json.dumps(questions))
    site.add_study("asking", "--questionnaire", str(tmp_path / "questionnaire.json"))
    open_study(page, site, "rater1", "asking")
    go_to(page, 1)
    group = page.get_by_role("radiogroup", name=TEXT)
    expect(group.get_by_role("radio")).to_have_count(3)
    page.locator("#save").click()
    expect(page.locator("#summary")).to_have_text("Questions 1, 2, 3, 4 and 5 are still open.")
    for key, name in (("L", "Model"), ("H", "Hand"), ("U", "Don't know")):
        page.locator("#stage").focus()
        page.keyboard.press(f"Shift+{key}")
        expect(group.get_by_role("radio", name=name)).to_be_checked()
    group.get_by_text("Hand", exact=True).click()
    page.locator("#stage").focus()
    answer_by_keys(page)
    page.keyboard.press("Enter")
    go_to(page, 2)
    page.locator("#back").click()
    go_to(page, 1)
    expect(group.get_by_role("radio", name="Hand")).to_be_checked()
    assert [row["guessed_source"] for row in site.answers("asking")] == ["hand"]
