"""Compare a study's protocol, sample and showings with each other."""

from collections import Counter
from collections.abc import Iterator

from django.db import connection

from reviewapp import append_only, frozen
from reviewapp.models import Membership, Study
from reviewapp.verification.faults import Fault
from reviewapp.verification.protocol_faults import check_protocol, check_versions


def check_study(study: Study) -> Iterator[Fault]:
    """Give what doesn't match in the rows that were fixed before the first answer."""
    yield from check_protocol(study)
    yield from _sample_faults(study)
    if study.state != "draft":
        yield from check_versions(study)
        for member in study.memberships.filter(role="rater").select_related("user"):
            yield from _showing_faults(study, member)
    triggers = append_only.missing(connection, *append_only.TABLES)
    for trigger in (*triggers, *frozen.missing(connection)):
        yield Fault("database", trigger, "the trigger that refuses changes is not there")


def _sample_faults(study: Study) -> Iterator[Fault]:
    rows = list(study.rois.order_by("row").values_list("row", flat=True))
    for expected, row in enumerate(rows):
        if row != expected:
            yield Fault(f"row {expected} of rois.tsv", "", "there is no ROI of this row")
            return


def _showing_faults(study: Study, member: Membership) -> Iterator[Fault]:
    """Each ROI is shown once for the first time, as many again as the protocol says."""
    shown = list(member.assignments.order_by("position").values_list("position", "roi", "repeat"))
    rois = {*study.rois.values_list("pk", flat=True)}
    row = f"showings to {member.user}"
    if [position for position, _, _ in shown] != list(range(1, len(shown) + 1)):
        yield Fault(row, "position", f"expected 1 to {len(shown)} without a gap")
    first = Counter(roi for _, roi, repeat in shown if repeat == 0)
    if {*first} != rois or max(first.values(), default=1) > 1:
        yield Fault(row, "roi", f"expected each of {len(rois)} ROIs once, came {len(first)}")
    share = study.protocol.get("settings", {}).get("repeat_share")
    n_repeats = len(shown) - sum(first.values())
    if share is not None and n_repeats != int(len(rois) * share + 0.5):
        expected = int(len(rois) * share + 0.5)
        yield Fault(row, "repeat", f"expected {expected} repeats, came {n_repeats}")
