"""A study's ROIs for its researchers, as raters see them: no group, no outcome, nothing to save."""

from typing import Any
from uuid import UUID

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
from reviewapp.models import Roi, Study
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


def preview_start(study: Study) -> dict[str, Any]:
    """Give what the review page begins with: the first ROIs, in an order that tells no group."""
    n = study.rois.count()
    ids = study.rois.order_by("pk").values_list("pk", flat=True)[:WINDOW]
    items = [
        {"id": str(pk), "position": position, "answered": False, "classes": []}
        for position, pk in enumerate(ids, start=1)
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
        "at": 1,
        "until": len(items) if len(items) < n else None,
        "items": items,
    }
    first = study.rois.select_related("scan").order_by("pk").first()
    return {"queue": queue, "assignment": None if first is None else preview_dict(first)}


def preview_dict(roi: Roi) -> dict[str, Any]:
    """Give an ROI in the form of an assignment; its place among all is that of its random id."""
    others = Roi.objects.filter(study=roi.study_id)
    before = others.filter(pk__lt=roi.pk).order_by("-pk")
    after = others.filter(pk__gt=roi.pk).order_by("pk")
    keys = {kind: addresses.preview_key(roi, kind) for kind in addresses.KINDS}

    def address(kind: str) -> str:
        return reverse("api:preview_volume", args=[roi.pk, kind, keys[kind]])

    return {
        "id": str(roi.pk),
        "position": before.count() + 1,
        "n": others.count(),
        "previous": _id_of(before.first()),
        "next": _id_of(after.first()),
        "crop": {
            "url": address("crop"),
            "offset_ijk": roi.crop_offset_ijk,
            "shape": roi.crop_shape,
        },
        "mask": {"url": address("mask"), "key": keys["mask"]},
        "scan": {"url": address("scan"), "shape": roi.scan.shape},
        "focus_mm": roi.focus_ras_mm,
        "answer": None,
        "draft": None,
    }


def _id_of(roi: Roi | None) -> str | None:
    return None if roi is None else str(roi.pk)


def _led_roi(user: Account, roi_id: UUID) -> Roi:
    led = Roi.objects.filter(study__in=Study.objects.led_by(user))
    return get_object_or_404(led.select_related("scan", "study"), pk=roi_id)
