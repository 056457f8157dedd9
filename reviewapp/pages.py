"""The home page, and the pages of raters: review, own answers, receipt, guidelines."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from reviewapp.accounts import SignedInRequest
from reviewapp.es_modules import review_modules
from reviewapp.guidelines import guidelines_html, panel
from reviewapp.key_profiles import KEY_PROFILES
from reviewapp.models import Membership, Study
from reviewapp.own_answers import current_answers, write_own_answers
from reviewapp.preferences import preferences_of
from reviewapp.progress import rater_progress
from reviewapp.start import start_dict


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
    }
    return render(request, "home.html", context)


@require_safe
@login_required
@ensure_csrf_cookie
@gzip_page
def review(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Show the review page with its first ROI; it fetches the others itself."""
    study = get_object_or_404(Study.objects.reviewed_by(request.user), pk=study_id)
    (progress,) = rater_progress(study.memberships.filter(user=request.user))
    context = {
        "questionnaire": study.parsed_questionnaire().as_dict(),
        "study": {
            "id": str(study.pk),
            "name": study.name,
            "synthetic": study.synthetic,
            "radiological": study.radiological,
        },
        "page": {
            "api": "/api/v1/",
            "done_url": reverse("done", args=[study.pk]),
            "guidelines_url": reverse("guidelines", args=[study.pk]),
            "panel_url": reverse("guidelines_panel", args=[study.pk]),
            "answers_url": reverse("own_answers", args=[study.pk]),
            "pace_s": progress.pace_s,
            "login_url": reverse("login"),
        },
        "start": start_dict(study, request.user),
        "key_profiles": KEY_PROFILES,
        "preferences": preferences_of(request.user),
        "modules": review_modules(),
    }
    return render(request, "review.html", context)


@require_safe
@login_required
def own_answers(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """List the rater's own answers, each with the way back to its ROI."""
    study = get_object_or_404(Study.objects.reviewed_by(request.user), pk=study_id)
    levels = study.parsed_questionnaire().confidence_levels
    answers = [
        (answer, levels[answer.confidence - 1])
        for answer in current_answers(study, request.user.pk)
    ]
    return render(request, "own_answers.html", {"study": study, "answers": answers})


@require_safe
@login_required
def own_answers_file(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Send the rater's own answers as a file."""
    study = get_object_or_404(Study.objects.reviewed_by(request.user), pk=study_id)
    own = write_own_answers(current_answers(study, request.user.pk))
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
    rated = Study.objects.reviewed_by(request.user).values("pk")
    led = Study.objects.led_by(request.user).values("pk")
    study = get_object_or_404(Study, Q(pk__in=rated) | Q(pk__in=led), pk=study_id)
    context = {"study": study, "html": guidelines_html(), "rates": rated.filter(pk=study.pk)}
    return render(request, "guidelines.html", context)


@require_safe
@login_required
def guidelines_panel(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Give the guidelines as the panel beside the form shows them."""
    study = get_object_or_404(Study.objects.reviewed_by(request.user), pk=study_id)
    return JsonResponse(panel(study.parsed_questionnaire()))
