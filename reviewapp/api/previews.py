"""A study's ROIs for its researchers, as raters see them: no group, no outcome, nothing to save.

Its practice ROIs too, without their key.
"""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from reviewapp import addresses
from reviewapp.api import rater_serializers as shapes
from reviewapp.api.description import ACCOUNT, described, described_volume
from reviewapp.api.files import check_key, logged_volume
from reviewapp.models import PracticeRoi, Roi, Study
from reviewapp.querysets import Account
from reviewapp.queues import WINDOW


@described(
    {200: shapes.AssignmentSerializer},
    problems=(401, 404),
    headers=[ACCOUNT],
    tag="preview",
    name="read_preview",
)
@api_view(["GET"])
def roi(request: Request, roi_id: UUID) -> Response:
    """Give what the page needs to show one ROI, in the form of an assignment."""
    return Response(preview_dict(_led_roi(request.user, roi_id)))


@described_volume("read_preview_volume", tag="preview")
@api_view(["GET", "HEAD"])
def volume(request: Request, roi_id: UUID, kind: str, key: str) -> HttpResponseBase:
    """Serve the crop, mask or scan of an ROI."""
    found = _led_roi(request.user, roi_id)
    check_key(key, addresses.preview_key(found, kind))
    return logged_volume(request, found.study_id, kind, addresses.contents_of(found)[kind], key)


def previewed(study: Study, *, is_practice: bool = False) -> QuerySet[Any]:
    """Give a study's ROIs in the order of their random ids, which tells no group.

    Its practice ROIs come in the order in which raters meet them.
    """
    if is_practice:
        return PracticeRoi.objects.filter(study=study).order_by("position")
    return Roi.objects.filter(study=study).order_by("pk")


def preview_start(study: Study, at: int = 1, *, is_practice: bool = False) -> dict[str, Any]:
    """Give what the review page begins with: the ROIs around a place, and the one there.

    Past the last place there is none.
    """
    rois = previewed(study, is_practice=is_practice)
    n = rois.count()
    start = max(1, min(at - WINDOW // 2, n - WINDOW + 1))
    ids = rois.values_list("pk", flat=True)[start - 1 : start - 1 + WINDOW]
    items = [
        {"id": str(pk), "position": position, "answered": False, "classes": []}
        for position, pk in enumerate(ids, start=start)
    ]
    queue = {
        "study": {
            "id": str(study.pk),
            "name": study.name,
            "synthetic": study.synthetic,
            "radiological": study.radiological,
            "state": study.state,
            "n": n,
            "answered": 0,
        },
        "at": at,
        "until": items[-1]["position"] if len(items) < n else None,
        "items": items,
    }
    shown = rois if is_practice else rois.select_related("scan")
    first = shown[at - 1 : at].first() if at <= n else None
    return {"queue": queue, "assignment": None if first is None else preview_dict(first)}


def preview_dict(roi: Roi | PracticeRoi) -> dict[str, Any]:
    """Give an ROI in the form of an assignment, at its place among all."""
    is_practice = isinstance(roi, PracticeRoi)
    others = previewed(roi.study, is_practice=is_practice)
    by = {"position": roi.position} if isinstance(roi, PracticeRoi) else {"pk": roi.pk}
    ((name, place),) = by.items()
    before = others.filter(**{f"{name}__lt": place})
    keys = {kind: addresses.preview_key(roi, kind) for kind in addresses.KINDS}

    def address(kind: str) -> str:
        return reverse("api:preview_volume", args=[roi.pk, kind, keys[kind]])

    return {
        "id": str(roi.pk),
        "position": before.count() + 1,
        "n": others.count(),
        "previous": _id_of(before.last()),
        "next": _id_of(others.filter(**{f"{name}__gt": place}).first()),
        "crop": {
            "url": address("crop"),
            "offset_ijk": roi.crop_offset_ijk,
            "shape": roi.crop_shape,
        },
        "mask": {"url": address("mask"), "key": keys["mask"]},
        "scan": {"url": address("scan"), "shape": _scan_shape(roi)},
        "focus_mm": roi.focus_ras_mm,
        "answer": None,
        "draft": None,
    }


def _scan_shape(roi: Roi | PracticeRoi) -> Any:
    return roi.scan.shape if isinstance(roi, Roi) else roi.scan_shape


def _id_of(roi: Roi | PracticeRoi | None) -> str | None:
    return None if roi is None else str(roi.pk)


def _led_roi(user: Account, roi_id: UUID) -> Roi | PracticeRoi:
    led = Study.objects.led_by(user)
    own = Roi.objects.filter(study__in=led).select_related("scan", "study")
    found = own.filter(pk=roi_id).first()
    if found is not None:
        return found
    practice = PracticeRoi.objects.filter(study__in=led).select_related("study")
    return get_object_or_404(practice, pk=roi_id)
