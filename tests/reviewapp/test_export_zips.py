"""The exports as downloads: what the commands write, the same bytes each time."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from reviewapp import export_zips, studies
from reviewapp.corrections import export_corrections
from reviewapp.exports import BlindedError
from reviewapp.models import AccessLog, Study

pytestmark = pytest.mark.django_db


@pytest.fixture
def unblinded(study: Study, people: dict[str, User], answered: Callable[..., None]) -> Study:
    answered("anna", 26)
    answered("ben", 3)
    studies.unblind(study, people["researcher"], "both have finished")
    return study


def packed(study: Study, name: str) -> bytes:
    file = io.BytesIO()
    export_zips.write_export(study, name, file)
    return file.getvalue()


def test_a_zip_of_corrections_holds_what_the_command_writes(
    unblinded: Study, tmp_path: Path
) -> None:
    export_corrections(unblinded, tmp_path / "corrections")
    with zipfile.ZipFile(io.BytesIO(packed(unblinded, "corrections.zip"))) as archive:
        archive.extractall(tmp_path / "zip")
    files = [p.relative_to(tmp_path) for p in tmp_path.glob("corrections/**/*") if p.is_file()]
    assert len(files) > 24
    for file in files:
        assert (tmp_path / "zip" / file).read_bytes() == (tmp_path / file).read_bytes(), file


@pytest.mark.parametrize("name", sorted(export_zips.EXPORTS))
def test_the_same_study_gives_the_same_zip(unblinded: Study, name: str) -> None:
    assert packed(unblinded, name) == packed(unblinded, name)


def test_a_blinded_study_is_not_exported(study: Study) -> None:
    for name in export_zips.EXPORTS:
        with pytest.raises(BlindedError):
            packed(study, name)


def test_the_results_page_offers_them_and_logs_each(
    unblinded: Study, client_of: Callable[[str], Client]
) -> None:
    researcher = client_of("researcher")
    page = researcher.get(reverse("results", args=[unblinded.pk])).content.decode()
    for name in export_zips.EXPORTS:
        address = reverse("results_file", args=[unblinded.pk, name])
        assert address in page
        response = researcher.get(address)
        content = b"".join(response.streaming_content)
        assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
        assert AccessLog.objects.filter(who="researcher", kind="download", what=name).count() == 1


def test_masks_of_a_large_study_are_for_the_command(
    unblinded: Study, client_of: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_zips, "MAX_ROIS", 23)
    researcher = client_of("researcher")
    address = reverse("results_file", args=[unblinded.pk, "corrections.zip"])
    page = researcher.get(reverse("results", args=[unblinded.pk])).content.decode()
    assert address not in page
    assert researcher.get(address).status_code == 404
    told = researcher.get(f"/api/v1/studies/{unblinded.pk}/files/corrections.zip")
    assert told.status_code == 409
    assert "manage.py export_corrections" in told.json()["detail"]


def test_an_interim_look_shows_results_once_and_offers_no_files(
    study: Study, answered: Callable[..., None], client_of: Callable[[str], Client]
) -> None:
    researcher = client_of("researcher")
    look = reverse("interim_look", args=[study.pk])
    sent = {"reason": "Planned after half of the answers.", "confirm": "on"}
    assert researcher.post(look, sent).status_code == 400  # there is nothing to look at
    answered("anna", 20)
    assert researcher.post(look, {**sent, "confirm": ""}).status_code == 400
    assert not study.unblindings.exists()
    shown = researcher.post(look, sent)
    assert shown.status_code == 200
    assert "Interim look" in shown.content.decode()
    assert reverse("results_file", args=[study.pk, "report.zip"]) not in shown.content.decode()
    study.refresh_from_db()
    assert (study.is_open, study.unblindings.get().interim) == (True, True)
    again = researcher.get(reverse("results", args=[study.pk])).content.decode()
    assert "Results are blinded" in again
    assert "Planned after half of the answers." in again
    assert AccessLog.objects.filter(kind="results").count() == 1
