"""Describe both sides of a split and its folds, so that people can see whether they are alike."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from lesions.scans import Scan
from training.split import Split
from training.strata import Subject

#: Columns of scans.tsv whose shares are told.
CATEGORIES: dict[str, Callable[[Scan], object]] = {
    "site": lambda scan: scan.site,
    "acquisition": lambda scan: scan.acquisition,
    "diagnosis": lambda scan: scan.diagnosis,
    "field_strength_t": lambda scan: scan.field_strength_t,
}
#: Fields of a subject that are told with mean, spread and quartiles.
MEASURES = ("n_lesions", "volume_mm3")
#: Decimals of shares (percent) and of measures.
DECIMALS = 3


def describe_split(
    split: Split, subjects: Sequence[Subject], held_out: Sequence[Subject], scans: Sequence[Scan]
) -> dict[str, Any]:
    """Give the content of split.json (docs/formats.md), but for where it comes from.

    Parameters
    ----------
    split : Split
    subjects : sequence of Subject
        Those that were split.
    held_out : sequence of Subject
        Those of test-out.
    scans : sequence of Scan
        All of the cohort.
    """
    by_name = {scan.name: scan for scan in scans}
    sides = {
        "train": [one for one in subjects if split.sides[one.name] == "train"],
        "test-in": [one for one in subjects if split.sides[one.name] == "test-in"],
        "test-out": list(held_out),
    }
    folds: dict[int, list[Subject]] = {}
    for one in sides["train"]:
        folds.setdefault(split.folds[one.name], []).append(one)
    return {
        "sides": {name: describe_side(own, by_name) for name, own in sides.items() if own},
        "folds": {str(fold): describe_side(folds[fold], by_name) for fold in sorted(folds)},
        "strata": _describe_strata(split),
        "subjects_on_several_sides": _on_several_sides(sides, by_name),
    }


def describe_side(subjects: Sequence[Subject], scans: Mapping[str, Scan]) -> dict[str, Any]:
    """Give numbers, shares in percent of the scans, and the spread of the loads of some subjects.

    The standard deviation has ddof 1, and is None of one subject.
    """
    own = [scans[name] for one in subjects for name in one.scans]
    described: dict[str, Any] = {
        "n_subjects": len({scan.participant_id for scan in own}),
        "n_subject_sites": len({(scan.participant_id, scan.site) for scan in own}),
        "n_scans": len(own),
    }
    for category, value_of in CATEGORIES.items():
        counts = Counter("n/a" if value_of(s) is None else str(value_of(s)) for s in own)
        described[category] = {
            value: round(100 * counts[value] / len(own), DECIMALS) for value in sorted(counts)
        }
    for measure in MEASURES:
        described[measure] = _spread(sorted(float(getattr(one, measure)) for one in subjects))
    return described


def _on_several_sides(
    sides: Mapping[str, Sequence[Subject]], scans: Mapping[str, Scan]
) -> list[str]:
    """Give the participants of whom one site is on one side, and another on another."""
    found: Counter[str] = Counter()
    for own in sides.values():
        found.update({scans[name].participant_id for one in own for name in one.scans})
    return sorted(name for name, n_sides in found.items() if n_sides > 1)


def show(described: Mapping[str, Any]) -> str:
    """Say in a table what both sides and the folds are."""
    rows = [["", "subjects", "scans", "sites (%)", "lesions: mean (SD)", "mm3: mean (SD)"]]
    parts = [*described["sides"].items()]
    parts += [(f"fold {fold}", part) for fold, part in described["folds"].items()]
    for name, part in parts:
        sites = ", ".join(f"{site} {share:.0f}" for site, share in part["site"].items())
        spreads = [
            f"{part[measure]['mean']:.1f} ({_text(part[measure]['sd'])})" for measure in MEASURES
        ]
        rows.append([name, str(part["n_subjects"]), str(part["n_scans"]), sites, *spreads])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _text(value: float | None) -> str:
    return "n/a" if value is None else f"{value:.1f}"


def _spread(values: Sequence[float]) -> dict[str, float | None]:
    array = np.asarray(values, np.float64)
    low, first, median, third, high = np.quantile(array, (0, 0.25, 0.5, 0.75, 1))
    sd = float(array.std(ddof=1)) if len(array) > 1 else None
    found = {"mean": array.mean(), "sd": sd, "min": low, "q1": first, "median": median}
    found |= {"q3": third, "max": high}
    return {
        name: None if value is None else round(float(value), DECIMALS)
        for name, value in found.items()
    }


def _describe_strata(split: Split) -> list[dict[str, Any]]:
    counts = Counter((split.strata[name], side) for name, side in split.sides.items())
    return [
        {
            "site": site or "n/a",
            "volume_bin": volume,
            "count_bin": count,
            "n_train": counts[(site, volume, count), "train"],
            "n_test": counts[(site, volume, count), "test-in"],
        }
        for site, volume, count in sorted(set(split.strata.values()))
    ]
