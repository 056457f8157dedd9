"""What a seal says of a study: each fact has a name, and a value or the SHA-256 of rows.

A fact is of the study's own row, of one row of a table, or of many rows that were written at once.
Rows are read by the names of their columns alone, so that a migration can call this too.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet

from reviewapp.canonical import plain, rows_sha256
from reviewapp.models import AccessLog, Membership, Study, StudyStep

Facts = dict[str, Any]
Columns = tuple[str, ...]

#: Of the study: told as they are, and told by their SHA-256. Its name may change.
STUDY: Columns = (
    "state", "closed_at", "synthetic", "radiological", "seed", "created_at", "created_by_id",
    "protocol_sha256",
)  # fmt: skip
STUDY_JSON: Columns = ("questionnaire", "rois_provenance")
#: Of the rows that have a fact each: the first column names it.
STEP: Columns = (
    "id", "kind", "by_id", "at", "reason", "rater_id", "n_answers", "protocol_sha256"
)  # fmt: skip
MEMBER: Columns = ("id", "user_id", "role", "simulated", "withdrawn_at")
VERSION: Columns = ("number", "protocol", "sha256", "reason", "by_id", "at")
PRACTICE_ANSWER: Columns = (
    "id", "membership_id", "roi_id", "answer", "idempotency_key", "created_at"
)  # fmt: skip
#: Of the rows that have a fact together.
SHOWING: Columns = ("position", "id", "roi_id", "repeat")
ROI: Columns = (
    "row", "id", "scan_id", "lesion_id", "outcome", "drawn_in", "label", "n_voxels", "volume_mm3",
    "centroid_r_mm", "centroid_a_mm", "centroid_s_mm", "overlaps", "mean_probability",
    "uncertainty", "lesion_type", "group", "stratum", "sampling_weight", "crop_id", "mask_id",
    "crop_offset_ijk", "crop_shape", "focus_ras_mm",
)  # fmt: skip
SCAN: Columns = (
    "id", "participant_id", "session_id", "acquisition", "diagnosis", "site", "name", "volume_id",
    "shape", "affine", "source_sha256",
)  # fmt: skip
PRACTICE_ROI: Columns = (
    "position", "id", "lesion_id", "crop_id", "mask_id", "scan_id", "crop_offset_ijk",
    "crop_shape", "scan_shape", "focus_ras_mm", "key_classes", "key_feedback",
)  # fmt: skip
ACCESS: Columns = (
    "id", "at", "by_id", "who", "kind", "what", "assignment_id", "not_modified"
)  # fmt: skip
#: Rows in memory at once.
BATCH = 2000


def fixed_by(step: StudyStep, orders: Mapping[int, str]) -> Facts:
    """Give what a step fixed; the caller has locked the study, and written all rows.

    `orders` are the SHA-256s that are known already, by membership: see `of_members`.
    """
    study: Study = step.study
    facts = of_study(study) | _of_each("step", study.steps.filter(pk=step.pk), STEP)
    if step.kind == "frozen":
        return facts | of_sample(study) | of_versions(study) | of_members(study, orders)
    if step.kind == "amended":
        return facts | of_versions(study)
    if step.rater_id is not None:
        return facts | of_members(study, user=step.rater_id)
    return facts


def everything(study: Study) -> Facts:
    """Give all facts of a study as its rows stand now."""
    found = of_study(study) | _of_each("step", study.steps, STEP) | of_sample(study)
    found |= of_versions(study) | of_members(study)
    for member in study.memberships.all():
        found |= of_practice_answers(member)
    return found


def of_study(study: Study) -> Facts:
    """Give what the study's own row says."""
    rows = type(study)._base_manager.filter(pk=study.pk)
    (row,) = rows.values(*STUDY, *STUDY_JSON)
    told = {f"study {name}": plain(row[name]) for name in STUDY}
    return told | {f"study {name}": rows_sha256([[row[name]]]) for name in STUDY_JSON}


def of_sample(study: Study) -> Facts:
    """Give what the study drew from and shows: its ROIs, scans and practice block."""
    return {
        "sample rois": _of_all(study.rois.order_by("row"), ROI),
        "sample scans": _of_all(study.scans.order_by("pk"), SCAN),
        "sample practice": _of_all(study.practice_rois.order_by("position"), PRACTICE_ROI),
    }


def of_versions(study: Study) -> Facts:
    """Give the versions of the protocol."""
    return _of_each("version", study.protocol_versions, VERSION)


def of_members(study: Study, orders: Mapping[int, str] = {}, **only: Any) -> Facts:
    """Give the study's people, or some of them, with the order of each rater.

    An order is read unless `orders` has its SHA-256, from before the study was locked.
    """
    members = study.memberships.filter(**only)
    told = {
        f"order {member.pk}": orders.get(member.pk) or order_sha256(member)
        for member in members.filter(role="rater")
    }
    return _of_each("member", members, MEMBER) | told


def order_sha256(member: Membership) -> str:
    """Give the SHA-256 of a rater's order as its rows stand now."""
    return _of_all(member.assignments.order_by("position"), SHOWING)


def of_practice_answers(member: Membership, **only: Any) -> Facts:
    """Give a rater's answers to the practice block, or some of them."""
    return _of_each("practice answer", member.practice_answers.filter(**only), PRACTICE_ANSWER)


def accesses_sha256(accesses: "QuerySet[AccessLog]") -> str:
    """Give the SHA-256 of rows of the log of accesses, in their order."""
    return _of_all(accesses.order_by("pk"), ACCESS)


def _of_each(name: str, rows: Any, columns: Columns) -> Facts:
    told: Iterable[tuple[Any, ...]] = rows.order_by(columns[0]).values_list(*columns)
    return {f"{name} {row[0]}": rows_sha256([row]) for row in told}


def _of_all(rows: Any, columns: Columns) -> str:
    return rows_sha256(rows.values_list(*columns).iterator(BATCH))
