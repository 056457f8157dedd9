"""Every page and address takes a number of queries that doesn't grow with what there is."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpResponseBase
from django.test.utils import CaptureQueriesContext

from reviewapp import studies
from reviewapp.addresses import crop_key, mask_key, practice_key, preview_key, scan_key
from reviewapp.models import Study
from tests.reviewapp import permission_table
from tests.reviewapp.cohort import ANSWER, Sample
from tests.reviewapp.permission_world import BODIES
from tests.reviewapp.scale_world import SIZES, Asked, build_asked

pytestmark = pytest.mark.django_db
Ask = Callable[[Asked], HttpResponseBase]
#: What is said of a study, by whom.
RATERS, LEADS = "rater", "researcher"
DRAFT = {"draft": {"comment": "near"}, "revises": 0, "client": str(uuid.uuid4()), "based_on": 0}
#: What PostgreSQL takes a lock by; SQLite has no such query.
LOCK = "pg_advisory_xact_lock"
#: Addresses without a count, and why. Of `join` the form isn't counted: it writes an order.
UNCOUNTED = {
    "api:freeze": "writes the orders of all raters, 2000 rows at once",
    "api:open": "a step as the closing is, of a frozen study",
    "change_study": "of a draft alone: writes its sample's settings and nothing by ROI",
    "api:change_study": "of a draft alone: writes its sample's settings and nothing by ROI",
    "api:delete_study": "of a draft alone",
    "interim_look": "the report, which is made of all answers once",
    "api:look": "the report, which is made of all answers once",
    "remove_rater": "of a draft alone: as its change",
    "results_file": "a file of the report, which is made of all answers once",
    "api:study_results": "the report, which is made of all answers once",
    "api:study_files": "the report, which is made of all answers once",
    "api:study_file": "a file of the report, which is made of all answers once",
    "report_stylesheet": "a file",
    "api:schema": "made of the code",
    "api:problem": "made of the code",
    "api:nowhere": "reads nothing",
    "second_factor": "of the account alone",
    "second_factor_qr": "of the account alone",
    "sign_in_code": "of the account alone",
    "password_change": "of the account alone",
}


def of_study(name: str, who: str = LEADS, query: str = "") -> Ask:
    return lambda a: a.get(who, name, a.study.pk, query=query)


def act(name: str, *args: str, who: str = LEADS) -> Ask:
    """Send what is taken to an address of the study."""
    return lambda a: a.send(who, name, a.study.pk, *args, body=BODIES.get(name))


def of_showing(name: str, body: Any = None, method: str = "post") -> Ask:
    return lambda a: a.send(RATERS, name, a.open_one.pk, body=body, method=method)


def changed_answer(a: Asked) -> HttpResponseBase:
    body = {**ANSWER, "revises": 1, "comment": "a second look"}
    return a.send(RATERS, "api:answers", a.answered_one.pk, body=body)


def practice_volume(a: Asked) -> HttpResponseBase:
    roi = a.others["practice"][0]
    key = practice_key(roi, a.members["newcomer"], "crop")
    return a.get("newcomer", "api:practice_volume", roi.pk, "crop", key)


def preview_volume(a: Asked) -> HttpResponseBase:
    roi = a.open_one.roi
    return a.get(LEADS, "api:preview_volume", roi.pk, "crop", preview_key(roi, "crop"))


def to_practice(name: str, who: str, body: Any = None) -> Ask:
    def ask(a: Asked) -> HttpResponseBase:
        roi = a.others["practice"][0].pk
        return a.get(who, name, roi) if body is None else a.send(who, name, roi, body=body)

    return ask


def to_other(name: str, what: str, method: str = "post") -> Ask:
    """Ask for an order, or send something to it or to a token."""

    def ask(a: Asked) -> HttpResponseBase:
        pk = a.others[what].pk
        return a.get(LEADS, name, pk) if method == "get" else a.send(LEADS, name, pk)

    return ask


def after(step: Callable[..., Any], ask: Ask) -> Ask:
    """Take a step of the study first, whose own queries don't count."""

    def prepared(a: Asked) -> HttpResponseBase:
        return ask(a)

    prepared.__dict__["step"] = step
    return prepared


