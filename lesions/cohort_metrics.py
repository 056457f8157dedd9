"""Measure a cohort, scan by scan and on average: `python -m lesions metrics`."""

import argparse
import math
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from lesions.atomic import check_target
from lesions.formats import METRICS, METRICS_SUMMARY
from lesions.frames import frame_of
from lesions.geometry import check_same_grid
from lesions.metrics import (
    PAPER_R,
    RECALL_RULES,
    MetricsError,
    RecallRule,
    positive_fraction,
    scan_metrics,
)
from lesions.nifti import read_mask
from lesions.options import at_least, table_to_write
from lesions.outcomes import Match
from lesions.per_scan import map_scans
from lesions.scan_match import match_scan
from lesions.scans import Cohort, Scan, read_scans
from lesions.tsv import MISSING, write_table
from lesions.uncertainty import read_scan_uncertainty

Domain = Literal["grid", "brain"]
DOMAINS: tuple[Domain, ...] = ("grid", "brain")
#: Measures of a summary, in the order of the paper's Table 6.
MEASURES = ("ndsc", "dsc", "f1", "recall", "precision", "n_tpl", "n_fpl", "n_fnl")
#: Scopes of a summary: the columns that make the sets of scans.
SCOPES: dict[str, tuple[str, ...]] = {
    "cohort": (),
    "split": ("split",),
    "group": ("site", "diagnosis", "acquisition", "field_strength_t"),
}
_SET_COLUMNS = ("split", "site", "diagnosis", "acquisition", "field_strength_t")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's options."""
    parser.epilog = (
        "Volumes are in mm3; the other measures are shares, 0 to 1, or counts. A summary goes "
        "beside the table as NAME-summary.tsv. Columns: docs/formats.md."
    )
    parser.add_argument("scans", type=Path, help="the cohort, a scans.tsv")
    parser.add_argument(
        "--out", type=table_to_write, required=True, help="table to write: metrics.tsv"
    )
    parser.add_argument(
        "--r",
        type=_r,
        default=PAPER_R,
        help="reference share of lesion voxels in nDSC, between 0 and 1, or `mean`: the mean share "
        f"in the cohort's references (default: {PAPER_R:g})",
    )
    parser.add_argument(
        "--domain",
        choices=DOMAINS,
        default="grid",
        help="voxels that nDSC counts: the whole grid, or brain_mask and the lesions "
        "(default: grid)",
    )
    parser.add_argument(
        "--recall-without-reference",
        choices=RECALL_RULES,
        default="exclude",
        help="recall of a scan without reference lesions: not available, or 1 (default: exclude)",
    )
    parser.add_argument(
        "--jobs", type=at_least(1), default=1, help="scans worked on at once (default: 1)"
    )


def run(args: argparse.Namespace) -> int:
    """Write the table and its summary, and print the summary."""
    check_target(args.out)  # now, not after hours of work
    cohort = read_scans(args.scans)
    table = measure_cohort(
        cohort,
        r=args.r,
        domain=args.domain,
        recall_without_reference=args.recall_without_reference,
        jobs=args.jobs,
    )
    summary = summarise(table)
    provenance = {"Command": "python -m lesions metrics", "Scans": args.scans.name}
    write_table(table, args.out, METRICS, provenance)
    beside = args.out.with_name(f"{args.out.stem}-summary.tsv")
    write_table(summary, beside, METRICS_SUMMARY, provenance)
    print(show_summary(summary))
    return 0


def measure_cohort(
    cohort: Cohort,
    *,
    r: float | Literal["mean"] = PAPER_R,
    domain: Domain = "grid",
    recall_without_reference: RecallRule = "exclude",
    jobs: int = 1,
) -> pd.DataFrame:
    """Give the measures of every scan, in the format METRICS and the cohort's order.

    Parameters
    ----------
    r : float or "mean"
        `mean` takes the mean share of lesion voxels in the references of all scans, those without
        a lesion among them (the paper, section 3.3.1).
    domain : "grid" or "brain"
        With `brain`, nDSC counts the voxels of brain_mask and any lesion voxel beside it.

    Raises
    ------
    ScansError
        A scan is refused; names its row.
    MetricsError
        `mean` of references that are all empty.
    """
    found = map_scans(partial(_measure, domain=domain), cohort, jobs, "metrics")
    if r == "mean":
        r = float(np.mean([positive_fraction(match, n_domain) for match, n_domain, _ in found]))
        if r == 0:
            raise MetricsError(
                f"{cohort.path}: expected lesions to take the mean share of, no "
                "reference mask has one"
            )
    rows = []
    for scan, (match, n_domain, uncertainty) in zip(cohort.scans, found, strict=True):
        metrics = scan_metrics(
            match,
            r=r,
            recall_without_reference=recall_without_reference,
            n_domain_voxels=n_domain,
        )
        rule = {"r": r, "domain": domain, "recall_without_reference": recall_without_reference}
        row = _scan_columns(scan) | _counts(match) | asdict(metrics) | rule
        rows.append(row | {"scan_uncertainty": uncertainty})
    return frame_of(rows, METRICS, synthetic=cohort.synthetic)


