"""The home page, and the pages of raters: review, own answers, receipt, guidelines."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from reviewapp import accesses
from reviewapp.accounts import SignedInRequest
from reviewapp.api.practice import practice_start
from reviewapp.api.query import Parameter
from reviewapp.client_version import client_version
from reviewapp.es_modules import review_modules
from reviewapp.guidelines import guidelines_html, panel
from reviewapp.key_profiles import KEY_PROFILES
from reviewapp.models import Membership, SharedCohort, Study
from reviewapp.own_answers import answers_page, current_answers, write_own_answers
from reviewapp.practice import next_practice
from reviewapp.preferences import preferences_of
from reviewapp.progress import rater_progress
from reviewapp.protocol import settings_of
from reviewapp.start import start_dict
from reviewapp.storable import MAX_REVISION

#: Place in the rater's order at which a page of own answers begins.
FROM = Parameter("from", "the place at which the page begins", least=1, most=MAX_REVISION)


@require_safe
@login_required
def home(request: SignedInRequest) -> HttpResponse:
    """Show what the account has to review, and the studies that it leads."""
    own = Membership.objects.filter(user=request.user).select_related("study", "user")
    led = Study.objects.led_by(request.user)
    raters = Membership.objects.filter(study__in=led).select_related("study", "user")
    progress = rater_progress(raters)
    context = {
        "reviews": rater_progress(own.filter(study__in=Study.objects.reviewed_by(request.user))),
        "led": [(study, [one for one in progress if one.study == study]) for study in led],
        "can_order": SharedCohort.objects.open_to(request.user).exists(),
    }
    return render(request, "home.html", context)


@require_safe
@login_required
@ensure_csrf_cookie
@gzip_page
def review(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Show the review page with its first ROI; it fetches the others itself."""
    study = get_object_or_404(Study.objects.reviewed_by(request.user), pk=study_id)
    member = study.memberships.get(user=request.user)
    if next_practice(member) is not None:
        return redirect("practice", study.pk)
    (progress,) = rater_progress(study.memberships.filter(pk=member.pk))
    context = review_context(study, request.user, start_dict(study, request.user))
    context["page"] |= {
        "done_url": reverse("done", args=[study.pk]),
        "answers_url": reverse("own_answers", args=[study.pk]),
        "pace_s": progress.pace_s,
    }
    return render(request, "review.html", context)


@require_safe
@login_required
@ensure_csrf_cookie
@gzip_page
def practice(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Show the next practice ROI on the review page; after its answer comes the key."""
    study = get_object_or_404(Study.objects.reviewed_by(request.user), pk=study_id)
    member = study.memberships.get(user=request.user)
    roi = next_practice(member)
    if roi is None:
        return redirect("review", study.pk)
    if not study.is_open:
        return redirect("done", study.pk)
    context = review_context(study, request.user, practice_start(member, roi))
    after = reverse("practice_feedback", args=[study.pk, roi.pk])
    context["page"] |= {"done_url": after, "answers_url": after, "pace_s": None, "mode": "practice"}
    context["practice"] = {"position": roi.position, "n": study.practice_rois.count()}
    return render(request, "review.html", context)


@require_safe
@login_required
def practice_feedback(request: SignedInRequest, study_id: UUID, roi_id: UUID) -> HttpResponse:
    """Show what the key says of a practice ROI that the rater has answered."""
    study = get_object_or_404(Study.objects.reviewed_by(request.user), pk=study_id)
    member = study.memberships.get(user=request.user)
    given = get_object_or_404(
        member.practice_answers.select_related("roi"), roi=roi_id, roi__study=study
    )
    context = {
        "study": study,
        "roi": given.roi,
        "n": study.practice_rois.count(),
        "answer": given.answer,
        "agrees": given.agrees,
        "left": next_practice(member) is not None,
    }
    return render(request, "practice_feedback.html", context)


def review_context(study: Study, user: User, start: dict[str, Any]) -> dict[str, Any]:
    """Give what the template of the review page needs, with what it begins with."""
    settings = settings_of(study)
    return {
        "questionnaire": study.parsed_questionnaire().as_dict(),
        "study": {
            "id": str(study.pk),
            "name": study.name,
            "synthetic": study.synthetic,
            "radiological": study.radiological,
        },
        "page": {
            "api": "/api/v1/",
            "guidelines_url": reverse("guidelines", args=[study.pk]),
            "panel_url": reverse("guidelines_panel", args=[study.pk]),
            "login_url": reverse("login"),
            "mode": "review",
            "block_size": settings.block_size,
        },
        "start": start,
        "key_profiles": KEY_PROFILES,
        "preferences": preferences_of(user, break_after_min=settings.break_after_min),
        "modules": review_modules(),
        "client_version": client_version(),
    }


@require_safe
@login_required
def own_answers(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """List the rater's own answers in pages, each with the way back to its ROI."""
    study = get_object_or_404(Study.objects.reviewed_by(request.user), pk=study_id)
    try:
        start = FROM.read(request.GET.get("from", "1"))
    except ValueError as error:
        raise Http404(str(error)) from None
    page = answers_page(study.memberships.get(user=request.user), int(start))
    levels = study.parsed_questionnaire().confidence_levels
    answers = [(answer, levels[answer.confidence - 1]) for answer in page.answers]
    context = {"study": study, "answers": answers, "page": page}
    return render(request, "own_answers.html", context)


@require_safe
@login_required
def own_answers_file(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Send the rater's own answers as a file."""
    study = get_object_or_404(Study.objects.reviewed_by(request.user), pk=study_id)
    own = write_own_answers(current_answers(study, request.user.pk))
    accesses.note(request.user, study.pk, "download", "own-answers.tsv")
    return HttpResponse(
        own.tsv,
        content_type="text/tab-separated-values; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="own-answers.tsv"'},
    )


@require_safe
@login_required
def done(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Say what was received, or what is still to do."""
    study = get_object_or_404(Study.objects.reviewed_by(request.user), pk=study_id)
    member = study.memberships.select_related("study", "user").filter(user=request.user)
    (progress,) = rater_progress(member)
    own = write_own_answers(current_answers(study, request.user.pk))
    return render(request, "done.html", {"study": study, "progress": progress, "own": own})


@require_safe
@login_required
def guidelines(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Show the raters' guidelines."""
    study = get_object_or_404(Study.objects.guiding(request.user), pk=study_id)
    rates = Study.objects.reviewed_by(request.user).filter(pk=study.pk)
    context = {"study": study, "html": guidelines_html(), "rates": rates}
    return render(request, "guidelines.html", context)


@require_safe
@login_required
def guidelines_panel(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Give the guidelines as the panel beside the form shows them."""
    study = get_object_or_404(Study.objects.guiding(request.user), pk=study_id)
    return JsonResponse(panel(study.parsed_questionnaire()))
