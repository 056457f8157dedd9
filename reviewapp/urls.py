"""Which address leads to which page."""

from django.contrib.auth import views as auth
from django.urls import URLPattern, URLResolver, include, path

from reviewapp import accounts, pages, progress_page, results_pages

_account_pages = [
    path("login/", accounts.SignIn.as_view(), name="login"),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path("password/", accounts.change_password, name="password_change"),
]
_study_pages = [
    path("review/", pages.review, name="review"),
    path("answers/", pages.own_answers, name="own_answers"),
    path("answers/own-answers.tsv", pages.own_answers_file, name="own_answers_file"),
    path("done/", pages.done, name="done"),
    path("guidelines/", pages.guidelines, name="guidelines"),
    path("guidelines/panel.json", pages.guidelines_panel, name="guidelines_panel"),
    path("progress/", progress_page.progress, name="progress"),
    path("results/", results_pages.results, name="results"),
    path("results/<path:name>", results_pages.results_file, name="results_file"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.home, name="home"),
    path("accounts/", include(_account_pages)),
    path("studies/<uuid:study_id>/", include(_study_pages)),
    path("report.css", results_pages.report_stylesheet, name="report_stylesheet"),
    path("api/v1/", include("reviewapp.api.urls")),
]
