"""List every lesion of a cohort: `python -m lesions table`."""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lesions.atomic import check_target
from lesions.components import Components, component_voxels
from lesions.formats import LESIONS
from lesions.frames import frame_of
from lesions.geometry import check_same_grid
from lesions.nifti import read_image, read_label_map
from lesions.options import at_least, table_to_write
from lesions.outcomes import Match
from lesions.per_scan import map_scans
from lesions.scan_match import match_scan
from lesions.scans import Cohort, Scan, read_scans
from lesions.tsv import write_table
from lesions.type_names import read_type_names
from lesions.uncertainty import read_lesion_uncertainty, read_scan_uncertainty

Array = NDArray[Any]


class LesionTableError(ValueError):
    """A map that lies beside the masks can't be used."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's options."""
    parser.epilog = (
        "Volumes are in mm3, centroids in mm (RAS). If one scan is refused, nothing is written. "
        "Columns: docs/formats.md."
    )
    parser.add_argument("scans", type=Path, help="the cohort, a scans.tsv")
    parser.add_argument(
        "--out", type=table_to_write, required=True, help="table to write: lesions.tsv"
    )
    parser.add_argument(
        "--jobs", type=at_least(1), default=1, help="scans worked on at once (default: 1)"
    )


def run(args: argparse.Namespace) -> int:
    """Write the table with its dictionary."""
    check_target(args.out)  # now, not after hours of work
    cohort = read_scans(args.scans)
    table = build_lesion_table(cohort, jobs=args.jobs)
    provenance = {"Command": "python -m lesions table", "Scans": args.scans.name}
    write_table(table, args.out, LESIONS, provenance)
    return 0


def build_lesion_table(cohort: Cohort, jobs: int = 1) -> pd.DataFrame:
    """List the components of both masks of every scan.

    Parameters
    ----------
    cohort : Cohort
        Each scan needs a reference and a prediction mask, empty ones where there is no lesion.
    jobs : int
        Processes at once.

    Returns
    -------
    DataFrame
        In the format LESIONS; scans in the cohort's order, the reference's lesions before the
        prediction's, labels rising. No lesion at all gives an empty table. `uncertainty` and
        `scan_uncertainty` are available where the folds' masks lie beside the prediction.

    Raises
    ------
    ScansError
        A scan is refused: a file is missing, no mask, or on another grid. Names its row.
    """
    parts = map_scans(scan_lesions, cohort, jobs, "lesions")
    rows = [row for part in parts for row in part]
    return frame_of(rows, LESIONS, synthetic=cohort.synthetic)


def scan_lesions(scan: Scan) -> list[dict[str, Any]]:
    """Give the rows of one scan, as `build_lesion_table` does."""
    match = match_scan(scan)
    probability = _read_probability(scan, match)
    types, names = _read_types(scan, match)
    of_scan, of_lesions = read_scan_uncertainty(scan), read_lesion_uncertainty(scan)
    rows = []
    for drawn_in, components, outcomes, mask in (
        ("reference", match.reference, match.reference_outcomes, scan.reference_mask),
        ("prediction", match.prediction, match.prediction_outcomes, scan.prediction_mask),
    ):
        voxels = {}
        if probability is not None or types is not None:
            voxels = component_voxels(str(mask), range(1, len(components) + 1))
        touched = _touched(match, drawn_in)
        for label in range(1, len(components) + 1):
            row = _row(scan, components, label, drawn_in, str(outcomes[label - 1]))
            row["overlaps"] = touched.get(label)
            at = tuple(voxels[label].T) if voxels else ()
            row["mean_probability"] = (
                np.nan if probability is None else float(probability[at].mean(dtype=np.float64))
            )
            if drawn_in == "prediction" and of_lesions is not None:
                row["uncertainty"] = float(of_lesions[label - 1])
            row["scan_uncertainty"] = of_scan
            row["lesion_type"] = None if types is None else majority_type(types[at], names)
            rows.append(row)
    return rows


def majority_type(values: Array, names: dict[int, str]) -> str | None:
    """Give the name of the type that most voxels have; None where none has a type.

    Background, 0, has no vote: a component drawn too large keeps its type. Of types alike in
    number the lowest index wins.

    Parameters
    ----------
    values : (n,) array of int
        lesion_type_map at the component's voxels.
    names : index -> name

    >>> majority_type(np.array([0, 0, 0, 2, 2, 1]), {1: "intracortical", 2: "leukocortical"})
    'leukocortical'
    """
    found, numbers = np.unique(values[values > 0], return_counts=True)
    return names[int(found[np.argmax(numbers)])] if len(found) else None


def _row(
    scan: Scan, components: Components, label: int, drawn_in: str, outcome: str
) -> dict[str, Any]:
    r, a, s = components.centroid_ras_mm[label - 1].tolist()
    return {
        "lesion_id": f"{scan.name}_{drawn_in}-{label}",
        "participant_id": scan.participant_id,
        "session_id": scan.session_id,
        "acquisition": scan.acquisition,
        "diagnosis": scan.diagnosis,
        "site": scan.site,
        "outcome": outcome,
        "drawn_in": drawn_in,
        "label": label,
        "n_voxels": int(components.n_voxels[label - 1]),
        "volume_mm3": float(components.volume_mm3[label - 1]),
        "centroid_r_mm": r,
        "centroid_a_mm": a,
        "centroid_s_mm": s,
        "uncertainty": np.nan,
    }


def _touched(match: Match, drawn_in: str) -> dict[int, tuple[str, ...]]:
    """Give the labels of the other mask that each label touches."""
    own, other = (0, 1) if drawn_in == "reference" else (1, 0)
    touched: dict[int, list[int]] = {}
    for pair in match.overlaps.tolist():
        touched.setdefault(pair[own], []).append(pair[other])
    return {label: tuple(map(str, sorted(others))) for label, others in touched.items()}


def _read_probability(scan: Scan, match: Match) -> Array | None:
    path = scan.probability_map
    if path is None:
        return None
    image = read_image(path)
    _check_grid(scan, match, image.array.shape, image.affine, path)
    if not np.all((image.array >= 0) & (image.array <= 1)):
        raise LesionTableError(f"{path}: probabilities must be 0 to 1, came others or NaN")
    return image.array


def _read_types(scan: Scan, match: Match) -> tuple[Array | None, dict[int, str]]:
    path = scan.lesion_type_map
    if path is None:
        return None, {}
    image, names = read_label_map(path), read_type_names(path)
    _check_grid(scan, match, image.array.shape, image.affine, path)
    unnamed = sorted(set(np.unique(image.array).tolist()) - set(names) - {0})
    if unnamed:
        raise LesionTableError(
            f"{path}: every type needs a name in the look-up table beside it, {unnamed[0]} has none"
        )
    return image.array, names


def _check_grid(
    scan: Scan, match: Match, shape: tuple[int, ...], affine: Array, path: Path
) -> None:
    check_same_grid(match.shape, match.affine, shape, affine, str(scan.reference_mask), str(path))
