"""The panel beside the form: every class with its text, and the pictures that there are."""

import pytest
from django.conf import settings

from lesions.questionnaire import Questionnaire, paper_questionnaire
from reviewapp.guidelines import GUIDELINES, PICTURES, panel, to_html
from scripts.guideline_pictures import TABLE

#: What the phantoms can't show: an ROI of which nothing can be said.
WITHOUT_PICTURE = ["Unknown"]


@pytest.fixture(scope="module")
def questionnaire() -> Questionnaire:
    return paper_questionnaire()


def test_every_class_has_its_place_and_its_look(questionnaire: Questionnaire) -> None:
    classes = panel(questionnaire)["classes"]
    assert [one["name"] for one in classes] == [o.name for o in questionnaire.classes]
    assert all(one["where"] and one["look"] for one in classes)


def test_every_class_that_phantoms_have_shows_a_picture(questionnaire: Questionnaire) -> None:
    classes = panel(questionnaire)["classes"]
    assert [one["name"] for one in classes if one["picture"] is None] == WITHOUT_PICTURE
    for one in classes:
        if one["picture"]:
            name = one["picture"]["url"].rpartition("/")[2].split(".")[0]
            (path,) = (settings.BASE_DIR / "static/img/guidelines").glob(f"{name}.webp")
            assert path.read_bytes()[:4] == b"RIFF"
            assert path.stat().st_size < 20_000
            assert one["picture"]["alt"]


def test_the_pictures_are_drawn_from_the_table_that_the_page_reads() -> None:
    assert TABLE == PICTURES


def test_reasons_and_levels_are_explained_by_name(questionnaire: Questionnaire) -> None:
    shown = panel(questionnaire)
    assert [one["name"] for one in shown["reasons"]] == [o.name for o in questionnaire.reasons]
    assert [one["name"][2:] for one in shown["levels"]] == list(questionnaire.confidence_levels)
    assert all(one["text"] for one in (*shown["reasons"], *shown["levels"]))
    assert all(one["name"].endswith("?") and one["text"] for one in shown["apart"])
    assert shown["correction"]


def test_pictures_in_the_text_are_those_of_the_app() -> None:
    assert 'src="/static/img/favicon' in to_html("![the mark](../static/img/favicon.svg)")


def test_every_picture_that_the_text_names_is_there() -> None:
    text = GUIDELINES.read_text("utf-8")
    for line in text.split("](../")[1:]:
        assert (settings.BASE_DIR / line.split(")")[0]).is_file()