#: What is asked for, and how many queries it takes: reading and writing, transactions left out.
QUERIES: dict[str, tuple[Ask, int]] = {
    "home of a rater": (lambda a: a.get(RATERS, "home"), 9),
    "home of a researcher": (lambda a: a.get(LEADS, "home"), 9),
    "login": (lambda a: a.send("nobody", "login", body=BODIES["login"]), 10),
    "logout": (lambda a: a.send(RATERS, "logout"), 5),
    "review": (of_study("review", RATERS), 23),
    "own_answers": (of_study("own_answers", RATERS), 9),
    "own_answers further on": (of_study("own_answers", RATERS, "?from=101"), 9),
    "own_answers_file": (of_study("own_answers_file", RATERS), 6),
    "done": (of_study("done", RATERS), 8),
    "guidelines": (of_study("guidelines", RATERS), 6),
    "guidelines_panel": (of_study("guidelines_panel", RATERS), 4),
    "practice": (of_study("practice", "newcomer"), 9),
    "practice_feedback": (lambda a: a.get(RATERS, "practice_feedback", a.study.pk,
                                          a.others["practice"][0].pk), 9),
    "join": (lambda a: a.get("nobody", "join", a.others["token"]), 1),
    "api:queue": (of_study("api:queue", RATERS), 11),
    "api:queue around a place": (of_study("api:queue", RATERS, "?at=200"), 10),
    "api:assignment": (lambda a: a.get(RATERS, "api:assignment", a.open_one.pk), 8),
    "api:opened": (of_showing("api:opened"), 5),
    "api:draft": (of_showing("api:draft", DRAFT, "put"), 9),
    "api:draft away": (of_showing("api:draft", method="delete"), 7),
    "api:answers": (of_showing("api:answers", ANSWER), 14),
    "api:answers changed": (changed_answer, 13),
    "api:crop": (lambda a: a.get(RATERS, "api:crop", a.open_one.pk, crop_key(a.open_one)), 4),
    "api:mask": (lambda a: a.get(RATERS, "api:mask", a.open_one.pk, mask_key(a.open_one)), 4),
    "api:scan": (lambda a: a.get(RATERS, "api:scan", a.open_one.roi.scan_id,
                                 scan_key(a.open_one)), 4),
    "api:practice": (to_practice("api:practice", "newcomer"), 5),
    "api:practice_answers": (to_practice("api:practice_answers", "newcomer", ANSWER), 15),
    "api:practice_volume": (practice_volume, 5),
    "api:practice_key": (to_practice("api:practice_key", RATERS), 5),
    "api:own_studies": (lambda a: a.get(RATERS, "api:own_studies"), 7),
    "api:own_answers": (of_study("api:own_answers", RATERS), 7),
    "api:own_answers_file": (of_study("api:own_answers_file", RATERS), 6),
    "api:receipt": (of_study("api:receipt", RATERS), 6),
    "api:guidelines": (of_study("api:guidelines", RATERS), 4),
    "api:steps": (of_study("api:steps"), 5),
    "api:versions": (of_study("api:versions"), 5),
    "api:balance": (of_study("api:balance"), 5),
    "api:invite listed": (of_study("api:invite"), 5),
    "api:revoke": (lambda a: a.send(LEADS, "api:revoke", a.study.pk,
                                    a.others["invitation"].pk), 14),
    "api:preferences": (lambda a: a.get(RATERS, "api:preferences"), 4),
    "study": (of_study("study"), 12),
    "study_act": (lambda a: a.send(LEADS, "study_act", a.study.pk, "close",
                                   body=BODIES["study_act"]), 17),
    "amend": (act("amend"), 21),
    "withdraw": (lambda a: a.send(LEADS, "withdraw", a.study.pk, a.members["rater"].pk,
                                  body=BODIES["withdraw"]), 22),
    "invite": (act("invite"), 16),
    "revoke": (lambda a: a.send(LEADS, "revoke", a.study.pk, a.others["invitation"].pk), 9),
    "progress": (of_study("progress"), 7),
    "rois": (of_study("rois"), 8),
    "rois further on": (of_study("rois", query="?at=201"), 7),
    "preview": (of_study("preview"), 14),
    "preview at a place": (of_study("preview", query="?at=280"), 14),
    "preview_practice": (of_study("preview_practice"), 14),
    "results": (of_study("results"), 8),
    "tokens": (lambda a: a.get(LEADS, "tokens"), 6),
    "revoke_token": (to_other("revoke_token", "script"), 6),
    "new_study": (lambda a: a.get(LEADS, "new_study"), 8),
    "new_study by its form": (lambda a: a.send(LEADS, "new_study", body=BODIES["new_study"]), 10),
    "build": (to_other("build", "build", "get"), 5),
    "stop_build": (to_other("stop_build", "build"), 5),
    "retry_build": (to_other("retry_build", "build"), 9),
    "api:preview": (lambda a: a.get(LEADS, "api:preview", a.open_one.roi_id), 8),
    "api:preview_volume": (preview_volume, 4),
    "api:account": (lambda a: a.get(LEADS, "api:account"), 3),
    "api:studies": (lambda a: a.get(LEADS, "api:studies"), 5),
    "api:cohorts": (lambda a: a.get(LEADS, "api:cohorts"), 4),
    "api:order_study": (lambda a: a.send(LEADS, "api:order_study",
                                         body=BODIES["api:order_study"]), 10),
    "api:build": (to_other("api:build", "build", "get"), 4),
    "api:stop_build": (to_other("api:stop_build", "build"), 6),
    "api:study": (of_study("api:study"), 6),
    "api:progress": (of_study("api:progress"), 6),
    "api:raters": (of_study("api:raters"), 6),
    "api:rois": (of_study("api:rois"), 6),
    "api:study_answers": (after(studies.unblind, of_study("api:study_answers")), 13),
    "api:close": (act("api:close"), 22),
    "api:reopen": (after(studies.close, act("api:reopen")), 22),
    "api:unblind": (act("api:unblind"), 33),
    "api:amend": (act("api:amend"), 26),
    "api:invite": (act("api:invite"), 11),
    "api:withdraw": (lambda a: a.send(LEADS, "api:withdraw", a.study.pk, body={
        **BODIES["api:withdraw"], "rater": a.members["rater"].user.username}), 27),
}  # fmt: skip


