"""The page of the second factor, and the second step of signing in."""

from django import forms
from django.contrib import messages
from django.contrib.auth import authenticate, user_login_failed
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from reviewapp import second_factor, second_step
from reviewapp.accounts import SignedInRequest

WRONG = (
    "This code is wrong, was used before, or came too soon after a wrong one. "
    "Wait for your app's next code."
)
_MAX_CODE = 40


class CodeForm(forms.Form):
    """A code of the app, or a recovery code."""

    code = forms.CharField(
        label="Code",
        max_length=_MAX_CODE,
        help_text="Six digits from your authenticator app, or one of your recovery codes.",
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}
        ),
    )


class ConfirmForm(CodeForm):
    """The first code of a new app, and the password: a session alone doesn't prove the person."""

    password = forms.CharField(
        label="Your password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("password", "code")


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """Ask who gave the right password for a code."""
    waiting = second_step.waiting(request)
    if waiting is None:
        return redirect("login")
    if second_step.must_wait(request, waiting.user):
        return second_step.refuse(request, waiting.user)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if second_factor.check(waiting.user, form.cleaned_data["code"]):
            return second_step.finish(request, waiting)
        _count_wrong(request, waiting.user.get_username())
        form.add_error(None, WRONG)
    return render(request, "accounts/code.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def page(request: SignedInRequest) -> HttpResponse:
    """Let people turn their second factor on and off."""
    action = request.POST.get("action", "")
    if second_factor.is_on(request.user):
        return _page_while_on(request, action)
    if action == "begin":
        second_factor.begin(request.user)
        return redirect("second_factor")
    device = second_factor.unconfirmed(request.user).first()
    form = ConfirmForm(request.POST if action == "confirm" and device else None)
    if form.is_valid() and _is_own_password(request, form):
        codes = second_factor.confirm(request.user, form.cleaned_data["code"])
        if codes is not None:
            return render(request, "accounts/recovery_codes.html", {"codes": codes})
        form.add_error("code", WRONG)
    secret = second_factor.secret_text(device) if device else None
    return render(request, "accounts/second_factor.html", {"form": form, "secret": secret})


def _page_while_on(request: SignedInRequest, action: str) -> HttpResponse:
    form = CodeForm(request.POST if action in ("codes", "off") else None)
    if form.is_valid():
        if not second_factor.check(request.user, form.cleaned_data["code"]):
            _count_wrong(request, request.user.get_username())
            form.add_error("code", WRONG)
        elif action == "codes":
            codes = second_factor.new_recovery_codes(request.user)
            return render(request, "accounts/recovery_codes.html", {"codes": codes})
        else:
            second_factor.remove(request.user)
            messages.success(request, "Signing in takes your password alone now.")
            return redirect("second_factor")
    context = {"form": form, "is_on": True, "n_left": second_factor.n_recovery_codes(request.user)}
    return render(request, "accounts/second_factor.html", context)


@require_safe
@login_required
def qr_code(request: SignedInRequest) -> HttpResponse:
    """Send the secret that waits for its first code, as a picture."""
    device = get_object_or_404(second_factor.unconfirmed(request.user))
    return HttpResponse(second_factor.qr_svg(device), content_type="image/svg+xml")


def _is_own_password(request: SignedInRequest, form: ConfirmForm) -> bool:
    name, password = request.user.get_username(), form.cleaned_data["password"]
    if authenticate(request, username=name, password=password) == request.user:
        return True
    form.add_error("password", "This is not your password.")
    return False


def _count_wrong(request: HttpRequest, name: str) -> None:
    """Count a wrong code like a wrong password."""
    user_login_failed.send(sender=__name__, credentials={"username": name}, request=request)
