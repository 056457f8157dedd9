"""Count again what raters' tallies say, and when their ROIs were first answered."""

from collections.abc import Iterator
from dataclasses import astuple

from reviewapp.models import AnswerRevision, Assignment, Study, Tally
from reviewapp.tallies import COUNTED, counted_again, stored_spacing
from reviewapp.verification.faults import Fault


def check_tallies(study: Study) -> Iterator[Fault]:
    """Give what doesn't match: pages believe it, no statistic does."""
    if study.state == "draft":
        return
    counted = counted_again(study)
    kept = {tally.pk: tally for tally in Tally.objects.filter(membership__study=study)}
    for member in study.memberships.filter(role="rater").select_related("user"):
        row = f"tally of {member.user}"
        tally = kept.get(member.pk)
        if tally is None:
            yield Fault(row, "", "is not there")
            continue
        n = member.assignments.count()
        expected = counted.get(member.pk, Tally(n_showings=n))
        if tally.n_showings != n:
            yield Fault(row, "n_showings", f"expected {n}, came {tally.n_showings}")
        spacing = stored_spacing(member)
        if (tally.least_distance_patient, tally.least_distance_repeat) != astuple(spacing):
            yield Fault(row, "least_distance", f"expected {spacing} of the stored order")
        for name in COUNTED:
            if getattr(tally, name) != getattr(expected, name):
                yield Fault(row, name, "is not what the answers make")
    yield from _marks(study)


def _marks(study: Study) -> Iterator[Fault]:
    """The mark of an answered ROI is the time of its first answer."""
    first = AnswerRevision.objects.filter(study=study, number=1)
    given = dict(first.values_list("assignment", "created_at").iterator())
    shown = Assignment.objects.filter(membership__study=study).select_related("membership__user")
    for one in shown.iterator():
        if one.answered_at != given.get(one.pk):
            row = f"showing {one.position} to {one.membership.user}"
            yield Fault(row, "answered_at", "is not the time of the first answer")
