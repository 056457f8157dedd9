"""The database itself keeps what the freezing of a study fixed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from reviewapp import frozen
from reviewapp.models import Assignment, Membership, Roi, Scan, Study
from reviewapp.protocol import amend
from reviewapp.studies import People
from reviewapp.study_drafts import create_draft
from tests.reviewapp.cohort import Sample

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(sample: Sample, people: dict[str, User]) -> Study:
    crew = People((people["anna"],), people["researcher"])
    return create_draft("draft", sample.rois, sample.scans, crew)


def changes(study: Study) -> dict[str, Callable[[], Any]]:
    """Give what nobody may do to a frozen study, as the database would get it."""
    own = Study.objects.filter(pk=study.pk)
    roi = study.rois.order_by("row")[0]
    scan, closed_at = study.scans.order_by("name")[0], timezone.now()
    order = Assignment.objects.filter(membership__study=study)
    return {
        "questionnaire": lambda: own.update(questionnaire={}),
        "seed": lambda: own.update(seed=7),
        "synthetic": lambda: own.update(synthetic=False),
        "provenance": lambda: own.update(rois_provenance={}),
        "creator": lambda: own.update(created_by=User.objects.get(username="anna")),
        "protocol": lambda: own.update(protocol={}),
        "protocol's hash": lambda: own.update(protocol_sha256="0" * 64),
        "another protocol": lambda: own.update(protocol={}, protocol_sha256="0" * 64),
        "radiological": lambda: own.update(radiological=False),
        "back to draft": lambda: own.update(state="draft"),
        "back to frozen": lambda: own.update(state="frozen"),
        "unblinded while open": lambda: own.update(state="unblinded", closed_at=closed_at),
        "group of an ROI": lambda: study.rois.filter(row=0).update(group="TPL"),
        "mask of an ROI": lambda: Roi.objects.filter(pk=roi.pk).update(mask=roi.crop),
        "weight of an ROI": lambda: Roi.objects.filter(pk=roi.pk).update(sampling_weight=2),
        "another ROI": lambda: Roi.objects.bulk_create([another(roi)]),
        "fewer ROIs": lambda: Roi.objects.filter(pk=roi.pk)._raw_delete("default"),
        "diagnosis": lambda: Scan.objects.filter(pk=scan.pk).update(diagnosis="mimic"),
        "another image": lambda: Scan.objects.filter(pk=scan.pk).update(volume=roi.crop),
        "fewer scans": lambda: Scan.objects.filter(pk=scan.pk)._raw_delete("default"),
        "place in an order": lambda: order.filter(position=26).update(position=27),
        "ROI in an order": lambda: order.filter(position=26).update(roi=roi),
        "fewer showings": lambda: order.filter(position=26).delete(),
        "role": lambda: study.memberships.filter(role="rater").update(role="researcher"),
        "fewer members": lambda: study.memberships.all()._raw_delete("default"),
        "no study": lambda: own._raw_delete("default"),
    }


def another(roi: Roi) -> Roi:
    fields = {f.attname: getattr(roi, f.attname) for f in Roi._meta.concrete_fields}
    return Roi(**fields | {"id": None, "row": 99, "lesion_id": "new", "label": 99})


NAMES = [
    "questionnaire", "seed", "synthetic", "provenance", "creator", "protocol", "protocol's hash",
    "another protocol", "radiological", "back to draft", "back to frozen", "unblinded while open",
    "group of an ROI", "mask of an ROI", "weight of an ROI", "another ROI", "fewer ROIs",
    "diagnosis", "another image", "fewer scans", "place in an order", "ROI in an order",
    "fewer showings", "role", "fewer members", "no study",
]  # fmt: skip


def test_the_database_refuses_each_change_of_a_frozen_study(study: Study) -> None:
    said = {}
    for name, change in changes(study).items():
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            change()
        said[name] = str(caught.value)
    assert sorted(said) == sorted(NAMES)
    # Ours, each: a foreign key that refused instead would let another row through.
    says = {guard.says for guard in frozen.GUARDS}
    assert {name: text for name, text in said.items() if not any(s in text for s in says)} == {}


@pytest.mark.parametrize("name", ["questionnaire", "seed", "group of an ROI", "weight of an ROI"])
def test_a_draft_can_be_changed(draft: Study, name: str) -> None:
    assert changes(draft)[name]() == 1  # row changed


def test_every_guard_is_in_place(db: None) -> None:
    """A migration that rebuilds a table has to install them again."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger")
        found = {name for (name,) in cursor.fetchall()}
    assert {f"reviewapp_frozen_{guard.name}" for guard in frozen.GUARDS} <= found


def test_what_has_to_change_can(study: Study, people: dict[str, User]) -> None:
    Assignment.objects.filter(position=1).update(opened_at=timezone.now())
    Membership.objects.filter(user=people["ben"]).update(withdrawn_at=timezone.now())
    Study.objects.filter(pk=study.pk).update(name="another name")
    amend(study, people["researcher"], "as the board asked", {"radiological": False})
    assert Study.objects.get(pk=study.pk).radiological is False
