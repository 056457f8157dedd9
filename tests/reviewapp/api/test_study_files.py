"""The results of an unblinded study and its files over the API."""

import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from reviewapp.exports import export_answers
from reviewapp.models import AccessLog, Study
from reviewapp.reports import report_of
from reviewapp.studies import unblind
from tests.reviewapp.api.conftest import Script

pytestmark = pytest.mark.django_db
API = "/api/v1"


def url(study: Study, rest: str) -> str:
    return f"{API}/studies/{study.pk}/{rest}"


def test_results_and_files_are_those_of_the_page(
    reader: Script, unblinded: Study, tmp_path: Path
) -> None:
    folder = report_of(unblinded).path
    results = reader.get(url(unblinded, "results/"))
    assert results.content == (folder / "results.json").read_bytes()
    assert json.loads(results.content) == results.json()
    again = reader.get(url(unblinded, "results/"), If_None_Match=results["ETag"])
    assert again.status_code == 304

    listed = reader.get(url(unblinded, "files/")).json()
    items = listed["items"]
    assert {"answers.tsv", "report.html", "results.json"} <= {item["name"] for item in items}
    for item in items:
        response = reader.get(item["url"])
        assert response.status_code == 200, item
        assert response["Content-Disposition"].startswith("attachment")
        assert len(response.content) == item["n_bytes"]
        assert hashlib.sha256(response.content).hexdigest() == item["sha256"]
    export_answers(unblinded, tmp_path / "answers.tsv")
    table = reader.get(url(unblinded, "files/answers.tsv"))
    assert table.content == (tmp_path / "answers.tsv").read_bytes()
    packed = reader.get(listed["zip"]).content
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert "report/results.json" in archive.namelist()


def test_each_download_writes_its_row_of_the_access_log(
    reader: Script, unblinded: Study, people: dict[str, User]
) -> None:
    etag = reader.get(url(unblinded, "results/"))["ETag"]
    reader.get(url(unblinded, "results/"), If_None_Match=etag)
    for path in ("files/answers.tsv", "files/report.zip", "answers/?limit=5", "rois/"):
        assert reader.get(url(unblinded, path)).status_code == 200, path
    for path in ("files/", "files/nothing", "progress/"):
        reader.get(url(unblinded, path))
    rows = AccessLog.objects.filter(study=unblinded).order_by("pk")
    assert [(row.kind, row.what, row.not_modified) for row in rows] == [
        ("results", "results.json", False),
        ("results", "results.json", True),
        ("download", "answers.tsv", False),
        ("download", "report.zip", False),
        ("export", "answers", False),
        ("export", "rois", False),
        ("results", "files", False),
    ]
    assert {(row.by, row.who) for row in rows} == {(people["researcher"], "researcher")}


@pytest.mark.parametrize(
    "name", ["nothing", "sections.html", "../answers.tsv", "%2e%2e/secret_key", "/etc/passwd", "."]
)
def test_what_is_no_file_of_the_report_is_not_found(
    reader: Script, unblinded: Study, name: str
) -> None:
    assert reader.get(url(unblinded, f"files/{name}")).status_code == 404


def test_a_study_without_answers_has_no_results(
    reader: Script, study: Study, people: dict[str, User]
) -> None:
    unblind(study, people["researcher"], "nobody came")
    for rest in ("results/", "files/", "files/answers.tsv"):
        response = reader.get(url(study, rest))
        assert response.status_code == 409
        assert response.json()["type"] == f"{API}/problems/no-answers/"
