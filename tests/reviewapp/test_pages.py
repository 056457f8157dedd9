"""The pages of raters: what they say, and what they keep from the rater."""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviewapp import pages
from reviewapp.models import Assignment, Study

pytestmark = pytest.mark.django_db
#: What would tell a rater something: who, where, and what the masks said.
SECRETS = re.compile(
    r"secret|FPL|FNL|TPL|mimic|(?<!p)reference|prediction|\"repeat|diagnosis|stratum"
)


def page(client: Client, name: str, study: Study) -> str:
    response = client.get(reverse(name, args=[study.pk]))
    assert response.status_code == 200
    return response.content.decode()


def handed_over(html: str, name: str) -> object:
    found = re.search(rf'<script id="{name}" type="application/json">(.*?)</script>', html)
    assert found is not None
    return json.loads(found[1])


def test_home_says_how_far_the_rater_is(
    study: Study, client_of: Callable[[str], Client], answered: Callable[..., None]
) -> None:
    assert "0 of 26" in client_of("anna").get("/").content.decode()
    answered("anna", 5)
    html = client_of("anna").get("/").content.decode()
    assert "5 of 26" in html
    assert "Continue" in html
    assert "0 of 26" in client_of("ben").get("/").content.decode()


def test_home_of_an_account_without_a_study_says_so(client_of: Callable[[str], Client]) -> None:
    assert "Nothing to review yet" in client_of("stranger").get("/").content.decode()


def test_home_of_a_researcher_lists_the_raters_and_marks_the_study(
    study: Study, client_of: Callable[[str], Client]
) -> None:
    html = client_of("researcher").get("/").content.decode()
    for text in ("cortex", "anna", "ben", "synthetic", "open", "blinded"):
        assert text in html


def test_no_page_of_a_rater_tells_a_group_a_patient_or_a_repeat(
    study: Study, client_of: Callable[[str], Client], answered: Callable[..., None]
) -> None:
    answered("anna", 26)
    client = client_of("anna")
    for name in ("review", "own_answers", "own_answers_file", "done"):
        assert SECRETS.search(page(client, name, study)) is None, name
    assert SECRETS.search(client.get("/").content.decode()) is None


def test_the_review_page_gets_the_questions_and_where_to_go(
    study: Study, client_of: Callable[[str], Client]
) -> None:
    html = page(client_of("anna"), "review", study)
    assert handed_over(html, "questionnaire") == study.parsed_questionnaire().as_dict()
    assert handed_over(html, "study") == {
        "id": str(study.pk), "name": "cortex", "synthetic": True, "radiological": True,
    }  # fmt: skip
    assert handed_over(html, "page") == {
        "api": "/api/v1/",
        "done_url": reverse("done", args=[study.pk]),
        "guidelines_url": reverse("guidelines", args=[study.pk]),
        "panel_url": reverse("guidelines_panel", args=[study.pk]),
        "answers_url": reverse("own_answers", args=[study.pk]),
        "pace_s": None,
        "login_url": reverse("login"),
        "mode": "review",
        "block_size": 0,
    }


def test_own_answers_lead_back_to_their_rois_and_show_no_other_raters(
    study: Study, client_of: Callable[[str], Client], answered: Callable[..., None]
) -> None:
    answered("anna", 2, classes=["Vessel", "Unknown"], confidence=2)
    answered("ben", 3, classes=["Intracortical MS lesion"])
    html = page(client_of("anna"), "own_answers", study)
    own = Assignment.objects.filter(membership__user__username="anna", position__lte=2)
    for assignment in own:
        assert f"/review/#{assignment.pk}" in html
    assert html.count("/review/#") == 2
    assert "Vessel" in html
    assert "Slightly" in html
    assert "Intracortical" not in html


def test_what_a_rater_typed_is_shown_as_text(
    study: Study, client_of: Callable[[str], Client], answered: Callable[..., None]
) -> None:
    answered("anna", 1, classes=["Other: <script>alert(1)</script>"])
    html = page(client_of("anna"), "own_answers", study)
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


def test_done_says_what_is_missing_until_all_is_there(
    study: Study, client_of: Callable[[str], Client], answered: Callable[..., None]
) -> None:
    answered("anna", 25)
    assert "1 of 26 ROIs" in page(client_of("anna"), "done", study)
    answered("anna", 26)
    assert "All 26 ROIs have your answer" in page(client_of("anna"), "done", study)


def test_the_receipts_checksum_is_that_of_the_file(
    study: Study, client_of: Callable[[str], Client], answered: Callable[..., None]
) -> None:
    answered("anna", 4, comment="a tab\tand a\nline")
    client = client_of("anna")
    response = client.get(reverse("own_answers_file", args=[study.pk]))
    assert response["Content-Disposition"] == 'attachment; filename="own-answers.tsv"'
    assert hashlib.sha256(response.content).hexdigest() in page(client, "done", study)


def test_the_receipt_tells_active_from_total_time(
    study: Study, client_of: Callable[[str], Client], answered: Callable[..., None]
) -> None:
    Assignment.objects.update(opened_at=timezone.now() - timedelta(hours=1))
    answered("anna", 3, active_s=60.0, total_s=100.0)
    html = page(client_of("anna"), "done", study)
    assert "<dd>3 min</dd><dt>of active work</dt>" in html
    assert "<dd>5 min</dd><dt>in all, pauses included</dt>" in html
    answered("ben", 3)
    assert "pauses included" not in page(client_of("ben"), "done", study)


def test_guidelines_are_those_of_the_repository(
    study: Study, client_of: Callable[[str], Client]
) -> None:
    html = page(client_of("anna"), "guidelines", study)
    assert "<h1>Guidelines for raters</h1>" in html


def test_people_sign_out_by_post_alone(study: Study, client_of: Callable[[str], Client]) -> None:
    client = client_of("anna")
    assert client.get(reverse("logout")).status_code == 405
    assert client.post(reverse("logout")).status_code == 302
    assert client.get("/").status_code == 302


def test_a_new_password_counts_from_then_on(
    people: dict[str, User], client_of: Callable[[str], Client]
) -> None:
    form = {
        "old_password": "pass of anna",
        "new_password1": "correct horse battery",
        "new_password2": "correct horse battery",
    }
    client = client_of("anna")
    assert client.post(reverse("password_change"), form).status_code == 302
    assert client.get("/").status_code == 200
    people["anna"].refresh_from_db()
    assert people["anna"].check_password("correct horse battery")


def test_sign_in_shows_demo_accounts_in_a_demo_alone(settings: object, client: Client) -> None:
    assert "demo-rater1" not in client.get(reverse("login")).content.decode()
    settings.DEMO = True  # type: ignore[attr-defined]
    assert "demo-rater1" in client.get(reverse("login")).content.decode()


def test_a_page_that_is_not_there_looks_like_ours(client: Client) -> None:
    response = client.get("/nothing")
    assert response.status_code == 404
    assert "There is no such page" in response.content.decode()


def test_a_form_that_is_out_of_date_says_that_nothing_changed(people: dict[str, User]) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post(reverse("login"), {"username": "anna", "password": "pass of anna"})
    assert response.status_code == 403
    assert "Nothing was changed" in response.content.decode()


def test_a_fault_of_ours_shows_a_page_and_tells_nothing(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError("sub-secret1")

    monkeypatch.setattr(pages, "rater_progress", fail)
    client = Client(raise_request_exception=False)
    client.force_login(people["anna"])
    response = client.get("/")
    assert response.status_code == 500
    assert "Something went wrong here" in response.content.decode()
    assert "secret" not in response.content.decode()