def n_queries(ask: Ask, asked: Asked) -> int:
    """Count the queries of a request, and take back what it did."""
    with asked.taking_back():
        step = vars(ask).get("step")
        if step is not None:
            step(asked.study, asked.study.created_by, "as it was planned")
        with CaptureQueriesContext(connection) as seen:
            response = ask(asked)
            b"".join(getattr(response, "streaming_content", ()))
    asked.study.refresh_from_db()
    status = response.status_code
    assert status in (200, 201, 202, 204, 302), (status, getattr(response, "content", b""))
    words = ("SELECT", "INSERT", "UPDATE", "DELETE")
    told = [query["sql"] for query in seen.captured_queries if LOCK not in query["sql"]]
    return sum(sql.startswith(words) for sql in told)


def test_every_address_is_counted_or_has_a_reason() -> None:
    counted = {name.partition(" ")[0] for name in QUERIES}
    assert not counted & set(UNCOUNTED)
    assert counted | set(UNCOUNTED) == permission_table.addresses()


@pytest.mark.parametrize("size", SIZES)
def test_every_page_takes_as_many_queries_in_a_small_world_and_in_a_large_one(
    study: Study,
    sample: Sample,
    people: dict[str, User],
    size: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Django doesn't note what PostgreSQL is asked by a cursor of the server's.
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    asked = build_asked(study, sample, size)
    for _ in range(2):  # the first time some things are looked up for good
        found = {name: n_queries(ask, asked) for name, (ask, _) in QUERIES.items()}
    expected = {name: n for name, (_, n) in QUERIES.items()}
    assert found == expected
