"""Serve the volumes of a rater's own assignments, under addresses that never change content."""

from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from rest_framework.decorators import api_view
from rest_framework.request import Request

from reviewapp import volumes
from reviewapp.models import Assignment

#: A year, the longest that HTTP caches look ahead; the address holds the content's hash.
CACHE_CONTROL = "private, max-age=31536000, immutable"


@api_view(["GET", "HEAD"])
def crop(request: Request, assignment_id: UUID, sha256: str) -> HttpResponseBase:
    """Serve the crop of an own assignment."""
    own = Assignment.objects.of_rater(request.user)
    get_object_or_404(own, pk=assignment_id, roi__crop=sha256)
    return volume_response(request, sha256)


@api_view(["GET", "HEAD"])
def mask(request: Request, assignment_id: UUID, sha256: str) -> HttpResponseBase:
    """Serve the mask of an own assignment: the ROI alone, on the crop's grid."""
    own = Assignment.objects.of_rater(request.user)
    get_object_or_404(own, pk=assignment_id, roi__mask=sha256)
    return volume_response(request, sha256)


@api_view(["GET", "HEAD"])
def scan(request: Request, scan_id: UUID, sha256: str) -> HttpResponseBase:
    """Serve the whole scan to a rater who has an ROI of it."""
    own = Assignment.objects.of_rater(request.user)
    get_object_or_404(own.filter(roi__scan=scan_id, roi__scan__volume=sha256)[:1])
    return volume_response(request, sha256)


def volume_response(request: Request, sha256: str) -> HttpResponseBase:
    """Give the volume as it lies in the store, or inflated for a client that takes no gzip."""
    packed = _accepts_gzip(request.headers.get("Accept-Encoding", ""))
    etag = f'"{sha256}-gzip"' if packed else f'"{sha256}"'
    response = get_conditional_response(request._request, etag=etag)
    if response is None:
        # A lost volume is a VolumeError, of which `problems.handle` tells.
        body = volumes.read_packed(sha256) if packed else volumes.read(sha256)
        response = HttpResponse(body, content_type="application/octet-stream")
        response["Content-Length"] = str(len(body))
        if packed:
            response["Content-Encoding"] = "gzip"
    response["ETag"] = etag
    response["Cache-Control"] = CACHE_CONTROL
    response["Vary"] = "Accept-Encoding, Cookie"
    return response


def _accepts_gzip(header: str) -> bool:
    """Read an Accept-Encoding header (RFC 9110, 12.5.3).

    >>> _accepts_gzip("br, gzip;q=0.5"), _accepts_gzip("gzip;q=0, br"), _accepts_gzip("*")
    (True, False, True)
    """
    weights: dict[str, float] = {}
    for part in header.lower().split(","):
        name, _, weight = part.partition(";")
        text = weight.strip().removeprefix("q=")
        weights[name.strip()] = 0.0 if text and not text.strip("0.") else 1.0
    return weights.get("gzip", weights.get("*", 0.0)) > 0
