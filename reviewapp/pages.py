"""The pages of raters: home, review, guidelines, receipt."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render

from reviewapp.accounts import SignedInRequest


@login_required
def home(request: SignedInRequest) -> HttpResponse:
    """Show what the account has to do."""
    return render(request, "home.html")
