"""The preview of researchers: a study's ROIs as raters see them, by their place, and their list."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from reviewapp.accounts import SignedInRequest
from reviewapp.api.previews import preview_start, previewed
from reviewapp.api.query import Parameter
from reviewapp.models import Study
from reviewapp.pages import review_context
from reviewapp.storable import MAX_REVISION

#: ROIs of a page of the list.
PAGE = 100
AT = Parameter("at", "the place of the first ROI", least=1, most=MAX_REVISION)


@require_safe
@login_required
@ensure_csrf_cookie
@gzip_page
def preview(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Show a researcher the review page with every ROI of the study; it saves nothing."""
    return _show_preview(request, study_id, is_practice=False)


@require_safe
@login_required
@ensure_csrf_cookie
@gzip_page
def preview_practice(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Show a researcher the study's practice ROIs in the same way."""
    return _show_preview(request, study_id, is_practice=True)


@require_safe
@login_required
def rois(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """List the ROIs in pages, each with the way to its preview; nothing that tells a group."""
    study = get_object_or_404(Study.objects.led_by(request.user), pk=study_id)
    at = _place(request)
    found = previewed(study)
    shown = found.select_related("scan")[at - 1 : at - 1 + PAGE]
    n = found.count()
    context = {
        "study": study,
        "rois": list(enumerate(shown, start=at)),
        "n": n,
        "practice": study.practice_rois.order_by("position")[:PAGE] if at == 1 else [],
        "earlier": max(1, at - PAGE) if at > 1 else None,
        "later": at + PAGE if at + PAGE <= n else None,
    }
    return render(request, "rois.html", context)


def _show_preview(request: SignedInRequest, study_id: UUID, *, is_practice: bool) -> HttpResponse:
    study = get_object_or_404(Study.objects.led_by(request.user), pk=study_id)
    start = preview_start(study, _place(request), is_practice=is_practice)
    if start["assignment"] is None:
        raise Http404
    context: dict[str, Any] = review_context(study, request.user, start)
    back = reverse("rois", args=[study.pk])
    context["page"] |= {"done_url": back, "answers_url": back, "pace_s": None, "mode": "preview"}
    context["is_practice"] = is_practice
    return render(request, "review.html", context)


def _place(request: HttpRequest) -> int:
    try:
        return int(AT.read(request.GET.get("at", "1")))
    except ValueError as error:
        raise Http404(str(error)) from None
