"""Build an nnU-Net v2 raw dataset from a cohort's reference labels and, if any, a review.

Layout: nnU-Net 2.8.1, "nnU-Net dataset format" (`DatasetXXX_Name/imagesTr, labelsTr,
dataset.json`); beside it changes.tsv and provenance.json, which nnU-Net does not read.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from lesions.atomic import build_folder
from lesions.cases import CHANNEL_ENDING, FILE_ENDING, case_id, read_case_image, write_channel
from lesions.checksums import sha256
from lesions.formats import CHANGES, ROIS
from lesions.geometry import check_same_grid, orientation
from lesions.model_folder import ORIENTATION
from lesions.nifti import read_mask
from lesions.progress import progress_bar
from lesions.scans import Cohort, Scan
from lesions.tsv import write_table
from training.folds import FOLDS_FILE, Fold, read_folds, restrict_folds, write_folds
from training.fusion import MAJORITY, FusionRule
from training.grids import Grid, check_voxel_sides
from training.labels import change_labels, find_contacts, write_labels
from training.provenance import (
    describe_case,
    describe_dataset,
    describe_making,
    is_test,
    simulated_raters,
    write_json,
)
from training.review import Review, Roi, ScanKey, read_roi_voxels
from training.roi_changes import decide_roi, row_of
from training.voxels import Places, places_of

#: nnU-Net writes ids with three digits.
MAX_DATASET_ID = 999


class DatasetError(ValueError):
    """The dataset can't be built; the message says of what and why."""


@dataclass(frozen=True)
class DatasetName:
    """Number and name of an nnU-Net dataset, and which release of it this is.

    >>> DatasetName(501, "CorticalLesions").folder
    'Dataset501_CorticalLesions'
    """

    number: int
    name: str
    release: str = "1"

    def __post_init__(self) -> None:
        """Refuse what nnU-Net can't find again."""
        if not 1 <= self.number <= MAX_DATASET_ID:
            raise DatasetError(f"expected an id of 1 to {MAX_DATASET_ID}, came {self.number}")
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", self.name):
            raise DatasetError(f'expected a name of letters, digits, - and _, came "{self.name}"')

    @property
    def folder(self) -> str:
        """Give the folder's name."""
        return f"Dataset{self.number:03d}_{self.name}"


@dataclass(frozen=True)
class Rules:
    """How answers become changes: one of `POLICIES`, and how delineations are fused."""

    policy: str = "both-raters"
    fusion: FusionRule = MAJORITY


@dataclass(frozen=True)
class Built:
    """A dataset that was written.

    `changes` has the format CHANGES: one row an ROI of these cases. `n_rois_left_out` counts those
    of other scans, `n_test_cases` the cases whose split is a test split. `simulated_raters` are
    no people.
    """

    folder: Path
    n_cases: int
    n_test_cases: int
    n_rois_left_out: int
    changes: pd.DataFrame
    simulated_raters: tuple[str, ...]
    synthetic: bool


def build_dataset(
    review: Review,
    cohort: Cohort,
    scans: Sequence[Scan],
    out: Path,
    name: DatasetName,
    rules: Rules = Rules(),
    folds: Path | None = None,
) -> Built:
    """Write the dataset into `out`; it appears whole or not at all.

    Parameters
    ----------
    review : Review
        `NO_REVIEW` for the reference labels as they are.
    cohort : Cohort
        All scans; each ROI must be of one of them.
    scans : sequence of Scan
        Those to train on; one without a reference mask is left out.
    out : path of nnU-Net's raw folder
        Made if needed.
    name : DatasetName
    rules : Rules
    folds : path of splits_final.json, optional
        Written into the dataset for the cases that it has.

    Raises
    ------
    DatasetError
        The id is taken, no scan has a reference, an ROI's scan is not in the cohort, or the
        adjudicator is no rater of the study.
    CaseError, FusionError, GridError, ImageError, LabelError, MaskError,
    QuestionnaireError, ReviewError
        A scan, mask or answer is refused.
    SplitError
        The folds don't fit the cases.
    """
    _check_id_is_free(out, name)
    pairs = [(scan, scan.reference_mask) for scan in scans if scan.reference_mask is not None]
    if not pairs:
        raise DatasetError(f"{cohort.path}: expected scans with a reference_mask, came none")
    _check_adjudicator(review, rules.fusion)
    rois = _group_by_scan(review, cohort)
    own_folds = _fit_folds(folds, [scan for scan, _ in pairs])
    synthetic = review.synthetic or cohort.synthetic
    rows: list[dict[str, Any]] = []
    cases: dict[str, dict[str, Any]] = {}
    with build_folder(out / name.folder) as folder:
        with progress_bar(pairs, desc="cases", unit="case") as bar:
            for scan, reference in bar:
                own = rois.pop(_key(scan), [])
                found, described = _write_case(folder, scan, reference, own, review, rules)
                rows += found
                cases[case_id(scan.name)] = described
        n_left_out = sum(map(len, rois.values()))
        changes = pd.DataFrame(rows, columns=[column.name for column in CHANGES.columns])
        axes = _check_orientations(cohort, cases)
        making = describe_making(review, cohort, rules.policy, rules.fusion, cases)
        if folds is not None:
            write_folds(folder / FOLDS_FILE, own_folds)
            making["sources_sha256"][folds.name] = sha256(folds)
        making |= {"release": name.release, "synthetic": synthetic, "n_rois_left_out": n_left_out}
        _write_changes(folder, changes, making, cases)
        about = describe_dataset(
            [scan for scan, _ in pairs], name.name, name.release, review, synthetic
        )
        about[ORIENTATION] = axes
        write_json(folder / "dataset.json", about)
    return Built(
        folder=out / name.folder,
        n_cases=len(pairs),
        n_test_cases=sum(is_test(scan) for scan, _ in pairs),
        n_rois_left_out=n_left_out,
        changes=changes,
        simulated_raters=simulated_raters(review),
        synthetic=synthetic,
    )


