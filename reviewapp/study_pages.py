"""The study page of researchers: its life, its sample, its raters, and the next act."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from reviewapp import steps
from reviewapp.accounts import SignedInRequest
from reviewapp.builds.forms import ChangeForm
from reviewapp.models import Membership, Study
from reviewapp.protocol import amend, settings_of
from reviewapp.raters import withdraw_rater
from reviewapp.sample_balance import sample_balance
from reviewapp.searches import PATIENT_DISTANCE
from reviewapp.steps import StudyError
from reviewapp.study_acts import ACTS
from reviewapp.study_forms import ActForm, AmendForm, InviteForm, WithdrawForm


@require_safe
@login_required
def study(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Show a study's life, sample and people; nothing of what was answered."""
    return show_study(request, _led(request, study_id))


@require_POST
@login_required
def act(request: SignedInRequest, study_id: UUID, name: str) -> HttpResponse:
    """Take a step in the study's life."""
    study = _led(request, study_id)
    if name not in ACTS:
        raise Http404
    form = _act_form(name, request.POST)
    if not form.is_valid():
        return show_study(request, study, act_forms={name: form})
    try:
        ACTS[name].do(study, request.user, form.cleaned_data["reason"])
    except StudyError as error:
        form.add_error(None, str(error))
        return show_study(request, study, act_forms={name: form})
    messages.success(request, ACTS[name].done)
    return redirect("home") if name == "delete" else redirect("study", study.pk)


@require_POST
@login_required
def amend_protocol(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Make a new version of the protocol."""
    study = _led(request, study_id)
    form = AmendForm(study, request.POST)
    if form.is_valid():
        try:
            version = amend(
                study,
                request.user,
                form.cleaned_data["reason"],
                form.changes(),
                seen_sha256=form.cleaned_data["seen"] or None,
            )
        except StudyError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"The protocol has version {version.number}.")
            return redirect("study", study.pk)
    return show_study(request, study, amend_form=form)


@require_POST
@login_required
def withdraw(request: SignedInRequest, study_id: UUID, member_id: int) -> HttpResponse:
    """Take a rater's access away."""
    study = _led(request, study_id)
    member = get_object_or_404(study.memberships.select_related("user"), pk=member_id)
    form = WithdrawForm(request.POST, auto_id=f"id_withdraw{member.pk}_%s")
    if form.is_valid():
        try:
            withdraw_rater(study, request.user, member.user, form.cleaned_data["reason"])
        except StudyError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{member.user} is withdrawn.")
            return redirect("study", study.pk)
    return show_study(request, study, withdraw_form=(member.pk, form))


def show_study(
    request: SignedInRequest,
    study: Study,
    *,
    act_forms: dict[str, forms.Form] | None = None,
    amend_form: AmendForm | None = None,
    change_form: ChangeForm | None = None,
    invite_form: InviteForm | None = None,
    withdraw_form: tuple[int, WithdrawForm] | None = None,
    link: str = "",
) -> HttpResponse:
    """Render the study page, with a form that was refused as it was sent."""
    study.refresh_from_db()
    given = act_forms or {}
    # The next step of its life stands first; the deletion of a draft last.
    acts = [
        (name, act, given.get(name) or _act_form(name))
        for name, act in ACTS.items()
        if steps.possible(study, name) or name in given
    ]
    refused = bool(
        given or amend_form or change_form or withdraw_form or (invite_form and invite_form.errors)
    )
    context = {
        "study": study,
        "steps": study.steps.select_related("by", "rater"),
        "versions": study.protocol_versions.select_related("by"),
        "settings": settings_of(study),
        "patient_distance": PATIENT_DISTANCE,
        "n_scans": study.scans.count(),
        "balance": sample_balance(study),
        "raters": _raters(study, withdraw_form),
        "acts": acts,
        "amend_form": (amend_form or AmendForm(study)) if steps.possible(study, "amend") else None,
        "change_form": change_form or (ChangeForm(study) if study.state == "draft" else None),
        "can_withdraw": steps.possible(study, "withdraw a rater"),
        "can_unblind": steps.possible(study, "unblind"),
        "invite_form": (invite_form or InviteForm()) if steps.possible(study, "invite") else None,
        "invitations": study.invitations.select_related("made_by", "used_by"),
        "link": link,
    }
    return render(request, "study_page.html", context, status=400 if refused else 200)


def _led(request: SignedInRequest, study_id: UUID) -> Study:
    return get_object_or_404(Study.objects.led_by(request.user), pk=study_id)


def _act_form(name: str, data: Any = None) -> ActForm:
    act = ACTS[name]
    return ActForm(data, confirm=act.confirm, reasoned=act.reasoned, auto_id=f"id_{name}_%s")


def _raters(
    study: Study, refused: tuple[int, WithdrawForm] | None
) -> list[tuple[Membership, WithdrawForm]]:
    members: QuerySet[Membership] = study.memberships.filter(role="rater").select_related("user")
    # There is no tally before the freezing.
    counted = members.annotate(
        n=Coalesce("tally__n_showings", 0),
        n_answered=Coalesce("tally__n_answered", 0),
        patient_apart=F("tally__least_distance_patient"),
        repeat_apart=F("tally__least_distance_repeat"),
    )
    return [
        (
            member,
            refused[1]
            if refused is not None and refused[0] == member.pk
            else WithdrawForm(auto_id=f"id_withdraw{member.pk}_%s"),
        )
        for member in counted
    ]
