"""A rater's own delineation: what is taken, what is refused, and that it is kept."""

import math
import uuid
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from django.db import DatabaseError
from django.test import Client

from reviewapp import answers, redrawn, volumes
from reviewapp.models import AnswerRevision, Assignment, Correction, Volume
from reviewapp.neighbours import lesion_places
from reviewapp.stores.folder import path_of
from tests.reviewapp.cohort import ANSWER
from tests.reviewapp.drawing import drawn, grown, shown_voxels

pytestmark = pytest.mark.django_db
YES = {**ANSWER, "needs_correction": True}


@pytest.fixture
def send(first: Assignment, client_of: Callable[[str], Client]) -> Callable[..., Any]:
    """Give a function that answers anna's first ROI with a correction."""
    anna = client_of("anna")

    def post(correction: Any, key: str | None = None, **change: Any) -> Any:
        return anna.post(
            f"/api/v1/assignments/{first.pk}/answers/",
            {**YES, "correction": correction, **change},
            content_type="application/json",
            headers={"Idempotency-Key": key or str(uuid.uuid4())},
        )

    return post


def test_a_redrawn_mask_comes_back_as_it_was_drawn(
    first: Assignment, send: Any, client_of: Callable[[str], Client]
) -> None:
    roi = first.roi
    correction = drawn(first, grown(roi))
    assert send(correction).status_code == 201
    answer = client_of("anna").get(f"/api/v1/assignments/{first.pk}/").json()["answer"]
    assert answer["correction"] == {
        "runs": correction["runs"],
        "tools": ["brush", "eraser"],
        "confirmed": [],
        "n_voxels": 4,
        "volume_mm3": pytest.approx(32.0),
    }


def test_the_stored_mask_is_the_canonical_file_of_its_voxels(first: Assignment, send: Any) -> None:
    roi = first.roi
    send(drawn(first, grown(roi)))
    content = volumes.read(Correction.objects.get().mask_id)
    shown = volumes.read(roi.mask_id)
    assert content[:352] == shown[:352]
    array = np.frombuffer(content, np.uint8, offset=352).reshape(roi.crop_shape, order="F")
    found = {tuple(v) for v in (np.argwhere(array) + roi.crop_offset_ijk).tolist()}
    assert found == grown(roi)


def test_an_answer_may_leave_the_delineation_as_it_was(send: Any) -> None:
    assert send(None).status_code == 201
    assert not Correction.objects.exists()


def neighbour_of(assignment: Assignment) -> set[tuple[int, int, int]]:
    """Give a bridge from the ROI to the next one of its scan."""
    roi = assignment.roi
    i, j, k = min(shown_voxels(roi))
    others = [
        min(shown_voxels(other))
        for other in roi.scan.rois.filter(drawn_in=roi.drawn_in).exclude(pk=roi.pk)
    ]
    (to,) = [o for o in others if o[1] == j and o[2] == k]
    low, high = sorted((i, to[0]))
    return {(at, j, k) for at in range(low + 1, high)}


