"""Say in a few lines what a study holds and how its orders are spaced."""

from collections import Counter

from reviewapp.exports import iso
from reviewapp.models import Study
from reviewapp.progress import rater_progress


def summary(study: Study) -> str:
    """Give the lines that `create_study` prints. They tell groups: for the researcher alone."""
    groups = Counter(study.rois.values_list("group", flat=True))
    counted = ", ".join(f"{n} {group}" for group, n in sorted(groups.items()))
    lines = [
        f"study {study.name} ({'synthetic, ' if study.synthetic else ''}{study.state})",
        f"id {study.pk}",
        f"protocol {study.protocol_sha256}",
        f"{sum(groups.values())} ROIs of {study.scans.count()} scans: {counted}",
    ]
    for member in study.memberships.filter(role="rater").select_related("user", "tally"):
        tally = getattr(member, "tally", None)
        if tally is None:
            lines.append(f"rater {member.user}: the order is drawn at the freezing")
            continue
        n_repeats = tally.n_showings - sum(groups.values())
        lines.append(
            f"rater {member.user}: {tally.n_showings} showings, {n_repeats} of them repeats; "
            f"{_apart('one patient', tally.least_distance_patient)}, "
            f"{_apart('one ROI', tally.least_distance_repeat)}"
        )
    return "\n".join(lines)


def status(study: Study) -> str:
    """Give the lines of `summary`, the steps of the study, and how far its raters are."""
    lines = [summary(study)]
    for step in study.steps.select_related("by", "rater"):
        who = "" if step.rater is None else f": {step.rater.username}"
        why = f" ({step.reason})" if step.reason else ""
        lines.append(f"{iso(step.at)} {step.kind}{who}, by {step.by.username}{why}")
    for rater in rater_progress(study.memberships.select_related("study", "user")):
        lines.append(f"rater {rater.rater}: {rater.n_answered} of {rater.n} answers")
    return "\n".join(lines)


def _apart(what: str, distance: int | None) -> str:
    return (
        f"no {what.removeprefix('one ')} twice"
        if distance is None
        else (f"{what} comes again after {distance} at the earliest")
    )
