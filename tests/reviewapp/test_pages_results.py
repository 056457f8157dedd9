"""The progress page, the act of unblinding, and the results after it."""

import csv
import io
import zipfile
from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from reviewapp import reports
from reviewapp.exports import export_answers
from reviewapp.models import Study
from reviewapp.studies import unblind

pytestmark = pytest.mark.django_db
REASON = "Both raters have finished."


@pytest.fixture
def researcher(client_of: Callable[[str], Client]) -> Client:
    return client_of("researcher")


@pytest.fixture
def unblinded(study: Study, people: dict[str, User], answered: Callable[..., None]) -> Study:
    answered("anna", 26)
    answered("ben", 20, confidence=2, needs_correction=True)
    unblind(study, people["researcher"], REASON)
    return study


def test_progress_counts_and_times_but_tells_no_answer(
    study: Study, researcher: Client, answered: Callable[..., None]
) -> None:
    answered("anna", 7, classes=["Vessel"])
    html = researcher.get(reverse("progress", args=[study.pk])).content.decode()
    assert "7 of 52 answers are in" in html
    assert "7 of 26" in html
    assert "not begun" in html
    assert "<polyline" in html
    for told in ("Vessel", "FPL", "FNL", "TPL", "mimic"):
        assert told not in html


def test_progress_before_the_first_answer_says_so(study: Study, researcher: Client) -> None:
    html = researcher.get(reverse("progress", args=[study.pk])).content.decode()
    assert "Nobody has answered yet" in html


def test_results_of_a_blinded_study_show_no_group(
    study: Study, researcher: Client, answered: Callable[..., None]
) -> None:
    answered("anna", 3)
    html = researcher.get(reverse("results", args=[study.pk])).content.decode()
    assert "Results are blinded" in html
    for told in ("FPL", "FNL", "TPL", "mimic"):
        assert told not in html


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({}, "Say why in a sentence."),
        ({"reason": "because", "confirm": "on"}, "at least 10 characters"),
        ({"reason": " " * 20, "confirm": "on"}, "Say why in a sentence."),
        ({"reason": REASON}, "Tick this to close the study."),
    ],
)
def test_unblinding_needs_a_reason_and_a_tick_and_keeps_what_was_typed(
    study: Study,
    researcher: Client,
    answered: Callable[..., None],
    form: dict[str, str],
    sentence: str,
) -> None:
    answered("anna", 1)
    response = researcher.post(reverse("results", args=[study.pk]), form)
    html = response.content.decode()
    assert response.status_code == 400
    assert sentence in html
    assert form.get("reason", "").strip() in html
    study.refresh_from_db()
    assert study.is_open


def test_a_study_without_an_answer_can_not_be_unblinded(study: Study, researcher: Client) -> None:
    form = {"reason": REASON, "confirm": "on"}
    response = researcher.post(reverse("results", args=[study.pk]), form)
    assert "There is no answer yet" in response.content.decode()
    assert not study.unblindings.exists()


def test_unblinding_is_logged_closes_the_study_and_shows_the_results(
    study: Study, researcher: Client, answered: Callable[..., None]
) -> None:
    answered("anna", 26)
    address = reverse("results", args=[study.pk])
    response = researcher.post(address, {"reason": REASON, "confirm": "on"}, follow=True)
    html = response.content.decode()
    for text in ("Unblinded by", "researcher", REASON, "26 answers", "SYNTHETIC", "H1", "H4"):
        assert text in html
    study.refresh_from_db()
    assert not study.is_open
    (log,) = study.unblindings.all()
    assert (log.by.username, log.reason, log.n_answers) == ("researcher", REASON, 26)


def test_a_study_unblinded_before_its_first_answer_has_nothing_to_show(
    study: Study, people: dict[str, User], researcher: Client
) -> None:
    unblind(study, people["researcher"], REASON)
    response = researcher.get(reverse("results", args=[study.pk]))
    assert response.status_code == 200
    assert "Nothing to analyse" in response.content.decode()
    address = reverse("results_file", args=[study.pk, "answers.tsv"])
    assert researcher.get(address).status_code == 404


def test_an_interim_look_does_not_open_the_results(
    study: Study, people: dict[str, User], researcher: Client, answered: Callable[..., None]
) -> None:
    answered("anna", 2)
    unblind(study, people["researcher"], REASON, interim=True)
    html = researcher.get(reverse("results", args=[study.pk])).content.decode()
    assert "Results are blinded" in html
    assert "Interim look by" in html


def test_the_downloads_are_the_export_and_the_report_and_nothing_else(
    unblinded: Study, researcher: Client
) -> None:
    def download(name: str) -> bytes:
        response = researcher.get(reverse("results_file", args=[unblinded.pk, name]))
        assert response.status_code == 200
        filename = name.rpartition("/")[2]
        assert response["Content-Disposition"] == f'attachment; filename="{filename}"'
        return b"".join(response)

    content = download("answers.tsv")
    rows = list(csv.DictReader(io.StringIO(content.decode()), delimiter="\t"))
    assert len(rows) == 46
    assert {row["rater"] for row in rows} == {"anna", "ben"}
    path = settings.DATA_DIR / "again.tsv"
    export_answers(unblinded, path)
    assert path.read_bytes() == content

    packed = download("report.zip")
    names = zipfile.ZipFile(io.BytesIO(packed)).namelist()
    assert download("tables/families.tsv").startswith(b"rater\t")
    for name in ("answers.tsv", "tables/families.json", "figures/figure_classes.svg"):
        assert f"report/{name}" in names
    assert packed == download("report.zip")

    for name in ("sections.html", "nothing.tsv", "..", "secret_key"):
        response = researcher.get(f"/studies/{unblinded.pk}/results/{name}")
        assert response.status_code in (400, 404)


def test_the_same_answers_are_analysed_once(
    unblinded: Study, researcher: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = reverse("results", args=[unblinded.pk])
    sections = researcher.get(address).context["sections"]

    def analyse(*args: object, **options: object) -> None:
        raise AssertionError("analysed again")

    monkeypatch.setattr(reports, "analyse", analyse)
    monkeypatch.setattr(reports, "export_answers", analyse)
    assert researcher.get(address).context["sections"] == sections
    with monkeypatch.context() as patch:
        patch.setattr(reports, "_code", lambda: "another version")
        with pytest.raises(AssertionError):
            researcher.get(address)
    # The name stands in every table: a new one makes the report anew.
    User.objects.filter(username="ben").update(username="bert")
    with pytest.raises(AssertionError):
        researcher.get(address)
