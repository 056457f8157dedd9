"""What a study's protocol holds, its hash, and the versions that amendments make of it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, get_args

from django.contrib.auth.models import User

from lesions.questionnaire import CollapseRule
from reviewapp import crops, order, steps
from reviewapp.canonical import canonical_sha256
from reviewapp.models import ProtocolVersion, Roi, Study
from reviewapp.models.page import DEFAULT_BREAK_AFTER_MIN, MAX_BREAK_AFTER_MIN
from reviewapp.steps import StudyError

PAPER_HYPOTHESES = "H1 to H4 of Molchanova et al. 2026, doi:10.1016/j.nicl.2026.104007"
MAX_HYPOTHESES = 5000
#: More would be a mistake of the keyboard.
MAX_RATERS = 1000
#: What may change after the freezing, each time with a reason; never the sample or the questions.
AMENDABLE = ("hypotheses", "class_rule", "radiological", "break_after_min", "n_raters")


@dataclass(frozen=True)
class StudySettings:
    """What a study's protocol fixes beside its sample and its questions.

    `seed`, `repeat_share` and `repeat_distance` settle the orders (`order.draw_order`);
    `radiological` shows the patient's left on the right; `class_rule` collapses several classes
    into one family in the report; `hypotheses` is free text; `break_after_min` is when the page
    proposes a break to raters who have changed no preference; `n_raters` is how many are planned,
    None for as many as there are at the freezing; `practice` is how many ROIs come before the
    first one, with a key; `block_size` is after how many ROIs the page pauses, 0 for never.
    """

    seed: int = 42
    repeat_share: float = 0.1
    repeat_distance: int = 40
    radiological: bool = True
    class_rule: CollapseRule = "set"
    hypotheses: str = PAPER_HYPOTHESES
    break_after_min: int = DEFAULT_BREAK_AFTER_MIN
    n_raters: int | None = None
    practice: int = 0
    block_size: int = 0


DEFAULT_SETTINGS = StudySettings()


def check_settings(settings: StudySettings) -> None:
    """Refuse settings out of range.

    Raises
    ------
    StudyError, OrderError
        The message names the setting, what was expected and what came.
    """
    order.check_order(
        seed=settings.seed,
        repeat_share=settings.repeat_share,
        repeat_distance=settings.repeat_distance,
    )
    if settings.class_rule not in get_args(CollapseRule):
        known = ", ".join(get_args(CollapseRule))
        raise StudyError(f'the class rule must be one of {known}, not "{settings.class_rule}"')
    if len(settings.hypotheses) > MAX_HYPOTHESES:
        raise StudyError(f"the hypotheses must have at most {MAX_HYPOTHESES} characters")
    if not 0 <= settings.break_after_min <= MAX_BREAK_AFTER_MIN:
        raise StudyError(
            f"minutes to a break must be from 0, which is never, to {MAX_BREAK_AFTER_MIN}, "
            f"not {settings.break_after_min}"
        )
    if settings.block_size < 0:
        raise StudyError(
            f"ROIs of a block must be 0, for no blocks, or more, not {settings.block_size}"
        )
    if settings.n_raters is not None and not 1 <= settings.n_raters <= MAX_RATERS:
        raise StudyError(f"planned raters must be 1 to {MAX_RATERS}, not {settings.n_raters}")


def settings_of(study: Study) -> StudySettings:
    """Give the settings in force; what an older protocol doesn't name has its default."""
    known = {field.name for field in fields(StudySettings)}
    stored = study.protocol["settings"]
    return StudySettings(**{name: stored[name] for name in known & set(stored)})


def fill_in(study: Study, settings: StudySettings, sources: Mapping[str, str]) -> None:
    """Write the protocol of a draft into its row: everything but the orders, which follow from it.

    `sources` are the checksums of rois.tsv and scans.tsv. The caller saves the row.
    """
    raters = study.memberships.filter(role="rater").order_by("user__username")
    study.seed, study.radiological = settings.seed, settings.radiological
    study.protocol = {
        "questionnaire": study.questionnaire,
        "settings": asdict(settings),
        "crop_mm": crops.CROP_MM,
        "margin_mm": crops.MARGIN_MM,
        "raters": list(raters.values_list("user__username", flat=True)),
        "simulated_raters": raters.filter(simulated=True).exists(),
        "synthetic": study.synthetic,
        "sampling": study.rois_provenance,
        "rois_sha256": sources["rois_sha256"],
        "scans_sha256": sources["scans_sha256"],
        "sample_sha256": sample_sha256(study),
    }
    if rows := practice_rows(study):
        study.protocol["practice_sha256"] = canonical_sha256({"practice": rows})
    study.protocol_sha256 = canonical_sha256(study.protocol)