def _check_id_is_free(out: Path, name: DatasetName) -> None:
    taken = sorted(path.name for path in out.glob(f"Dataset{name.number:03d}_*"))
    if taken:
        raise DatasetError(
            f"{out}: expected no dataset {name.number:03d}, but {taken[0]} has that id; choose "
            "another --id, or move it away"
        )


def _check_adjudicator(review: Review, rule: FusionRule) -> None:
    if rule.adjudicator is not None and rule.adjudicator not in review.raters:
        raise DatasetError(
            f"expected an adjudicator of {', '.join(review.raters) or 'no rater'}, came "
            f"{rule.adjudicator}"
        )


def _check_orientations(cohort: Cohort, cases: dict[str, dict[str, Any]]) -> str:
    """Give the way that all images' axes run; nnU-Net doesn't turn them, and would mix them up."""
    found = {described["orientation"]: case for case, described in cases.items()}
    if len(found) > 1:
        (first, one), (second, other), *_ = sorted(found.items())
        raise DatasetError(
            f"{cohort.path}: expected images whose axes run one way, came {first} ({one}) and "
            f"{second} ({other}); `python -m training preprocess --orientation RAS` turns them"
        )
    return str(next(iter(found)))


def _fit_folds(folds: Path | None, scans: Sequence[Scan]) -> list[Fold]:
    if folds is None:
        return []
    return restrict_folds(read_folds(folds), {case_id(scan.name) for scan in scans}, folds)


def _key(scan: Scan) -> ScanKey:
    return scan.participant_id, scan.session_id, scan.acquisition


def _group_by_scan(review: Review, cohort: Cohort) -> dict[ScanKey, list[Roi]]:
    known = {_key(scan) for scan in cohort.scans}
    out: dict[ScanKey, list[Roi]] = {}
    for roi in review.rois:
        if roi.scan not in known:
            raise DatasetError(
                f"{(review.folder or Path()) / ROIS.filename}: expected ROIs of the scans in "
                f"{cohort.path}, came {roi.roi_id}, of none of them"
            )
        out.setdefault(roi.scan, []).append(roi)
    return out


def _write_case(
    folder: Path,
    scan: Scan,
    reference_path: Path,
    rois: Iterable[Roi],
    review: Review,
    rules: Rules,
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Write image and labels of one case; give its rows of changes and what describes it."""
    case = case_id(scan.name)
    shape, affine = read_case_image(scan)
    check_voxel_sides(Grid(tuple(shape), affine), str(scan.image))
    reference = read_mask(reference_path)
    check_same_grid(
        shape,
        affine,
        reference.array.shape,
        reference.affine,
        str(scan.image),
        str(reference_path),
    )

    def read(roi: Roi, drawn_by: str) -> Places:
        return places_of(read_roi_voxels(roi, shape, affine, str(scan.image), drawn_by))

    decided = [
        decide_roi(roi, review, rules.policy, rules.fusion, reference.array, partial(read, roi))
        for roi in rois
    ]
    changes = [one.label_change for one in decided if one.label_change is not None]
    labels = change_labels(reference.array, changes)
    contacts = find_contacts(reference.array, changes)
    rows = [row_of(case, one, contacts.get(one.roi.roi_id)) for one in decided]
    label_path = folder / "labelsTr" / (case + FILE_ENDING)
    write_channel(scan.image, folder / "imagesTr" / (case + CHANNEL_ENDING))
    write_labels(labels, scan.image, label_path)
    counts = {"n_reference_voxels": int(reference.array.sum()), "n_label_voxels": int(labels.sum())}
    described = describe_case(scan, reference_path, label_path)
    return rows, {**described, "orientation": orientation(affine), **counts}


def _write_changes(
    folder: Path,
    changes: pd.DataFrame,
    making: dict[str, Any],
    cases: dict[str, dict[str, Any]],
) -> None:
    synthetic = bool(making["synthetic"])
    write_table(changes, folder / CHANGES.filename, CHANGES, making, synthetic=synthetic)
    write_json(folder / "provenance.json", {**making, "cases": cases})
