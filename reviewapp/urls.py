"""Which address leads to which page."""

from django.contrib.auth import views as auth
from django.urls import URLPattern, URLResolver, include, path

from reviewapp import accounts, pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.home, name="home"),
    path("api/v1/", include("reviewapp.api.urls")),
    path(
        "accounts/login/",
        auth.LoginView.as_view(
            template_name="accounts/login.html", redirect_authenticated_user=True
        ),
        name="login",
    ),
    path("accounts/logout/", auth.LogoutView.as_view(), name="logout"),
    path("accounts/password/", accounts.change_password, name="password_change"),
]
