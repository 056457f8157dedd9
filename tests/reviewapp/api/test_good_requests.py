"""One good request for each operation: it succeeds, and is answered as the schema says."""

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import User
from schemathesis.specs.openapi.checks import ignored_auth

from reviewapp.models import Assignment
from tests.reviewapp.api.fuzzing import (
    Visitor,
    ids_of,
    ids_of_practice,
    ids_of_study,
    load,
    page,
    script,
)
from tests.reviewapp.cohort import ANSWER, Sample
from tests.reviewapp.permission_world import BODIES, World, build_world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kept_connection")]
SCHEMA = load()
#: Who asks, while the study is in which state, for which operations.
GOOD: dict[tuple[str, str], dict[str, Any]] = {
    ("rater", "open"): {
        "read_queue": None, "read_assignment": None, "read_crop": None, "read_mask": None,
        "read_scan": None, "note_opened": None, "save_draft": BODIES["api:draft"],
        "remove_draft": None, "give_answer": ANSWER, "read_preferences": None,
        "change_preferences": BODIES["api:preferences"], "list_own_studies": None,
        "list_own_answers": None, "read_own_answers": None, "read_receipt": None,
        "read_guidelines": None, "read_practice_key": None,
    },
    ("newcomer", "open"): {
        "read_practice": None, "read_practice_volume": None, "give_practice_answer": ANSWER,
    },
    ("lead", "draft"): {
        "read_preview": None, "read_preview_volume": None,
        "change_draft": BODIES["api:change_study"], "freeze_study": {},
    },
    ("script", "draft"): {"delete_draft": {}},
    ("script", "frozen"): {"amend_study": BODIES["api:amend"], "open_study": {}},
    ("script", "open"): {
        "account": None, "read_problem_type": None, "list_studies": None, "read_study": None,
        "read_progress": None, "list_raters": None, "list_rois": None,
        "invite_rater": BODIES["api:invite"], "revoke_invitation": {},
        "withdraw_rater": BODIES["api:withdraw"],
        "close_study": BODIES["api:close"], "list_cohorts": None, "read_build": None,
        "stop_build": None, "order_study": BODIES["api:order_study"], "list_steps": None,
        "list_versions": None, "read_balance": None, "list_invitations": None,
    },
    ("lead", "closed"): {
        "look_at_study": BODIES["api:look"], "reopen_study": BODIES["api:reopen"],
        "unblind_study": BODIES["api:unblind"],
    },
    ("script", "unblinded"): {
        "list_answers": None, "read_results": None, "list_files": None, "read_file": None,
    },
}  # fmt: skip
OPERATIONS = {found.ok().definition.raw["operationId"]: found.ok() for found in
              SCHEMA.get_all_operations()}  # fmt: skip


def visitor(who: str, world: World) -> Visitor:
    """Give who asks."""
    study, people = world.study, world.people
    if who == "rater":
        own = Assignment.objects.filter(membership__study=study, membership__user=people["anna"])
        ids = ids_of(own.select_related("roi__scan").get(position=1))
        ids["read_practice_key.roi_id"] = str(study.practice_rois.get(position=1).pk)
        return page(people["anna"], ids)
    if who == "newcomer":
        ids = ids_of_study(study) | ids_of_practice(study, people["nina"])
        return page(people["nina"], ids)
    ids = ids_of_study(study) | {"invitation_id": str(study.invitations.all()[0].pk)}
    return {"lead": page, "script": script}[who](people["researcher"], ids)


def test_every_operation_has_its_good_request() -> None:
    named = [name for requests in GOOD.values() for name in requests]
    assert sorted(named) == sorted(OPERATIONS)


@pytest.mark.parametrize(("who", "state"), GOOD)
def test_each_succeeds_as_the_schema_says(
    who: str, state: str, sample: Sample, people: dict[str, User]
) -> None:
    asking = visitor(who, build_world(sample, people, state))
    for name, body in GOOD[who, state].items():
        operation = OPERATIONS[name]
        headers = {"Idempotency-Key": str(uuid.uuid4()), "If-Match": "*"}
        declared = {parameter.name for parameter in operation.headers}
        parts = {one.name: asking.ids.get(f"{name}.{one.name}", asking.ids.get(one.name))
                 for one in operation.path_parameters}  # fmt: skip
        case = operation.Case(
            path_parameters=parts,
            headers={key: value for key, value in headers.items() if key in declared},
            **({} if body is None else {"body": body, "media_type": "application/json"}),
        )
        response = case.call(headers=dict(asking.headers), cookies=dict(asking.cookies))
        assert 200 <= response.status_code < 300, (name, response.status_code, response.text)
        case.validate_response(response, excluded_checks=[ignored_auth])
