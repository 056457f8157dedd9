"""Say in a few lines what a study holds and how its orders are spaced."""

from collections import Counter

from reviewapp import order
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
    for name, least in least_distances(study).items():
        member = study.memberships.get(user__username=name)
        if not member.assignments.exists():
            lines.append(f"rater {name}: the order is drawn at the freezing")
            continue
        n_repeats = member.assignments.filter(repeat__gt=0).count()
        lines.append(
            f"rater {name}: {member.assignments.count()} showings, {n_repeats} of them repeats; "
            f"{_apart('one patient', least.patient)}, {_apart('one ROI', least.repeat)}"
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


def least_distances(study: Study) -> dict[str, order.Spacing]:
    """Give, for each rater's name, the least distances in the stored order."""
    found: dict[str, order.Spacing] = {}
    for member in study.memberships.filter(role="rater").select_related("user"):
        showings = member.assignments.order_by("position").select_related("roi__scan")
        patients = [showing.roi.scan.participant_id for showing in showings]
        rois = list(dict.fromkeys(showing.roi_id for showing in showings))
        drawn = [order.Showing(rois.index(a.roi_id), a.repeat) for a in showings]
        of_roi = dict(zip((a.roi_id for a in showings), patients, strict=True))
        found[member.user.username] = order.spacing(drawn, [of_roi[roi] for roi in rois])
    return found


def _apart(what: str, distance: int | None) -> str:
    return (
        f"no {what.removeprefix('one ')} twice"
        if distance is None
        else (f"{what} comes again after {distance} at the earliest")
    )
