"""The pages where a researcher orders a study, watches it and changes its draft."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from lesions.questionnaire import paper_questionnaire
from reviewapp.builds.build import carry_out
from reviewapp.models import Build, SharedCohort, Study
from reviewapp.raters import add_rater
from reviewapp.studies import freeze
from tests.reviewapp.cohort import Sample

pytestmark = pytest.mark.django_db
#: What a browser sends of the form as it stands.
FORM: dict[str, Any] = {
    "name": "by page", "cohort": "Site D", "source": "draw", "n": 3, "sample_seed": 42,
    "acquisition": "", "tpl_drawn_in": "reference", "max_per_patient": "",
    "seed": 42, "repeat_share": 0.1, "repeat_distance": 40, "block_size": 0,
    "break_after_min": 45, "n_raters": "", "class_rule": "set", "hypotheses": "H1",
    "radiological": "on", "practice_n": "",
}  # fmt: skip


@pytest.fixture
def researcher(cohort: SharedCohort, client_of: Callable[[str], Client]) -> Client:
    return client_of("researcher")


@pytest.fixture
def draft(researcher: Client) -> Study:
    """Order a study by the page, and let it be made."""
    researcher.post(reverse("new_study"), FORM)
    study = carry_out(Build.objects.get().pk).study
    assert study is not None
    return study


def upload(name: str, text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def test_the_home_page_leads_to_a_new_study_where_there_is_a_cohort(
    researcher: Client, client_of: Callable[[str], Client]
) -> None:
    link = reverse("new_study").encode()
    assert link in researcher.get("/").content
    assert link not in client_of("anna").get("/").content
    assert client_of("anna").get(reverse("new_study")).status_code == 404


def test_the_form_as_it_stands_orders_a_study(researcher: Client, started: list[Build]) -> None:
    page = researcher.get(reverse("new_study"))
    usual = page.context["form"].initial | {
        name: field.initial for name, field in page.context["form"].fields.items() if field.initial
    }
    sent = {**FORM, **{k: v for k, v in usual.items() if v is not None}, "name": "usual"}
    response = researcher.post(reverse("new_study"), sent)
    (made,) = started
    assert response["Location"] == reverse("build", args=[made.pk])
    assert (made.study_name, made.plan["draw"]["n"]) == ("usual", 50)
    assert made.plan["settings"]["hypotheses"].startswith("H1 to H4")


def test_an_order_is_watched_until_its_draft_is_there(
    researcher: Client, started: list[Build]
) -> None:
    researcher.post(reverse("new_study"), FORM)
    page = reverse("build", args=[started[0].pk])
    assert b"Making" in researcher.get(page).content
    Build.objects.update(state="storing", n_scans=3, n_done=2)
    assert b"Storing the images: 2 of 3 scans." in researcher.get(page).content
    Build.objects.update(state="ordered")
    study = carry_out(started[0].pk).study
    assert study is not None
    found = researcher.get(page)
    assert reverse("study", args=[study.pk]).encode() in found.content
    assert b"TPL" in found.content  # the cohort has none, and the page says so
    assert b"by page" in researcher.get(reverse("new_study")).content


def test_a_table_is_taken_as_a_file(
    researcher: Client, started: list[Build], sample: Sample
) -> None:
    text = sample.rois.read_text("utf-8")
    files = {
        "source": "table",
        "rois": upload("my rois.tsv", "\ufeff" + text),
        "questionnaire": upload("q.json", '{"version": "'),
    }
    refused = researcher.post(reverse("new_study"), FORM | files)
    assert refused.status_code == 400
    assert b"q.json: expected JSON" in refused.content
    files |= {"rois": upload("my rois.tsv", "\ufeff" + text), "questionnaire": ""}
    assert researcher.post(reverse("new_study"), FORM | files).status_code == 302
    assert started[0].plan["tables"] == {"rois.tsv": text}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"source": "table"}, "Choose the file"),
        ({"source": "table", "rois": b"\xff\xfe"}, "expected UTF-8 text"),
        ({"source": "table", "rois": b"x\n1\n"}, "rois.tsv: unknown column"),
        ({"cohort": "Site E"}, "Select a valid choice"),
        ({"name": "\x1b[0m"}, "printable characters"),
        ({"repeat_share": 0.9}, "less than or equal to 0.5"),
        ({"n": 0}, "greater than or equal to 1"),
        ({"practice_n": 3}, "there is no practice block"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_ordered(
    researcher: Client, changes: dict[str, Any], message: str
) -> None:
    sent = {
        name: SimpleUploadedFile("rois.tsv", value) if isinstance(value, bytes) else value
        for name, value in changes.items()
    }
    response = researcher.post(reverse("new_study"), FORM | sent)
    assert response.status_code == 400
    assert message in response.content.decode()
    assert not Build.objects.exists()


def test_an_order_is_stopped_and_tried_again(researcher: Client, started: list[Build]) -> None:
    researcher.post(reverse("new_study"), FORM)
    (first,) = started
    again = reverse("retry_build", args=[first.pk])
    researcher.post(again)
    assert len(started) == 1  # it is still being made
    researcher.post(reverse("stop_build", args=[first.pk]))
    assert Build.objects.get(pk=first.pk).stop_asked
    Build.objects.update(state="failed", error="the disk was full")
    assert b"the disk was full" in researcher.get(reverse("build", args=[first.pk])).content
    researcher.post(again)
    assert [one.study_name for one in started] == ["by page", "by page"]
    assert started[1].plan == started[0].plan


def test_nobody_else_sees_an_order(
    researcher: Client,
    started: list[Build],
    cohort: SharedCohort,
    people: dict[str, User],
    client_of: Callable[[str], Client],
) -> None:
    researcher.post(reverse("new_study"), FORM)
    cohort.users.add(people["stranger"])
    other = client_of("stranger")
    for name in ("build", "stop_build", "retry_build"):
        send = other.get if name == "build" else other.post
        assert send(reverse(name, args=[started[0].pk])).status_code == 404
    assert b"by page" not in other.get(reverse("new_study")).content


def test_a_draft_is_changed_on_its_page(researcher: Client, draft: Study) -> None:
    questions = paper_questionnaire().as_dict() | {"version": "mine"}
    sent = FORM | {"name": "renamed", "block_size": 6, "seed": 9}
    del sent["radiological"]
    sent["questionnaire"] = upload("mine.json", json.dumps(questions))
    response = researcher.post(reverse("change_study", args=[draft.pk]), sent)
    assert response.status_code == 302
    draft.refresh_from_db()
    assert (draft.name, draft.seed, draft.radiological) == ("renamed", 9, False)
    assert draft.protocol["settings"]["block_size"] == 6
    assert draft.questionnaire["version"] == "mine"


def test_a_frozen_study_is_not_changed(
    researcher: Client, draft: Study, people: dict[str, User]
) -> None:
    freeze(draft, people["researcher"])
    response = researcher.post(reverse("change_study", args=[draft.pk]), FORM | {"seed": 9})
    assert response.status_code == 400
    assert b"only a study that is draft can be changed" in response.content
    assert b"Change the draft" not in researcher.get(reverse("study", args=[draft.pk])).content


def test_a_rater_of_a_draft_is_removed(
    researcher: Client, draft: Study, people: dict[str, User]
) -> None:
    for name in ("anna", "ben"):
        add_rater(draft, people["researcher"], people[name])
    member = draft.memberships.get(user=people["anna"])
    researcher.post(reverse("remove_rater", args=[draft.pk, member.pk]))
    names = draft.memberships.values_list("user__username", flat=True)
    assert sorted(names) == ["ben", "researcher"]


def test_an_amendment_does_not_take_back_one_that_came_meanwhile(
    researcher: Client, draft: Study, people: dict[str, User]
) -> None:
    freeze(draft, people["researcher"])
    page = researcher.get(reverse("study", args=[draft.pk]))
    seen = page.context["amend_form"].initial
    form = {k: "" if v is None else v for k, v in seen.items()}
    first = form | {"break_after_min": 30, "reason": "raters asked for it"}
    second = form | {"hypotheses": "H1 alone", "reason": "the others are for later"}
    address = reverse("amend", args=[draft.pk])
    assert researcher.post(address, first).status_code == 302
    refused = researcher.post(address, second)
    assert refused.status_code == 400
    assert b"was amended meanwhile" in refused.content
    draft.refresh_from_db()
    assert draft.protocol["settings"]["break_after_min"] == 30
