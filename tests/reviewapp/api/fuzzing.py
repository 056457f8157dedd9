"""What the tests with schemathesis share: the schema, who asks, and real objects to ask for."""

import json
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from django.contrib.auth.models import User
from django.test import Client
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import ignored_auth

from lesions.questionnaire import paper_questionnaire
from reviewapp import tokens
from reviewapp.addresses import crop_key, mask_key, practice_key, preview_key, scan_key
from reviewapp.api.schema import rendered
from reviewapp.builds.plan import StudyPlan
from reviewapp.models import Assignment, Build, SharedCohort, Study
from reviewapp.wsgi import application

SEED = 20260517
CSRF = "0" * 32
#: What may come of a request that the schema allows: rules beyond a schema are not in it.
ACCEPTED = ["2xx", "3xx", "401", "403", "404", "409", "412"]
CONFIG: dict[str, Any] = {
    "seed": SEED,
    # Credentials are put in by `Visitor`: made up ones would be refused by all.
    "generation": {"with-security-parameters": False},
    "checks": {
        "positive_data_acceptance": {"expected-statuses": ACCEPTED},
        # 428 is RFC 6585's for If-Match; who may not see a study learns no more than that.
        "missing_required_header": {"expected-statuses": ["400", "401", "403", "404", "428"]},
    },
    "operations": [
        {
            # The questionnaire, NUL in a draft, the keys' profile, a reason of spaces alone.
            "include-operation-id": [
                "give_answer",
                "give_practice_answer",
                "save_draft",
                "change_preferences",
                "freeze_study",
                "open_study",
                "close_study",
                "reopen_study",
                "unblind_study",
                "amend_study",
                "invite_rater",
                "withdraw_rater",
                "order_study",
                "look_at_study",
                "change_draft",
                "delete_draft",
                "revoke_invitation",
            ],
            "checks": {
                "positive_data_acceptance": {"expected-statuses": [*ACCEPTED, "400", "422"]}
            },
        }
    ],
}


def load(*names: str) -> Any:
    """Give the schema, narrowed to what the questionnaire of our study allows.

    `names` are the operations to keep: all of them without any.
    """
    raw = json.loads(rendered("json"))
    for path, operations in list(raw["paths"].items()) if names else ():
        kept = {method: one for method, one in operations.items() if one["operationId"] in names}
        raw["paths"][path] = kept
    raw["paths"] = {path: operations for path, operations in raw["paths"].items() if operations}
    questions = paper_questionnaire()
    answer = raw["components"]["schemas"]["AnswerRequest"]["properties"]
    answer["confidence"]["maximum"] = len(questions.confidence_levels)
    for name, options in (("classes", questions.classes), ("reasons", questions.reasons)):
        plain = [option.name for option in options if not option.custom_text]
        answer[name] |= {"items": {"type": "string", "enum": plain}, "uniqueItems": True}
    schema = schemathesis.openapi.from_dict(raw, config=SchemathesisConfig.from_dict(CONFIG))
    schema.app = application
    return schema


def effort(max_examples: int, **more: Any) -> settings:
    """Give settings that make the same requests each time."""
    return settings(
        max_examples=max_examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
        **more,
    )


@dataclass
class Visitor:
    """Somebody who asks, and the objects that there are to ask for."""

    ids: dict[str, str]
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    def prepare(self, case: Any) -> None:
        """Put real ids in the place of made up ones, except where these are meant to be wrong."""
        meta = case.meta
        label = case.operation.definition.raw["operationId"]

        def is_meant(where: ParameterLocation) -> bool:
            return meta is not None and bool(meta.is_negative_at(where))

        if not is_meant(ParameterLocation.PATH):
            for name in case.path_parameters or {}:
                real = self.ids.get(f"{label}.{name}", self.ids.get(name))
                case.path_parameters[name] = real or case.path_parameters[name]
        if not is_meant(ParameterLocation.QUERY) and "cursor" in (case.query or {}):
            # No schema can tell which cursors there are; test_study_lists follows real ones.
            del case.query["cursor"]
        if label == "withdraw_rater" and not is_meant(ParameterLocation.BODY):
            # No schema can tell who rates the study.
            case.body["rater"] = self.ids.get("rater", case.body["rater"])
        if not is_meant(ParameterLocation.HEADER):
            if "If-Match" in (case.headers or {}):
                case.headers["If-Match"] = "*"
            if "X-Account" in (case.headers or {}):
                case.headers["X-Account"] = self.ids["account"]

    def check(self, case: Any) -> None:
        """Ask, and hold the response against the schema with all checks."""
        self.prepare(case)
        # It takes a cookie of ours for one that it made up; nobody's requests show who needs one.
        excluded = [ignored_auth] if self.cookies else []
        case.call_and_validate(
            headers=dict(self.headers), cookies=dict(self.cookies), excluded_checks=excluded
        )


def rater(user: User, assignment: Assignment) -> Visitor:
    """Give a signed-in rater's page."""
    return page(user, ids_of(assignment))


def page(user: User, ids: dict[str, str]) -> Visitor:
    """Give the page of somebody who is signed in."""
    client = Client()
    client.force_login(user)
    session = client.cookies["sessionid"].value
    return Visitor(
        {**ids, "account": str(user.pk)},
        {"X-CSRFToken": CSRF},
        {"sessionid": session, "csrftoken": CSRF},
    )


def script(user: User, ids: dict[str, str]) -> Visitor:
    """Give a researcher's script."""
    _, token = tokens.create(user, "fuzzing", "write")
    return Visitor({**ids, "account": str(user.pk)}, {"Authorization": f"Bearer {token}"})


def nobody(assignment: Assignment) -> Visitor:
    """Give somebody who has not signed in."""
    return Visitor({**ids_of(assignment), "account": "1"})


def an_order(study: Study) -> Build:
    """Give an order of the study's researcher, who may make more of them."""
    by = study.created_by
    path = {"scans_path": "/nowhere/scans.tsv"}
    cohort, _ = SharedCohort.objects.get_or_create(name="Site D", defaults=path)
    cohort.users.add(by)
    plan = {"plan": StudyPlan().as_json(), "state": "done"}
    return Build.objects.get_or_create(by=by, cohort=cohort, study_name="made", defaults=plan)[0]


def ids_of(assignment: Assignment) -> dict[str, str]:
    """Name the objects that a rater's addresses may lead to."""
    return {
        **ids_of_study(assignment.membership.study),
        "assignment_id": str(assignment.pk),
        "scan_id": str(assignment.roi.scan_id),
        "read_crop.key": crop_key(assignment),
        "read_mask.key": mask_key(assignment),
        "read_scan.key": scan_key(assignment),
    }


def ids_of_study(study: Study) -> dict[str, str]:
    """Name the objects of a study in any state."""
    roi = study.rois.select_related("scan").order_by("pk")[0]
    return {
        "study_id": str(study.pk),
        "roi_id": str(roi.pk),
        "kind": "crop",
        "read_preview_volume.key": preview_key(roi, "crop"),
        "read_file.name": "answers.tsv",
        "read_problem_type.name": "blinded",
        "build_id": str(an_order(study).pk),
        "invitation_id": "1",
        "rater": "ben",
    }


def ids_of_practice(study: Study, user: User) -> dict[str, str]:
    """Name a practice ROI of a rater."""
    roi = study.practice_rois.get(position=1)
    member = study.memberships.get(user=user)
    names = ("read_practice", "read_practice_volume", "give_practice_answer")
    key = practice_key(roi, member, "crop")
    return {f"{name}.roi_id": str(roi.pk) for name in names} | {"read_practice_volume.key": key}
