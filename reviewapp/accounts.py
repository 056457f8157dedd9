"""The account behind a request, and the pages where people sign in and change their password."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods

from reviewapp import second_factor, second_step


class SignedInRequest(HttpRequest):
    """A request that has passed `login_required`."""

    user: User


@method_decorator(require_http_methods(["GET", "HEAD", "POST"]), name="dispatch")
class SignIn(LoginView):
    """Sign in by a form; who is signed in goes on at once."""

    template_name = "accounts/login.html"
    redirect_authenticated_user = True

    def get_success_url(self) -> str:
        """Give the page that asked to sign in; home where that was this very page."""
        goal: str = super().get_success_url()
        return self.get_default_redirect_url() if goal.startswith(self.request.path) else goal

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Sign in, or ask for a code where the account has a second factor."""
        user = form.get_user()
        if second_factor.is_on(user):
            return second_step.begin(self.request, user, self.get_success_url())
        return super().form_valid(form)


class SignOut(LogoutView):
    """Sign out by a form."""

    http_method_names = ("post",)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def change_password(request: SignedInRequest) -> HttpResponse:
    """Let people set a password of their own."""
    form = PasswordChangeForm(request.user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        update_session_auth_hash(request, form.save())
        messages.success(request, "Your password is changed.")
        return redirect("home")
    return render(request, "accounts/password.html", {"form": form})
