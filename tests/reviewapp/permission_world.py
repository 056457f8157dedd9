"""The world that docs/permissions.md is walked in: two studies, everybody, every address.

The study has a practice block. *rater* and *fellow* have done it, *newcomer* has not; *withdrawn*
had, and has no access any more. Of a draft and a frozen study nothing was answered yet.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from reviewapp import cohorts, invitations, studies, tokens
from reviewapp.addresses import (
    KEY_LENGTH,
    crop_key,
    mask_key,
    practice_key,
    preview_key,
    scan_key,
)
from reviewapp.answers import record
from reviewapp.builds.plan import StudyPlan
from reviewapp.models import Assignment, Build, Membership, SharedCohort, Study
from reviewapp.practice import next_practice, record_practice
from reviewapp.raters import withdraw_rater
from reviewapp.studies import People, create_study
from reviewapp.study_drafts import create_draft
from tests.reviewapp.cohort import ANSWER, Sample
from tests.reviewapp.practice_block import take_block

#: Whose session each column of the table has.
ACCOUNTS = {
    "nobody": "",
    "rater": "anna",
    "fellow": "ben",
    "newcomer": "nina",
    "withdrawn": "wim",
    "rater elsewhere": "carla",
    "researcher": "researcher",
    "researcher elsewhere": "diana",
    "administrator": "root",
    "inactive": "anna",
}
STATES = ("draft", "frozen", "open", "closed", "unblinded")
SETTINGS = {
    "hypotheses": "Experts find that most are lesions.",
    "class_rule": "set",
    "break_after_min": "30",
}
_NEW_PASSWORD = "correct horse battery staple"
_CONFIRMED = {"reason": "as it was planned", "confirm": "on"}
#: What is sent with POST and PUT so that it is taken: JSON to the API, forms to pages.
BODIES: dict[str, dict[str, Any]] = {
    "api:answers": ANSWER,
    "api:practice_answers": ANSWER,
    "api:draft": {"draft": {}, "revises": 0, "client": str(uuid.UUID(int=7)), "based_on": 0},
    "api:preferences": {"theme": "light"},
    "api:close": {"reason": "all is answered"},
    "api:unblind": {"reason": "both have finished"},
    "api:reopen": {"reason": "ben has more to say"},
    "api:amend": {"reason": "raters asked for it", "break_after_min": 30},
    "api:invite": {"note": "Dr Ito, Kyoto", "days": 7},
    "api:withdraw": {"reason": "is ill for long", "rater": "anna"},
    "api:look": {"reason": "as it was planned"},
    "api:change_study": {"settings": {"block_size": 6}},
    "interim_look": _CONFIRMED,
    "api:order_study": {"name": "another", "cohort": "Site D"},
    "results": _CONFIRMED,
    **{f"study_act{act}": _CONFIRMED for act in ("", " freeze", " open", " reopen", " delete")},
    "amend": {**SETTINGS, "reason": "raters asked for it"},
    "invite": {"note": "Dr Ito, Kyoto", "days": "7"},
    "withdraw": {"reason": "is ill for long"},
    "change_study": {
        **SETTINGS, "name": "cortex 2", "seed": "1", "repeat_share": "0", "repeat_distance": "5",
        "block_size": "0",
    },
    "new_study": {
        **SETTINGS, "name": "another", "cohort": "Site D", "source": "draw", "n": "2",
        "sample_seed": "1", "tpl_drawn_in": "reference", "seed": "1", "repeat_share": "0",
        "repeat_distance": "5", "block_size": "0",
    },
    "tokens": {"name": "figures", "scope": "read", "days": "9"},
    "join": {"username": "newly", **dict.fromkeys(("password1", "password2"), _NEW_PASSWORD)},
    "second_factor": {"action": "begin"},
    "login": {"username": "ben", "password": "pass of ben"},
}  # fmt: skip


@dataclass
class World:
    """The study in one state of its life, its people, and the address of each row."""

    study: Study
    people: dict[str, User]
    urls: dict[str, str]


def build_world(sample: Sample, people: dict[str, User], state: str) -> World:
    """Build it in a state."""
    for name in ("nina", "wim", "carla", "diana"):
        people[name] = User.objects.create_user(name)
    people["root"] = User.objects.create_superuser("root")
    elsewhere = People((people["carla"],), people["diana"])
    create_study("other", sample.rois, sample.scans, elsewhere)
    lead = people["researcher"]
    block = take_block(sample)
    raters = tuple(people[name] for name in ("anna", "ben", "nina", "wim"))
    crew = People(raters, lead)
    study = create_draft("cortex", sample.rois, sample.scans, crew, practice=block)
    cohorts.share("Site D", sample.scans, [lead])
    _, token = invitations.invite(study, lead)
    _live(study, people, state)
    study.refresh_from_db()
    return World(study, people, _urls(study, lead, token))


def _live(study: Study, people: dict[str, User], state: str) -> None:
    """Take the study from its draft to a state."""
    lead, wim = people["researcher"], study.memberships.get(user=people["wim"])
    if state == "draft":
        # There, raters are removed; this one stands for whoever had access once.
        Membership.objects.filter(pk=wim.pk).update(withdrawn_at=timezone.now())
        return
    studies.freeze(study, lead)
    if state == "frozen":
        withdraw_rater(study, lead, people["wim"], "is ill for long")
        return
    studies.open_study(study, lead)
    for name in ("anna", "ben", "wim"):
        member = study.memberships.select_related("study").get(user=people[name])
        while (roi := next_practice(member)) is not None:
            record_practice(member, roi, ANSWER, uuid.uuid4())
    for shown in Assignment.objects.filter(membership__user=people["ben"], position__lte=3):
        record(shown, ANSWER, uuid.uuid4())
    withdraw_rater(study, lead, people["wim"], "is ill for long")
    if state == "closed":
        studies.close(study, lead, "all is answered")
    elif state == "unblinded":
        studies.unblind(study, lead, "both have finished")


def _urls(study: Study, lead: User, token: str) -> dict[str, str]:
    """Give the address of each row: of anna's first ROI, and of the study."""
    found = {name: reverse(name) for name in _WITHOUT_STUDY}
    found |= {name: reverse(name, args=[study.pk]) for name in _OF_STUDY}
    found |= _of_showing(study) | _of_practice(study)
    roi = study.rois.select_related("scan").order_by("pk")[0]
    volume = [roi.pk, "crop", preview_key(roi, "crop")]
    made, _ = tokens.create(lead, "figures", "read")
    invitation, _ = invitations.invite(study, lead) if study.state in _INVITING else (None, "")
    kept = invitation or study.invitations.get()
    member = study.memberships.get(user__username="anna")
    for act in ("freeze", "open", "reopen", "delete"):
        found[f"study_act {act}"] = reverse("study_act", args=[study.pk, act])
    found |= {
        "api:preview": reverse("api:preview", args=[roi.pk]),
        "api:preview_volume": reverse("api:preview_volume", args=volume),
        "api:study_file": reverse("api:study_file", args=[study.pk, "answers.tsv"]),
        "api:problem": reverse("api:problem", args=["blinded"]),
        "api:nowhere": reverse("api:nowhere", args=["who/knows"]),
        "results_file": reverse("results_file", args=[study.pk, "answers.tsv"]),
        "study_act": reverse("study_act", args=[study.pk, "close"]),
        "withdraw": reverse("withdraw", args=[study.pk, member.pk]),
        "remove_rater": reverse("remove_rater", args=[study.pk, member.pk]),
        "revoke": reverse("revoke", args=[study.pk, kept.pk]),
        "api:revoke": reverse("api:revoke", args=[study.pk, kept.pk]),
        "revoke_token": reverse("revoke_token", args=[made.pk]),
        "join": reverse("join", args=[token]),
        "join with a void link": reverse("join", args=["no-such-token"]),
    }
    build = _failed_order(lead)
    orders = ("build", "stop_build", "retry_build", "api:build", "api:stop_build")
    return found | {name: reverse(name, args=[build.pk]) for name in orders}


