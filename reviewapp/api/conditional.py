"""ETags: what didn't change isn't sent again, and what changed isn't changed unseen."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import parse_etags
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from reviewapp.api.problem_types import CHANGED_MEANWHILE, NO_IF_MATCH
from reviewapp.api.problems import ProblemError
from reviewapp.api.study_serializers import study_dict
from reviewapp.models import Study

#: Hex digits of a tag: 128 bits of a SHA-256.
TAG_LENGTH = 32


def etag_of(body: Any) -> str:
    """Give the ETag of what a response tells: another one for anything else."""
    text = json.dumps(body, sort_keys=True, cls=JSONEncoder)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:TAG_LENGTH]}"'


def check_unchanged(request: Request, etag: str) -> None:
    """Refuse what was sent for something else than there is now; without If-Match take it.

    Raises
    ------
    ProblemError
    """
    wanted = request.headers.get("If-Match")
    if wanted and not _names(wanted, etag):
        raise ProblemError(CHANGED_MEANWHILE, "It changed since it was read.")


def tagged(request: Request, body: Any) -> Response:
    """Answer with the body and its ETag, or 304 where the client has it."""
    etag = etag_of(body)
    response = Response(status=304) if _has(request, etag) else Response(body)
    response["ETag"] = etag
    return response


def tagged_file(request: Request, content: bytes, content_type: str) -> HttpResponse | Response:
    """Answer with the bytes and their ETag, or 304 where the client has them."""
    etag = f'"{hashlib.sha256(content).hexdigest()}"'
    response: HttpResponse | Response = Response(status=304)
    if not _has(request, etag):
        response = HttpResponse(content, content_type=content_type)
    response["ETag"] = etag
    return response


@contextmanager
def changing(request: Request, study_id: UUID) -> Iterator[Study]:
    """Lock a study that the account leads, as long as it is as the client saw it.

    Every change of a study goes through here: `with changing(request, study_id) as study:`, then
    the call that does it.

    Raises
    ------
    ProblemError
        There is no If-Match, or the study is another than the one with that ETag.
    """
    led = get_object_or_404(Study.objects.led_by(request.user), pk=study_id)
    wanted = request.headers.get("If-Match")
    if not wanted:
        raise ProblemError(NO_IF_MATCH, "Send the study's ETag as If-Match.")
    with transaction.atomic():
        study = Study.objects.select_for_update(no_key=True).get(pk=led.pk)
        if not _names(wanted, etag_of(study_dict(study))):
            raise ProblemError(CHANGED_MEANWHILE, f"{study.name} changed since it was read.")
        yield study


def _has(request: Request, etag: str) -> bool:
    return _names(request.headers.get("If-None-Match", ""), etag)


def _names(header: str, etag: str) -> bool:
    # A proxy that compresses makes our tags weak (W/"…"): they still name what was read.
    tags = [tag.removeprefix("W/") for tag in parse_etags(header)]
    return "*" in tags or etag in tags
