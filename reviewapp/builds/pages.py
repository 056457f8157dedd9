"""The pages where a researcher orders a study and watches it being made."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reviewapp.accounts import SignedInRequest
from reviewapp.builds import build as builds
from reviewapp.builds import process
from reviewapp.builds.forms import ChangeForm, NewStudyForm
from reviewapp.builds.plan import plan_of
from reviewapp.builds.wording import words
from reviewapp.models import Build, SharedCohort, Study
from reviewapp.refusals import REFUSALS, in_words
from reviewapp.steps import StudyError
from reviewapp.study_drafts import change_draft
from reviewapp.study_pages import show_study

#: Orders that the page lists, the newest first.
LISTED = 10


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_study(request: SignedInRequest) -> HttpResponse:
    """Let a researcher order a study of a cohort that is shared with the account."""
    if not SharedCohort.objects.open_to(request.user).exists():
        raise Http404
    is_sent = request.method == "POST"
    form = NewStudyForm(
        request.user, request.POST if is_sent else None, request.FILES if is_sent else None
    )
    if form.is_valid():
        try:
            made = builds.order(
                request.user, form.cleaned_data["cohort"], form.cleaned_data["name"], form.plan()
            )
        except REFUSALS as error:
            form.add_error(None, in_words(error))
        else:
            process.start(made)
            return redirect("build", made.pk)
    ordered = Build.objects.ordered_by(request.user).select_related("cohort", "study")
    context = {"form": form, "builds": ordered[:LISTED]}
    return render(request, "new_study.html", context, status=400 if form.errors else 200)


@require_safe
@login_required
def build(request: SignedInRequest, build_id: UUID) -> HttpResponse:
    """Show how far a study is that was ordered, and how it ended."""
    made = _ordered(request, build_id)
    address = reverse("api:build", args=[made.pk])
    context = {"build": made, "address": address, "words": words(made)}
    return render(request, "build.html", context)


@require_POST
@login_required
def stop_build(request: SignedInRequest, build_id: UUID) -> HttpResponse:
    """Stop making a study."""
    made = _ordered(request, build_id)
    builds.ask_to_stop(made)
    return redirect("build", made.pk)


@require_POST
@login_required
def retry_build(request: SignedInRequest, build_id: UUID) -> HttpResponse:
    """Order the same again, after what was wrong on the server was put right."""
    before = _ordered(request, build_id)
    if before.is_running or before.state == "done" or before.cohort is None:
        messages.error(request, "This can't be tried again.")
        return redirect("build", before.pk)
    try:
        made = builds.order(request.user, before.cohort, before.study_name, plan_of(before.plan))
    except REFUSALS as error:
        messages.error(request, in_words(error))
        return redirect("build", before.pk)
    process.start(made)
    return redirect("build", made.pk)


@require_POST
@login_required
def change_study(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Change a draft's name, settings and questions."""
    study = get_object_or_404(Study.objects.led_by(request.user), pk=study_id)
    form = ChangeForm(study, request.POST, request.FILES)
    if form.is_valid():
        try:
            change_draft(
                study,
                request.user,
                name=form.cleaned_data["name"],
                settings=form.settings(),
                questionnaire=form.questions(),
            )
        except REFUSALS as error:
            form.add_error(None, in_words(error))
        else:
            messages.success(request, "The draft is changed.")
            return redirect("study", study.pk)
    return show_study(request, study, change_form=form)


@require_POST
@login_required
def remove_rater(request: SignedInRequest, study_id: UUID, member_id: int) -> HttpResponse:
    """Take a rater out of a draft, as if they had never been in it."""
    study = get_object_or_404(Study.objects.led_by(request.user), pk=study_id)
    members = study.memberships.filter(role="rater").select_related("user")
    member = get_object_or_404(members, pk=member_id)
    left = [other.user for other in members if other.pk != member.pk]
    try:
        change_draft(study, request.user, raters=left)
    except StudyError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{member.user} is no rater of the draft any more.")
    return redirect("study", study.pk)


def _ordered(request: SignedInRequest, build_id: UUID) -> Build:
    found = Build.objects.ordered_by(request.user).select_related("study", "cohort")
    return get_object_or_404(found, pk=build_id)
