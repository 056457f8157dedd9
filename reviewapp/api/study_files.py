"""The results of an unblinded study, and the files of its report."""

import hashlib
import io
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.models import User
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.answers import AnswersError
from reviewapp import accesses
from reviewapp.api.acting import ReasonSerializer, allowed, check_names, reason_of
from reviewapp.api.conditional import changing, tagged, tagged_file
from reviewapp.api.problem_types import NO_ANSWERS, TOO_LARGE
from reviewapp.api.problems import ProblemError
from reviewapp.api.researcher import changes, noted, reads, unblinded_study
from reviewapp.export_zips import EXPORTS, ExportTooLargeError, write_export
from reviewapp.models import AnswerRevision, Study
from reviewapp.reports import ZIP_NAME, ReportFolder, report_of
from reviewapp.studies import unblind

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
    exports = serializers.ListField(
        child=serializers.URLField(),
        help_text="answers with all revisions, reviewed masks, records: made at each request",
    )


@reads(OpenApiTypes.OBJECT, name="read_results", problems=(403, 404, 409))
def results(request: Request, query: Mapping[str, Any], study_id: UUID) -> Response | HttpResponse:
    """Give every number of the report, as results.json has them (docs/formats.md)."""
    study = unblinded_study(request, study_id)
    response = tagged_file(request, _report(study).read(RESULTS), "application/json")
    return noted(request, study, "results", RESULTS, response)


@reads(FilesSerializer, name="list_files", problems=(403, 404, 409))
def files(request: Request, query: Mapping[str, Any], study_id: UUID) -> Response | HttpResponse:
    """List the downloads: answers.tsv, the report's tables and figures; all come as report.zip."""
    study = unblinded_study(request, study_id)
    report = _report(study)
    items = [_told(request, study, report, name) for name in report.filenames]
    exports = [_url(request, study, name) for name in EXPORTS]
    told = {"items": items, "zip": _url(request, study, ZIP_NAME), "exports": exports}
    return noted(request, study, "results", "files", tagged(request, told))


@reads(OpenApiTypes.BINARY, name="read_file", problems=(403, 404, 409), media_type=BYTES)
def file(
    request: Request, query: Mapping[str, Any], study_id: UUID, name: str
) -> Response | HttpResponse:
    """Give one file."""
    study = unblinded_study(request, study_id)
    if name in EXPORTS:
        return _export(request, study, name)
    try:
        content = _report(study).read(name)
    except FileNotFoundError as error:
        raise Http404 from error
    response = tagged_file(request, content, BYTES)
    disposition = content_disposition_header(as_attachment=True, filename=PurePosixPath(name).name)
    response["Content-Disposition"] = disposition or "attachment"
    return noted(request, study, "download", name, response)


@changes(OpenApiTypes.OBJECT, name="look_at_study", request=ReasonSerializer)
def look(request: Request, query: Mapping[str, Any], study_id: UUID) -> Response | HttpResponse:
    """Log an interim look, and give results.json; the study stays blinded, the raters go on."""
    with changing(request, study_id) as found:
        data = dict(request.data)
        check_names(data, "reason")
        reason = reason_of(data)
        with allowed(found, "look"):
            if not AnswerRevision.objects.filter(study=found).exists():
                raise ProblemError(NO_ANSWERS, f"{found.name} has no answers to look at.")
            unblind(found, cast(User, request.user), reason, interim=True)
    content = _report(found, interim=True).read(RESULTS)
    accesses.note(request.user, found.pk, "results", RESULTS, sealed=True)
    return HttpResponse(content, content_type="application/json")


def _export(request: Request, study: Study, name: str) -> HttpResponse:
    # Logged before it is made: records.zip holds the log.
    accesses.note(request.user, study.pk, "download", name, sealed=True)
    packed = io.BytesIO()
    try:
        write_export(study, name, packed)
    except ExportTooLargeError as error:
        raise ProblemError(TOO_LARGE, str(error)) from error
    response = HttpResponse(packed.getvalue(), content_type=BYTES)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _report(study: Study, *, interim: bool = False) -> ReportFolder:
    try:
        return report_of(study, interim=interim)
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
