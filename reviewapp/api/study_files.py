"""The results of an unblinded study, and the files of its report."""

import hashlib
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.answers import AnswersError
from reviewapp.api.conditional import tagged, tagged_file
from reviewapp.api.problem_types import NO_ANSWERS
from reviewapp.api.problems import ProblemError
from reviewapp.api.researcher import noted, reads, unblinded_study
from reviewapp.models import Study
from reviewapp.reports import ZIP_NAME, ReportFolder, report_of

RESULTS = "results.json"
BYTES = "application/octet-stream"


class FileSerializer(serializers.Serializer[Any]):
    """A file that can be downloaded."""

    name = serializers.CharField()
    n_bytes = serializers.IntegerField(min_value=0)
    sha256 = serializers.CharField()
    url = serializers.URLField()


class FilesSerializer(serializers.Serializer[Any]):
    """All files of a report."""

    items = FileSerializer(many=True)
    zip = serializers.URLField(help_text="all of them in one file")


@reads(OpenApiTypes.OBJECT, name="read_results", problems=(403, 404, 409))
def results(request: Request, query: Mapping[str, Any], study_id: UUID) -> Response | HttpResponse:
    """Give every number of the report, as results.json has them (docs/formats.md)."""
    study = unblinded_study(request, study_id)
    response = tagged_file(request, _report(study).read(RESULTS), "application/json")
    return noted(request, study, "results", RESULTS, response)


@reads(FilesSerializer, name="list_files", problems=(403, 404, 409))
def files(request: Request, query: Mapping[str, Any], study_id: UUID) -> Response:
    """List the downloads: answers.tsv, the report's tables and figures; all come as report.zip."""
    study = unblinded_study(request, study_id)
    report = _report(study)
    items = [_told(request, study, report, name) for name in report.filenames]
    return tagged(request, {"items": items, "zip": _url(request, study, ZIP_NAME)})


@reads(OpenApiTypes.BINARY, name="read_file", problems=(403, 404, 409), media_type=BYTES)
def file(
    request: Request, query: Mapping[str, Any], study_id: UUID, name: str
) -> Response | HttpResponse:
    """Give one file."""
    study = unblinded_study(request, study_id)
    try:
        content = _report(study).read(name)
    except FileNotFoundError as error:
        raise Http404 from error
    response = tagged_file(request, content, BYTES)
    disposition = content_disposition_header(as_attachment=True, filename=PurePosixPath(name).name)
    response["Content-Disposition"] = disposition or "attachment"
    return noted(request, study, "download", name, response)


def _report(study: Study) -> ReportFolder:
    try:
        return report_of(study)
    except AnswersError as error:
        raise ProblemError(NO_ANSWERS, f"{study.name} has no answers to analyse.") from error


def _told(request: Request, study: Study, report: ReportFolder, name: str) -> dict[str, Any]:
    content = report.read(name)
    return {
        "name": name,
        "n_bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "url": _url(request, study, name),
    }


def _url(request: Request, study: Study, name: str) -> str:
    return request.build_absolute_uri(reverse("api:study_file", args=[study.pk, name]))
