"""Which address of the API leads to which view."""

from django.urls import path, re_path

from reviewapp.addresses import KEY_LENGTH
from reviewapp.api import (
    builds,
    drafts,
    files,
    practice,
    preferences,
    previews,
    problem_pages,
    problems,
    schema,
    studies,
    study_files,
    study_life,
    study_lists,
    study_people,
    views,
)

_SHA256 = "(?P<sha256>[0-9a-f]{64})"
_KEY = f"(?P<key>[0-9a-f]{{{KEY_LENGTH}}})"
_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

app_name = "api"
urlpatterns = [
    path("preferences/", preferences.preferences, name="preferences"),
    path("studies/<uuid:study_id>/queue/", views.queue, name="queue"),
    path("assignments/<uuid:assignment_id>/", views.assignment, name="assignment"),
    path("assignments/<uuid:assignment_id>/answers/", views.give_answer, name="answers"),
    path("assignments/<uuid:assignment_id>/draft/", drafts.draft, name="draft"),
    path("assignments/<uuid:assignment_id>/opened/", views.opened, name="opened"),
    re_path(rf"^assignments/(?P<assignment_id>{_UUID})/crop/{_KEY}\.nii$", files.crop, name="crop"),
    re_path(rf"^assignments/(?P<assignment_id>{_UUID})/mask/{_KEY}\.nii$", files.mask, name="mask"),
    re_path(rf"^scans/(?P<scan_id>{_UUID})/{_KEY}\.nii$", files.scan, name="scan"),
    path("previews/<uuid:roi_id>/", previews.roi, name="preview"),
    re_path(
        rf"^previews/(?P<roi_id>{_UUID})/(?P<kind>crop|mask|scan)/{_SHA256}\.nii$",
        previews.volume,
        name="preview_volume",
    ),
    path("practice/<uuid:roi_id>/", practice.roi, name="practice"),
    path("practice/<uuid:roi_id>/answers/", practice.give_answer, name="practice_answers"),
    re_path(
        rf"^practice/(?P<roi_id>{_UUID})/(?P<kind>crop|mask|scan)/{_SHA256}\.nii$",
        practice.volume,
        name="practice_volume",
    ),
    path("cohorts/", builds.cohorts, name="cohorts"),
    path("studies/order/", builds.order, name="order_study"),
    path("builds/<uuid:build_id>/", builds.build, name="build"),
    path("builds/<uuid:build_id>/stop/", builds.stop, name="stop_build"),
    path("account/", studies.account, name="account"),
    path("studies/", studies.studies, name="studies"),
    path("studies/<uuid:study_id>/", studies.study, name="study"),
    path("studies/<uuid:study_id>/freeze/", study_life.freeze, name="freeze"),
    path("studies/<uuid:study_id>/open/", study_life.open_study, name="open"),
    path("studies/<uuid:study_id>/close/", study_life.close, name="close"),
    path("studies/<uuid:study_id>/reopen/", study_life.reopen, name="reopen"),
    path("studies/<uuid:study_id>/unblind/", study_life.unblind, name="unblind"),
    path("studies/<uuid:study_id>/amend/", study_life.amend, name="amend"),
    path("studies/<uuid:study_id>/invitations/", study_people.invite, name="invite"),
    path("studies/<uuid:study_id>/withdraw/", study_people.withdraw, name="withdraw"),
    path("studies/<uuid:study_id>/progress/", study_lists.progress, name="progress"),
    path("studies/<uuid:study_id>/raters/", study_lists.raters, name="raters"),
    path("studies/<uuid:study_id>/rois/", study_lists.rois, name="rois"),
    path("studies/<uuid:study_id>/answers/", study_lists.answers, name="study_answers"),
    path("studies/<uuid:study_id>/results/", study_files.results, name="study_results"),
    path("studies/<uuid:study_id>/files/", study_files.files, name="study_files"),
    path("studies/<uuid:study_id>/files/<path:name>", study_files.file, name="study_file"),
    path("schema/", schema.schema, name="schema"),
    path("problems/<slug:name>/", problem_pages.problem_type, name="problem"),
    re_path(r"^(?P<rest>.*)$", problems.no_such_address, name="nowhere"),
]
