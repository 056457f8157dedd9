"""Before the unblinding even the researcher sees progress alone, wherever it may be asked."""

import io
import re
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from reviewapp import invitations, tokens
from reviewapp.addresses import KEY_LENGTH, crop_key, mask_key, preview_key, scan_key
from reviewapp.answers import record
from reviewapp.models import Assignment, Study
from tests.reviewapp.api.fuzzing import an_order
from tests.reviewapp.cohort import ANSWER

pytestmark = pytest.mark.django_db
#: What anna answered; no page, header, file or line may hold any of it.
GIVEN = {
    **ANSWER,
    "classes": ["Other: okapi", "Vascular lesion"],
    "confidence": 2,
    "reasons": ["Other: zebra"],
    "comment": "giraffe",
}
SECRET = re.compile("okapi|zebra|giraffe", re.IGNORECASE)
#: Names groups, of the sample and never beside an answer or an ROI.
SHOWS_SAMPLE = {
    "study", "study_act", "amend", "withdraw", "invite", "change_study", "api:balance",
    "new_study",
}  # fmt: skip
GROUPS = re.compile("FPL|FNL|TPL|mimic")
COMMANDS = Path(__file__).parents[2] / "reviewapp" / "management" / "commands"
UNBLINDINGS = {("results", "post"), ("api:unblind", "post"), ("api:look", "post")}
REASON = {"reason": "I would like to know"}


@pytest.fixture
def answered_study(study: Study) -> Study:
    own = Assignment.objects.filter(membership__user__username="anna", membership__study=study)
    for assignment in own.filter(position__lte=6).select_related("roi__scan", "membership__study"):
        record(assignment, GIVEN, uuid.uuid4())
    return study


def addresses(study: Study) -> dict[str, str]:
    """Give the address of every name that the site knows, of this study where it has one."""
    roi = study.rois.order_by("row")[0]
    mine = Assignment.objects.filter(membership__study=study, position=1)[0]
    ids = {
        "study_id": study.pk,
        "assignment_id": mine.pk,
        "scan_id": roi.scan_id,
        "roi_id": roi.pk,
        "member_id": study.memberships.get(user__username="ben").pk,
        "invitation_id": invitations.invite(study, study.created_by)[0].pk,
        "token": "x" * 43,
        "token_id": tokens.create(study.created_by, "a script", "read", 1)[0].pk,
        "name": "answers.tsv",
        "rest": "nothing",
        "build_id": an_order(study).pk,
    }
    ids["kind"] = "crop"
    keys = {"api:scan": scan_key(mine), "api:mask": mask_key(mine), "api:crop": crop_key(mine)}
    keys["api:preview_volume"] = preview_key(roi, "crop")
    found = {}
    for name, pattern in named(get_resolver()):
        wanted = {key: ids[key] for key in pattern.pattern.regex.groupindex if key in ids}
        kwargs = {**path_ids(name, ids), **wanted}
        if "key" in pattern.pattern.regex.groupindex:
            kwargs["key"] = keys.get(name, "0" * KEY_LENGTH)
        if name == "study_act":
            kwargs["name"] = "freeze"
        if name == "api:problem":
            kwargs["name"] = "not-found"
        found[name] = reverse(name, kwargs=kwargs)
    return found


def path_ids(name: str, ids: dict[str, Any]) -> dict[str, Any]:
    """Give the study's id where the address lies below a study."""
    below = {n for n, _ in named(next(r for r in resolvers() if "study_id" in keys_of(r)))}
    return {"study_id": ids["study_id"]} if name in below else {}


def resolvers() -> Iterator[URLResolver]:
    yield from (one for one in get_resolver().url_patterns if isinstance(one, URLResolver))


def keys_of(resolver: URLResolver) -> set[str]:
    return set(resolver.pattern.regex.groupindex)


def named(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from named(one, f"{one.namespace}:" if one.namespace else prefix)
        elif one.name:
            yield prefix + one.name, one


def test_no_address_tells_the_researcher_what_was_answered(
    answered_study: Study, client_of: Callable[[str], Client]
) -> None:
    researcher = client_of("researcher")
    seen = addresses(answered_study)
    assert {"results", "results_file", "study", "progress", "api:queue", "home"} <= set(seen)
    for name, address in seen.items():
        for method in ("get", "post", "put", "patch", "delete", "options"):
            if name == "logout" or (name, method) in UNBLINDINGS:
                continue  # the one ends the session, the others are the unblinding itself
            response = getattr(researcher, method)(address, REASON, "application/json")
            body = b"".join(response) if response.streaming else response.content
            text = f"{dict(response.headers)} {body.decode('latin-1')}"
            is_image = address.endswith(".nii") and response.status_code == 200
            if not is_image and "guidelines" not in name:
                assert not SECRET.search(text), (name, method)
                assert name in SHOWS_SAMPLE or not GROUPS.search(text), (name, method)
            assert response.status_code != 500, (name, method)
    answered_study.refresh_from_db()
    assert not answered_study.unblindings.exists()


def test_the_secrets_looked_for_would_be_found(
    answered_study: Study, client_of: Callable[[str], Client]
) -> None:
    own = client_of("anna").get(reverse("own_answers_file", args=[answered_study.pk]))
    assert len(set(SECRET.findall(own.content.decode()))) == 3


def lines(out: str) -> dict[str, list[str]]:
    """Give how each command is called in a blinded study; None where it isn't about one."""
    why, by = ["--reason", "a test"], ["cortex"]
    return {
        "export_answers": [*by, "--out", out],
        "export_corrections": [*by, "--out", out],
        "export_records": [*by, "--out", f"{out}-records"],
        "verify_study": by,
        "study_status": by,
        "amend_study": [*by, *why, "--class-rule", "primary"],
        "invite": by,
        "add_rater": [*by, "stranger"],
        "withdraw_rater": [*by, "ben", *why],
        "close_study": [*by, *why],
        "reopen_study": [*by, *why],
        "freeze_study": by,
        "open_study": by,
        "change_draft": [*by, "--name", "other"],
        "delete_draft": by,
        "api_token": ["create", "researcher", "--name", "a script"],
    }


#: Commands that are about no study's answers, are the unblinding, or are of who runs the server.
OTHERS = {
    "add_researcher", "backup", "build_demo", "build_study", "create_account", "create_study",
    "remove_second_factor", "restore", "serve", "share_cohort", "unblind", "withdraw_researcher",
}  # fmt: skip


def test_no_command_tells_what_was_answered_without_a_look(
    answered_study: Study, people: dict[str, User], tmp_path: Path
) -> None:
    called = lines(str(tmp_path / "out.tsv"))
    known = {path.stem for path in COMMANDS.glob("*.py") if path.stem != "__init__"}
    assert known == set(called) | OTHERS
    for name, words in called.items():
        said = io.StringIO()
        try:
            call_command(name, *words, stdout=said)
        except CommandError as error:
            said.write(str(error))
        assert not SECRET.search(said.getvalue()), name
        assert said.getvalue()
    assert not list(tmp_path.glob("out*"))
    answered_study.refresh_from_db()
    assert not answered_study.unblindings.exists()
