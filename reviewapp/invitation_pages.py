"""Invitations: researchers make and revoke links, and the page where a person joins by one."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth import authenticate, login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from reviewapp import invitations, orders
from reviewapp.accounts import SignedInRequest
from reviewapp.invitations import InvitationError
from reviewapp.models import Study
from reviewapp.steps import StudyError
from reviewapp.study_forms import InviteForm
from reviewapp.study_pages import show_study


class AccountForm(UserCreationForm):  # type: ignore[type-arg]  # generic in its stubs alone
    """A rater's new account."""

    class Meta:
        model = User
        fields = ("username",)


@require_POST
@login_required
def invite(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Make a link and show it, once."""
    study = get_object_or_404(Study.objects.led_by(request.user), pk=study_id)
    form = InviteForm(request.POST)
    if not form.is_valid():
        return show_study(request, study, invite_form=form)
    try:
        _, token = invitations.invite(study, request.user, **form.cleaned_data)
    except StudyError as error:
        form.add_error(None, str(error))
        return show_study(request, study, invite_form=form)
    link = request.build_absolute_uri(reverse("join", args=[token]))
    return show_study(request, study, link=link)


@require_POST
@login_required
def revoke(request: SignedInRequest, study_id: UUID, invitation_id: int) -> HttpResponse:
    """Take an unused link back."""
    study = get_object_or_404(Study.objects.led_by(request.user), pk=study_id)
    invitation = get_object_or_404(study.invitations, pk=invitation_id)
    try:
        invitations.revoke(study, request.user, invitation)
    except StudyError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The invitation is taken back.")
    return redirect("study", study.pk)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Let a person with a good link join its study, with a new account or with their own."""
    try:
        study = invitations.find(token).study
    except InvitationError:
        return render(request, "invitation_void.html", status=404)
    if isinstance(request.user, User):
        return _join_as(request, study, token, request.user)
    form = AccountForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            _make_account(request, form, study, token)
        except InvitationError:
            return render(request, "invitation_void.html", status=404)
        except StudyError as error:
            form.add_error("username", str(error))
        else:
            messages.success(request, f"Welcome. You are a rater of {study.name}.")
            return redirect("home")
    return _show(request, study, token, form)


def _join_as(request: HttpRequest, study: Study, token: str, user: User) -> HttpResponse:
    if request.method != "POST":
        return _show(request, study, token, forms.Form())
    try:
        invitations.join(token, user)
    except InvitationError:
        return render(request, "invitation_void.html", status=404)
    except StudyError as error:
        form = forms.Form(request.POST)
        form.add_error(None, str(error))
        return _show(request, study, token, form)
    messages.success(request, f"You are a rater of {study.name}.")
    return redirect("home")


def _make_account(request: HttpRequest, form: AccountForm, study: Study, token: str) -> None:
    """Make the account and join, both or neither, then sign in as it."""
    drawn = orders.draw_for(study, form.cleaned_data["username"])
    with transaction.atomic():
        user = form.save()
        invitations.join(token, user, drawn=drawn)
    password = form.cleaned_data["password1"]
    signed_in = authenticate(request, username=user.get_username(), password=password)
    if signed_in is not None:
        login(request, signed_in)


def _show(request: HttpRequest, study: Study, token: str, form: forms.BaseForm) -> HttpResponse:
    context = {
        "study": study,
        "form": form,
        "sign_in": f"{reverse('login')}?next={reverse('join', args=[token])}",
    }
    return render(request, "join.html", context, status=400 if form.errors else 200)
