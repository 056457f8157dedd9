"""A world of some size: more ROIs, answers, raters, studies, invitations, steps, tokens, orders."""

import copy
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from reviewapp import cohorts, invitations, tokens
from reviewapp.builds.plan import StudyPlan
from reviewapp.models import Assignment, Build, Membership, PracticeAnswer, SharedCohort, Study
from reviewapp.protocol import amend
from tests.reviewapp.cohort import ANSWER, Sample
from tests.reviewapp.large import add_plain_study, add_study


@dataclass(frozen=True)
class Size:
    """How much there is of everything; ROIs and answers are more than a page in both."""

    n_rois: int
    answered: tuple[int, ...]
    n_more: int

    @property
    def n_practice(self) -> int:
        """Give the practice ROIs."""
        return 1 + self.n_more


SIZES = {"small": Size(300, (150, 20), 1), "large": Size(900, (450, 300, 20, 0, 10), 7)}


@dataclass
class Asked:
    """A study of some size, and the browsers of its first rater, a newcomer and its researcher."""

    study: Study
    clients: dict[str, Client]
    members: dict[str, Membership]
    open_one: Assignment
    answered_one: Assignment
    others: dict[str, Any]

    def get(self, who: str, address: str, *args: object, query: str = "") -> HttpResponseBase:
        """Read an address by its name."""
        return self.clients[who].get(reverse(address, args=args) + query)

    def send(
        self, who: str, address: str, *args: object, body: Any = None, method: str = "post"
    ) -> HttpResponseBase:
        """Send a form to a page, or JSON to the API."""
        is_json = address.startswith("api:")
        form = {"content_type": "application/json"} if is_json else {}
        headers = {"Idempotency-Key": str(uuid.uuid4()), "If-Match": "*"}
        client = getattr(self.clients[who], method)
        sent: HttpResponseBase = client(
            reverse(address, args=args), body or {}, headers=headers, **form
        )
        return sent

    @contextmanager
    def taking_back(self) -> Iterator[None]:
        """Take back what is done within."""
        cookies = {who: copy.deepcopy(client.cookies) for who, client in self.clients.items()}
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
        for who, kept in cookies.items():
            self.clients[who].cookies = kept


def build_asked(pattern: Study, sample: Sample, name: str) -> Asked:
    """Build the world of a size around a study whose images it has."""
    size, lead = SIZES[name], pattern.created_by
    study = add_plain_study(
        pattern, name, n_rois=size.n_rois, answered=(*size.answered, 0), practice=size.n_practice
    )
    first, *_, newcomer = study.memberships.filter(role="rater").order_by("pk")
    rois = list(study.practice_rois.all())
    PracticeAnswer.objects.bulk_create(
        PracticeAnswer(membership=first, roi=roi, answer=ANSWER, idempotency_key=uuid.uuid4())
        for roi in rois
    )
    for i in range(size.n_more):
        rows = [{"lesion_id": f"roi-{n}", "participant_id": "sub-1"} for n in range(2)]
        order = (first.user.username, ((0, ANSWER), (1, None)))
        add_study(pattern, f"{name}, more of it: {i}", rows, [order])
    # The one that they were made of is nobody's.
    pattern.memberships.update(withdrawn_at=study.created_at)
    people = {"rater": first.user, "newcomer": newcomer.user, "researcher": lead}
    clients = {who: Client() for who in ("nobody", *people)}
    for who, user in people.items():
        clients[who].force_login(user)
    shown = Assignment.objects.filter(membership=first).select_related("roi__scan", "membership")
    return Asked(
        study,
        clients,
        {"rater": first, "newcomer": newcomer},
        shown.open().order_by("position")[0],
        shown.answered().order_by("position")[0],
        _make_more(study, lead, sample, size.n_more) | {"practice": rois},
    )


def _make_more(study: Study, lead: User, sample: Sample, n_more: int) -> dict[str, Any]:
    """Add what grows beside the sample, and give one of each."""
    cohorts.share("Site D", sample.scans, [lead])
    for i in range(n_more):
        amend(study, lead, "raters asked for it", {"break_after_min": 60 + i})
        cohorts.share(f"Site {i}", sample.scans, [lead])
        invitations.invite(study, lead)
        tokens.create(lead, f"script {i}", "read")
    order = {"by": lead, "cohort": SharedCohort.objects.get(name="Site D"), "state": "failed"}
    order |= {"plan": StudyPlan().as_json(), "error": "it was refused"}
    builds = [Build.objects.create(**order, study_name=f"made {i}") for i in range(n_more)]
    invitation, token = invitations.invite(study, lead)
    return {
        "build": builds[0],
        "invitation": invitation,
        "token": token,
        "script": tokens.create(lead, "figures", "read")[0],
    }