def summarise(table: pd.DataFrame) -> pd.DataFrame:
    """Average a table of the format METRICS: the whole cohort, each split, each group of scans.

    A scan where a measure is n/a is left out of that mean. Standard error: sd (ddof 1) / sqrt(n),
    not available for n = 1 (the paper's Table 6 prints 0 there).

    Returns
    -------
    DataFrame
        In the format METRICS_SUMMARY; sets in the order of their names, n/a last.
    """
    rows: list[dict[str, Any]] = []
    rules = {name: table[name].iloc[0] for name in ("r", "domain", "recall_without_reference")}
    for scope, columns in SCOPES.items():
        for values, part in _sets(table, columns):
            named = dict.fromkeys(_SET_COLUMNS) | dict(zip(columns, values, strict=True))
            for measure in MEASURES:
                found = part[measure].dropna().to_numpy(np.float64)
                n = len(found)
                rows.append(
                    {"scope": scope, **named, "measure": measure, "n": n}
                    | {
                        "mean": float(found.mean()) if n else math.nan,
                        "standard_error": standard_error(found),
                    }
                    | rules
                )
    synthetic = bool(table.attrs.get("synthetic", False))
    return frame_of(rows, METRICS_SUMMARY, synthetic=synthetic)


def standard_error(values: Sequence[float] | np.ndarray[Any, Any]) -> float:
    """Give sd (ddof 1) / sqrt(n); NaN for fewer than two values.

    >>> standard_error([1.0, 3.0])
    1.0
    """
    if len(values) < 2:
        return math.nan
    return float(np.std(values, ddof=1) / math.sqrt(len(values)))


def show_summary(summary: pd.DataFrame) -> str:
    """Give the summary as text for a terminal: a line a set of scans, mean ± standard error."""
    keys = ["scope", *_SET_COLUMNS]
    lines: list[list[str]] = [[*keys, "n", *MEASURES]]
    texts = summary[keys].map(_text)
    for index in range(0, len(summary), len(MEASURES)):
        part = summary.iloc[index : index + len(MEASURES)]
        cells = [
            _mean_text(mean, error)
            for mean, error in zip(part["mean"], part["standard_error"], strict=True)
        ]
        lines.append([*texts.iloc[index].tolist(), str(int(part["n"].max())), *cells])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rule = summary.iloc[0]
    notes = [
        f"mean ± standard error; nDSC with r = {rule['r']:.4g} over the {rule['domain']}; "
        f"recall without reference lesions: {rule['recall_without_reference']}"
    ]
    if summary.attrs.get("synthetic"):
        notes.append("SYNTHETIC: made from phantoms, not from patients.")
    shown = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    return "\n".join([*shown, *notes])


def _measure(scan: Scan, domain: Domain) -> tuple[Match, int | None, float]:
    return *_match_in_domain(scan, domain), read_scan_uncertainty(scan)


def _match_in_domain(scan: Scan, domain: Domain) -> tuple[Match, int | None]:
    match = match_scan(scan)
    if domain == "grid":
        return match, None
    if scan.brain_mask is None:
        raise MetricsError(f"brain_mask must be a file for --domain brain, not {MISSING}")
    brain = read_mask(scan.brain_mask)
    check_same_grid(
        match.shape,
        match.affine,
        brain.array.shape,
        brain.affine,
        str(scan.reference_mask),
        str(scan.brain_mask),
    )
    inside = brain.array
    for path in (scan.reference_mask, scan.prediction_mask):
        inside = inside | read_mask(str(path)).array
    return match, int(np.count_nonzero(inside))


def _scan_columns(scan: Scan) -> dict[str, Any]:
    names = ("participant_id", "session_id", "acquisition", "diagnosis", "site")
    return {name: getattr(scan, name) for name in (*names, "field_strength_t", "split")}


def _counts(match: Match) -> dict[str, Any]:
    names = ("n_reference", "n_prediction", "n_tpl", "n_fpl", "n_fnl", "n_detected_reference")
    return {name: getattr(match, name) for name in names} | {
        "reference_volume_mm3": float(match.reference.volume_mm3.sum()),
        "prediction_volume_mm3": float(match.prediction.volume_mm3.sum()),
    }


def _sets(
    table: pd.DataFrame, columns: tuple[str, ...]
) -> list[tuple[tuple[Any, ...], pd.DataFrame]]:
    if not columns:
        return [((), table)]
    grouped = table.groupby(list(columns), dropna=False, sort=True)
    sets: list[tuple[tuple[Any, ...], pd.DataFrame]] = []
    for values, part in grouped:
        named: tuple[Any, ...] = tuple(values) if isinstance(values, tuple) else (values,)
        sets.append((tuple(None if pd.isna(value) else value for value in named), part))
    return sets


def _r(text: str) -> float | Literal["mean"]:
    if text == "mean":
        return "mean"
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(
            f'expected a number between 0 and 1, or mean, not "{text}"'
        )
    return value


def _text(value: object) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return MISSING
    return f"{value:g}" if isinstance(value, float) else str(value)


def _mean_text(mean: float, error: float) -> str:
    if math.isnan(mean):
        return MISSING
    return f"{mean:.3f} ± {MISSING if math.isnan(error) else f'{error:.3f}'}"
