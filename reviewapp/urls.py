"""Which address leads to which page."""

from django.urls import URLPattern, URLResolver, include, path

from reviewapp import (
    accounts,
    error_pages,
    invitation_pages,
    pages,
    preview_pages,
    progress_page,
    results_pages,
    second_factor_pages,
    study_pages,
    token_pages,
)
from reviewapp.builds import pages as build_pages

_account_pages = [
    path("login/", accounts.SignIn.as_view(), name="login"),
    path("logout/", accounts.SignOut.as_view(), name="logout"),
    path("code/", second_factor_pages.sign_in_code, name="sign_in_code"),
    path("second-factor/", second_factor_pages.page, name="second_factor"),
    path("second-factor/qr.svg", second_factor_pages.qr_code, name="second_factor_qr"),
    path("password/", accounts.change_password, name="password_change"),
    path("tokens/", token_pages.own_tokens, name="tokens"),
    path("tokens/<int:token_id>/revoke/", token_pages.revoke_token, name="revoke_token"),
]
_study_pages = [
    path("", study_pages.study, name="study"),
    path("rois/", preview_pages.rois, name="rois"),
    path("preview/", preview_pages.preview, name="preview"),
    path("preview/practice/", preview_pages.preview_practice, name="preview_practice"),
    path("practice/", pages.practice, name="practice"),
    path("practice/<uuid:roi_id>/", pages.practice_feedback, name="practice_feedback"),
    path("acts/<slug:name>/", study_pages.act, name="study_act"),
    path("change/", build_pages.change_study, name="change_study"),
    path("raters/<int:member_id>/remove/", build_pages.remove_rater, name="remove_rater"),
    path("amend/", study_pages.amend_protocol, name="amend"),
    path("raters/<int:member_id>/withdraw/", study_pages.withdraw, name="withdraw"),
    path("invitations/", invitation_pages.invite, name="invite"),
    path("invitations/<int:invitation_id>/revoke/", invitation_pages.revoke, name="revoke"),
    path("review/", pages.review, name="review"),
    path("answers/", pages.own_answers, name="own_answers"),
    path("answers/own-answers.tsv", pages.own_answers_file, name="own_answers_file"),
    path("done/", pages.done, name="done"),
    path("guidelines/", pages.guidelines, name="guidelines"),
    path("guidelines/panel.json", pages.guidelines_panel, name="guidelines_panel"),
    path("progress/", progress_page.progress, name="progress"),
    path("results/", results_pages.results, name="results"),
    path("results/look/", results_pages.interim_look, name="interim_look"),
    path("results/<path:name>", results_pages.results_file, name="results_file"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.home, name="home"),
    path("accounts/", include(_account_pages)),
    path("studies/new/", build_pages.new_study, name="new_study"),
    path("studies/new/<uuid:build_id>/", build_pages.build, name="build"),
    path("studies/new/<uuid:build_id>/stop/", build_pages.stop_build, name="stop_build"),
    path("studies/new/<uuid:build_id>/retry/", build_pages.retry_build, name="retry_build"),
    path("studies/<uuid:study_id>/", include(_study_pages)),
    path("join/<str:token>/", invitation_pages.join, name="join"),
    path("report.css", results_pages.report_stylesheet, name="report_stylesheet"),
    path("api/v1/", include("reviewapp.api.urls")),
]
handler400 = error_pages.bad_request
handler403 = error_pages.forbidden
handler404 = error_pages.not_found
handler500 = error_pages.server_error
