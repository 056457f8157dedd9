"""The page of an account's tokens: make one, see it once, revoke it."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from reviewapp import tokens
from reviewapp.accounts import SignedInRequest
from reviewapp.models import ApiToken
from reviewapp.models.token import TOKEN_NAME_LENGTH


class TokenForm(forms.Form):
    """What a token is for, what it may do and for how long."""

    name = forms.CharField(
        label="What is it for?",
        max_length=TOKEN_NAME_LENGTH,
        help_text="A name that you will know it by: “weekly figures, lab server”.",
    )
    scope = forms.ChoiceField(
        label="It may",
        choices=[
            ("read", "read your studies"),
            ("write", "read them, close and unblind them"),
        ],
    )
    days = forms.IntegerField(
        label="Days until it expires",
        initial=tokens.DEFAULT_DAYS,
        min_value=1,
        max_value=tokens.MAX_DAYS,
        help_text=f"At most {tokens.MAX_DAYS}.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def own_tokens(request: SignedInRequest) -> HttpResponse:
    """List the account's tokens; make one, and show it this once."""
    if not tokens.may_have_tokens(request.user):
        raise Http404
    form = TokenForm(request.POST if request.method == "POST" else None)
    made = _make(request, form) if form.is_valid() else None
    now = timezone.now()
    rows = ApiToken.objects.filter(user=request.user).order_by("-pk")
    context = {
        "form": TokenForm() if made else form,
        "made": made,
        "tokens": [(token, token.state(now)) for token in rows],
    }
    status = 400 if form.errors else 200
    return render(request, "accounts/tokens.html", context, status=status)


@require_POST
@login_required
def revoke_token(request: SignedInRequest, token_id: int) -> HttpResponse:
    """Revoke one of the account's tokens."""
    token = get_object_or_404(ApiToken, pk=token_id, user=request.user)
    tokens.revoke(token)
    messages.success(request, f"The token “{token.name}” is revoked.")
    return redirect("tokens")


def _make(request: SignedInRequest, form: TokenForm) -> str | None:
    data = form.cleaned_data
    try:
        return tokens.create(request.user, data["name"], data["scope"], data["days"])[1]
    except tokens.TokenError as error:
        form.add_error("name", str(error))
        return None