REFUSED: dict[str, tuple[Callable[[Assignment], Any], str]] = {
    "another shape": (lambda a: drawn(a, grown(a.roi), shape=[9, 9, 9]), "shape"),
    "another place": (lambda a: drawn(a, grown(a.roi), offset_ijk=[0, 0, 1]), "offset_ijk"),
    "another image": (lambda a: drawn(a, grown(a.roi), mask_key="0" * 32), "mask_key"),
    "odd runs": (lambda a: drawn(a, [], runs=[1]), "pairs"),
    "no runs": (lambda a: drawn(a, [], runs="1,2"), "pairs"),
    "too many runs": (lambda a: drawn(a, [], runs=[1] * 131_074), "pairs"),
    "an empty run": (lambda a: drawn(a, [], runs=[5, 0]), "none empty"),
    "a run back": (lambda a: drawn(a, [], runs=[5, 2, 1, 1]), "in order"),
    "overlapping runs": (lambda a: drawn(a, [], runs=[5, 2, 6, 1]), "overlapping"),
    "a run outside": (
        lambda a: drawn(a, [], runs=[math.prod(a.roi.crop_shape) - 1, 2]),
        "outside",
    ),
    "a run before": (lambda a: drawn(a, [], runs=[-1, 2]), "whole numbers"),
    "half a voxel": (lambda a: drawn(a, [], runs=[1.5, 2]), "whole numbers"),
    "truth as a number": (lambda a: drawn(a, [], runs=[True, 2]), "whole numbers"),
    "beyond all numbers": (lambda a: drawn(a, [], runs=[10**30, 2]), "whole numbers"),
    "nothing redrawn": (lambda a: drawn(a, shown_voxels(a.roi)), "nothing was redrawn"),
    "off the ROI": (lambda a: drawn(a, {(0, 0, 0)}), "shares no voxel"),
    "tools of no name": (lambda a: drawn(a, grown(a.roi), tools=["<b>"]), "tools"),
    "an unknown word": (lambda a: drawn(a, grown(a.roi), "far"), "can be confirmed"),
    "a field too many": (lambda a: drawn(a, grown(a.roi), group="TPL"), "Give an object"),
    "no object": (lambda a: [1, 2], "Give an object"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_breaks_a_rule_is_refused_with_a_sentence(
    first: Assignment, send: Any, name: str
) -> None:
    make, says = REFUSED[name]
    response = send(make(first))
    assert response.status_code == 400
    assert says in response.json()["errors"]["correction"]
    assert "confirm" not in response.json()
    assert not AnswerRevision.objects.exists()


def test_a_delineation_that_needs_no_correction_is_refused(first: Assignment, send: Any) -> None:
    response = send(drawn(first, grown(first.roi)), needs_correction=False)
    assert (response.status_code, list(response.json()["errors"])) == (400, ["correction"])


def test_an_empty_mask_is_taken_once_it_is_confirmed(first: Assignment, send: Any) -> None:
    refused = send(drawn(first, []))
    assert (refused.status_code, refused.json()["confirm"]) == (400, ["empty"])
    assert send(drawn(first, [], "empty")).status_code == 201
    stored = Correction.objects.get()
    assert (stored.n_voxels, stored.volume_mm3, stored.confirmed) == (0, 0, ["empty"])


def test_touching_another_roi_is_asked_about_and_tells_nothing_of_it(
    first: Assignment, send: Any
) -> None:
    bridge = shown_voxels(first.roi) | neighbour_of(first)
    refused = send(drawn(first, bridge))
    assert (refused.status_code, refused.json()["confirm"]) == (400, ["touches"])
    assert refused.json()["errors"] == {
        "correction": "What was drawn touches another lesion of this review. "
        "Confirm that it should."
    }
    assert send(drawn(first, bridge, "touches")).status_code == 201
    assert Correction.objects.get().confirmed == ["touches"]


def test_one_voxel_between_two_lesions_is_enough(first: Assignment, send: Any) -> None:
    i, _, _ = min(shown_voxels(first.roi))
    step = 1 if i < 10 else -1
    gap = max(neighbour_of(first), key=lambda v: step * v[0])  # the voxel next to the other lesion
    bridge = shown_voxels(first.roi) | neighbour_of(first) - {gap}
    assert send(drawn(first, bridge)).status_code == 201


def test_what_was_confirmed_idly_is_not_stored(first: Assignment, send: Any) -> None:
    send(drawn(first, grown(first.roi), "empty", "touches"))
    assert Correction.objects.get().confirmed == []


def test_one_key_is_one_delineation(first: Assignment, send: Any) -> None:
    key, roi = str(uuid.uuid4()), first.roi
    correction = drawn(first, grown(roi))
    statuses = [
        send(correction, key).status_code,
        send(correction, key).status_code,
        send(None, key).status_code,
        send({**correction, "tools": ["polygon"]}, key).status_code,
        send(drawn(first, shown_voxels(roi) - {min(shown_voxels(roi))}), key).status_code,
    ]
    assert statuses == [201, 200, 422, 422, 422]
    assert Correction.objects.count() == 1


def test_each_revision_has_its_own(first: Assignment, send: Any) -> None:
    send(drawn(first, grown(first.roi)))
    send(drawn(first, grown(first.roi)), revises=1)
    send(None, revises=2)
    counts = [hasattr(r, "correction") for r in first.revisions.order_by("number")]
    assert counts == [True, True, False]
    assert Correction.objects.values("mask").distinct().count() == 1


def test_no_row_is_left_without_its_answer_and_no_answer_without_its_row(
    first: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(redrawn.Correction, "save", fail)
    with pytest.raises(DatabaseError, match="disk full"):
        answers.record(first, {**YES, "correction": drawn(first, grown(first.roi))}, uuid.uuid4())
    assert not AnswerRevision.objects.exists()
    named = set(Volume.objects.values_list("pk", flat=True))
    assert all(path_of(name).is_file() for name in named)


def test_a_lost_mask_of_another_roi_is_told_as_a_fault_of_the_server(
    first: Assignment, send: Any
) -> None:
    lesion_places.cache_clear()
    for roi in first.roi.scan.rois.exclude(pk=first.roi_id):
        path_of(roi.mask_id).unlink()
    response = send(drawn(first, shown_voxels(first.roi) | neighbour_of(first)))
    assert (response.status_code, response.json()["status"]) == (500, 500)
    assert not AnswerRevision.objects.exists()
