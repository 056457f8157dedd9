"""Which address of the API leads to which view."""

from django.urls import path, re_path

from reviewapp.api import drafts, files, preferences, problems, views

_SHA256 = "(?P<sha256>[0-9a-f]{64})"
_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

app_name = "api"
urlpatterns = [
    path("preferences/", preferences.preferences, name="preferences"),
    path("studies/<uuid:study_id>/queue/", views.queue, name="queue"),
    path("assignments/<uuid:assignment_id>/", views.assignment, name="assignment"),
    path("assignments/<uuid:assignment_id>/answers/", views.give_answer, name="answers"),
    path("assignments/<uuid:assignment_id>/draft/", drafts.draft, name="draft"),
    path("assignments/<uuid:assignment_id>/opened/", views.opened, name="opened"),
    re_path(
        rf"^assignments/(?P<assignment_id>{_UUID})/crop/{_SHA256}\.nii$", files.crop, name="crop"
    ),
    re_path(
        rf"^assignments/(?P<assignment_id>{_UUID})/mask/{_SHA256}\.nii$", files.mask, name="mask"
    ),
    re_path(rf"^scans/(?P<scan_id>{_UUID})/{_SHA256}\.nii$", files.scan, name="scan"),
    re_path(r"^(?P<rest>.*)$", problems.no_such_address),
]