def sample_sha256(study: Study) -> str:
    """Give a checksum of what the study stored of its sample: rows, groups, weights, volumes."""
    told = ("row", "lesion_id", "group", "stratum", "sampling_weight")
    volumes = ("crop_id", "mask_id", "scan__volume_id")
    rows = Roi.objects.filter(study=study).order_by("row").values_list(*told, *volumes)
    return canonical_sha256({"rois": [list(row) for row in rows]})


def practice_rows(study: Study) -> list[list[Any]]:
    """Give what the hash covers of the practice block: its order, volumes and key."""
    names = ("position", "lesion_id", "crop_id", "mask_id", "scan_id", "key_classes")
    rows = study.practice_rois.order_by("position").values_list(*names, "key_feedback")
    return [list(row) for row in rows]


def amend(
    study: Study,
    by: User,
    reason: str,
    changes: Mapping[str, Any],
    *,
    seen_sha256: str | None = None,
) -> ProtocolVersion:
    """Make a new version of a frozen study's protocol; answers from now on carry its hash.

    Parameters
    ----------
    study : Study
        One that is frozen, open or closed.
    by : User
        A researcher of it.
    reason : str
    changes : mapping
        Some of `AMENDABLE`, as `StudySettings` holds them.
    seen_sha256 : str, optional
        The protocol that `by` saw; another one in force by now refuses the amendment.

    Raises
    ------
    StudyError
        The study is a draft or unblinded, there is no reason, a change is none or not allowed, or
        the protocol was amended meanwhile.
    """
    fixed = sorted(set(changes) - set(AMENDABLE))
    if fixed:
        raise StudyError(
            f"{fixed[0]} is frozen; an amendment changes some of {', '.join(AMENDABLE)}"
        )
    with steps.acting(study, by, "amend") as row:
        why = steps.given_reason(row, reason, "amended")
        if seen_sha256 is not None and seen_sha256 != row.protocol_sha256:
            raise StudyError(
                f"the protocol of {row.name} was amended meanwhile: look at it before you amend it"
            )
        before = settings_of(row)
        after = replace(before, **changes)
        check_settings(after)
        if after == before:
            raise StudyError(f"the amendment of {row.name} changes nothing")
        row.protocol = {**row.protocol, "settings": asdict(after)}
        row.protocol_sha256 = canonical_sha256(row.protocol)
        row.radiological = after.radiological
        version = add_version(row, by, why)
        row.save(update_fields=["protocol", "protocol_sha256", "radiological"])
        steps.log(row, "amended", by, why)
    return version


def add_version(study: Study, by: User, reason: str = "") -> ProtocolVersion:
    """Keep the protocol in the row as the study's next version; the caller has locked it.

    Raises
    ------
    StudyError
        It is the same as an earlier version: its answers couldn't be told apart.
    """
    known = study.protocol_versions.filter(sha256=study.protocol_sha256).first()
    if known is not None:
        raise StudyError(f"that is version {known.number} of the protocol of {study.name} again")
    number = study.protocol_versions.count() + 1
    return ProtocolVersion.objects.create(
        study=study,
        number=number,
        protocol=study.protocol,
        sha256=study.protocol_sha256,
        reason=reason,
        by=by,
    )


def changes_between(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Give the settings that differ, each as [before, after].

    >>> changes_between({"settings": {"a": 1, "b": 2}}, {"settings": {"a": 1, "b": 3}})
    {'b': [2, 3]}
    """
    before, after = old["settings"], new["settings"]
    names = sorted({*before, *after})
    return {
        name: [before.get(name), after.get(name)]
        for name in names
        if before.get(name) != after.get(name)
    }