def _of_showing(study: Study) -> dict[str, str]:
    """Give the addresses of anna's first ROI; of a draft, which has none, those of one like it."""
    own = Assignment.objects.filter(membership__study=study, membership__user__username="anna")
    shown, other = [*own.select_related("roi__scan").order_by("position")[:2], None, None][:2]
    pk = shown.pk if shown else uuid.UUID(int=4)
    scan = shown.roi.scan_id if shown else study.scans.all()[0].pk
    none = "0" * KEY_LENGTH
    args = {name: [pk] for name in ("assignment", "answers", "draft", "opened")}
    args |= {
        "crop": [pk, crop_key(shown) if shown else none],
        "mask": [pk, mask_key(shown) if shown else none],
        "scan": [scan, scan_key(shown) if shown else none],
    }
    found = {f"api:{name}": reverse(f"api:{name}", args=its) for name, its in args.items()}
    crop, mask = (crop_key(other), mask_key(other)) if other else (none, none)
    found["api:crop of another ROI"] = reverse("api:crop", args=[pk, crop])
    found["api:mask of another ROI"] = reverse("api:mask", args=[pk, mask])
    found["api:scan under another key"] = reverse("api:scan", args=[scan, mask])
    return found


def _of_practice(study: Study) -> dict[str, str]:
    roi = study.practice_rois.get(position=1)
    member = study.memberships.get(user__username="anna")
    key = practice_key(roi, member, "crop")
    return {
        "practice_feedback": reverse("practice_feedback", args=[study.pk, roi.pk]),
        "api:practice": reverse("api:practice", args=[roi.pk]),
        "api:practice_key": reverse("api:practice_key", args=[roi.pk]),
        "api:practice_answers": reverse("api:practice_answers", args=[roi.pk]),
        "api:practice_volume": reverse("api:practice_volume", args=[roi.pk, "crop", key]),
    }


def _failed_order(lead: User) -> Build:
    return Build.objects.create(
        by=lead,
        cohort=SharedCohort.objects.get(),
        study_name="yet another",
        plan=StudyPlan().as_json(),
        state="failed",
        error="it was refused",
    )


#: States in which an invitation can be made.
_INVITING = ("draft", "frozen", "open")
_WITHOUT_STUDY = (
    "home", "login", "logout", "password_change", "sign_in_code", "second_factor",
    "second_factor_qr", "report_stylesheet", "tokens", "new_study", "api:preferences",
    "api:account", "api:studies", "api:schema", "api:cohorts", "api:order_study",
    "api:own_studies",
)  # fmt: skip
#: Pages of a study that ask who is not signed in to do so.
PAGES_OF_STUDY = (
    "review", "own_answers", "own_answers_file", "done", "guidelines", "guidelines_panel",
    "progress", "results", "study", "rois", "preview", "preview_practice", "practice",
)  # fmt: skip
_OF_STUDY = (
    *PAGES_OF_STUDY, "amend", "invite", "change_study", "interim_look",
    *(f"api:{name}" for name in (
        "queue", "study", "progress", "raters", "rois", "study_answers", "study_results",
        "study_files", "freeze", "open", "close", "reopen", "unblind", "amend", "invite",
        "withdraw", "look", "change_study", "delete_study", "steps", "versions", "balance",
        "own_answers", "own_answers_file", "receipt", "guidelines",
    )),
)  # fmt: skip
