"""Recompute the chain of a study's answers."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import Count, F, Max, Q

from reviewapp import chain
from reviewapp.models import AnswerRevision, Assignment, Study
from reviewapp.redrawn import correction_of
from reviewapp.roi_rows import roi_sha256
from reviewapp.verification.faults import Fault, Progress, name_of

#: Rows that are in memory at once.
BATCH = 500
CHANGED = "the row is not what was stored: one of its fields, or its delineation, was changed"
_RELATED = (
    "assignment__membership",
    "assignment__roi__scan",
    "correction",
)


@dataclass
class ChainCheck:
    """What was found so far: the end of the chain, and which of the wanted heads are in it."""

    study: Study
    wanted: Collection[str]
    head: chain.Head = field(init=False)
    n_chained_later: int = 0
    found: set[str] = field(default_factory=set)
    #: Checksum of each ROI as it is now; raters share them.
    rois: dict[object, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with no answer."""
        begin = chain.beginning(self.study.pk, self.study.protocol_sha256)
        self.head = chain.Head(0, begin)


def check_chain(check: ChainCheck, progress: Progress[AnswerRevision]) -> Iterator[Fault]:
    """Go through the study's revisions in their order, and give what doesn't match.

    After a fault the chain goes on from what the row says, so that each fault is told once.
    """
    rows = check.study.revisions.order_by("place").select_related(*_RELATED)
    _meet(check, check.head.sha256)
    for revision in progress(rows.iterator(BATCH), rows.count(), "answers"):
        if check.head.n == 0:
            begin = chain.beginning(check.study.pk, revision.protocol_sha256)
            check.head = chain.Head(0, begin)
            _meet(check, begin)
        yield from _faults_of(revision, check)
        check.head = chain.Head(revision.place, revision.sha256)
        check.n_chained_later += revision.chained_later
        _meet(check, revision.sha256)
    yield from _outside(check.study)


def _meet(check: ChainCheck, sha256: str) -> None:
    if sha256 in check.wanted:
        check.found.add(sha256)


def _faults_of(revision: AnswerRevision, check: ChainCheck) -> Iterator[Fault]:
    row, expected = name_of(revision), check.head.n + 1
    if revision.place != expected:
        missing = _numbers(expected, revision.place - 1)
        yield Fault(f"answer {missing}", "", "deleted: the chain has a gap here")
    elif revision.previous_sha256 != check.head.sha256:
        yield Fault(row, "previous_sha256", "does not name the answer before it")
    correction = correction_of(revision)
    fields = list(_changed_fields(revision, check))
    for name, why in fields:
        yield Fault(row, name, why)
    if revision.sha256 != chain.sha256_of(revision, correction) and not fields:
        yield Fault(row, "", CHANGED)


def _changed_fields(revision: AnswerRevision, check: ChainCheck) -> Iterable[tuple[str, str]]:
    """Name fields that something else in the database tells too."""
    assignment = revision.assignment
    roi = assignment.roi
    if roi.pk not in check.rois:
        check.rois[roi.pk] = roi_sha256(roi)
    told = {
        "image_sha256": roi.crop_id,
        "mask_sha256": roi.mask_id,
        "roi_sha256": check.rois[roi.pk],
    }
    for name, value in told.items():
        if getattr(revision, name) != value:
            yield name, f"the answer is about another one than row {roi.row} of rois.tsv has now"
    if {assignment.membership.study_id, roi.study_id} != {check.study.pk}:
        yield "assignment", "belongs to another study"


def _outside(study: Study) -> Iterator[Fault]:
    """Find answers of the study that its chain doesn't hold, and gaps between revisions."""
    of_study = Q(assignment__membership__study=study) | Q(assignment__roi__study=study)
    for other in AnswerRevision.objects.filter(of_study).exclude(study=study)[:BATCH]:
        yield Fault(f"answer with id {other.pk}", "study", "is not in the chain of its study")
    counted = Assignment.objects.filter(membership__study=study).annotate(
        newest=Max("revisions__number"), n=Count("revisions")
    )
    gaps = counted.filter(n__gt=0).exclude(newest=F("n")).order_by("membership", "position")
    told = gaps.values_list("membership__user__username", "position", "newest", "n")
    for rater, position, newest, n in told[:BATCH]:
        row = f"answers of {rater} to ROI {position}"
        yield Fault(row, "number", f"expected revisions 1 to {newest}, came {n} of them")


def _numbers(first: int, last: int) -> str:
    return str(first) if first >= last else f"{first} to {last}"
