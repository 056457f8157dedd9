"""Serve the volumes of a rater's own assignments, under addresses that never change content.

Neither address nor ETag is made of the content alone: equal ones would tell a repeat.
"""

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from rest_framework.decorators import api_view
from rest_framework.request import Request

from reviewapp import accesses, addresses, volumes
from reviewapp.api.description import described_volume
from reviewapp.api.showings import own_showing, own_showings
from reviewapp.models import Assignment
from reviewapp.practice_first import practised

#: A year, the longest that HTTP caches look ahead; another content has another address.
CACHE_CONTROL = "private, max-age=31536000, immutable"
#: 403: the rater has practice ROIs to answer.
AFTER_PRACTICE = (401, 403, 404)


@described_volume("read_crop", tag="review", problems=AFTER_PRACTICE)
@api_view(["GET", "HEAD"])
def crop(request: Request, assignment_id: UUID, key: str) -> HttpResponseBase:
    """Serve the crop of an own assignment."""
    shown = own_showing(request, assignment_id, "roi")
    check_key(key, addresses.crop_key(shown))
    return _of_showing(request, shown, "crop", shown.roi.crop_id, key)


@described_volume("read_mask", tag="review", problems=AFTER_PRACTICE)
@api_view(["GET", "HEAD"])
def mask(request: Request, assignment_id: UUID, key: str) -> HttpResponseBase:
    """Serve the mask of an own assignment: the ROI alone, on the crop's grid."""
    shown = own_showing(request, assignment_id, "roi")
    check_key(key, addresses.mask_key(shown))
    return _of_showing(request, shown, "mask", shown.roi.mask_id, key)


@described_volume("read_scan", tag="review", problems=AFTER_PRACTICE)
@api_view(["GET", "HEAD"])
def scan(request: Request, scan_id: UUID, key: str) -> HttpResponseBase:
    """Serve the whole scan to a rater who has an ROI of it."""
    own = own_showings(request).select_related("roi__scan", "membership")
    shown = practised(get_object_or_404(own.filter(roi__scan=scan_id)[:1]))
    check_key(key, addresses.scan_key(shown))
    # A scan belongs to all the showings of its ROIs.
    return logged_volume(request, shown.membership.study_id, "scan", shown.roi.scan.volume_id, key)


def logged_volume(
    request: Request,
    study_id: UUID,
    kind: str,
    sha256: str,
    key: str,
    showing: UUID | None = None,
) -> HttpResponseBase:
    """Give the response with a volume once its access is logged; HEAD sends no image.

    `kind` is crop, mask or scan, `key` that of the address, `showing` the assignment it was for.
    """
    response = _volume_response(request, sha256, key)
    if request.method != "HEAD":
        accesses.note_image(request.user, response, study_id, kind, sha256, showing)
    return response


def _of_showing(
    request: Request, shown: Assignment, kind: str, sha256: str, key: str
) -> HttpResponseBase:
    return logged_volume(request, shown.membership.study_id, kind, sha256, key, shown.pk)


def _volume_response(request: Request, sha256: str, key: str) -> HttpResponseBase:
    """Give the volume as it lies in the store, or inflated for a client that takes no gzip.

    `key` is that of the address: the ETag is made of it. As it lies, nginx may send it in our place
    (ACCEL_PREFIX): then the answer has no body.
    """
    packed = _accepts_gzip(request.headers.get("Accept-Encoding", ""))
    etag = f'"{key}-gzip"' if packed else f'"{key}"'
    response = get_conditional_response(request._request, etag=etag)
    if response is None:
        # A lost volume is a VolumeError, of which `problems.handle` tells.
        response = HttpResponse(content_type="application/octet-stream")
        if packed:
            response["Content-Encoding"] = "gzip"
        accel = packed and settings.ACCEL_PREFIX
        place = volumes.address_of(sha256, str(request.method)) if accel else None
        if place is not None:
            response["X-Accel-Redirect"] = f"{settings.ACCEL_PREFIX}/{place}"
        else:
            response.content = volumes.read_packed(sha256) if packed else volumes.read(sha256)
            response["Content-Length"] = str(len(response.content))
    response["ETag"] = etag
    response["Cache-Control"] = CACHE_CONTROL
    response["Vary"] = "Accept-Encoding, Cookie"
    return response


def check_key(came: str, key: str) -> None:
    """Answer 404 where the key of an address isn't the right one."""
    if not addresses.are_equal(came, key):
        raise Http404


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
