"""Read what a finished review hands over: its ROIs, the answers, and the delineations."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lesions.columns import DRAWN_IN
from lesions.formats import ANSWERS, CORRECTIONS, ROIS
from lesions.geometry import check_same_grid
from lesions.nifti import read_mask
from lesions.questionnaire import Questionnaire, paper_questionnaire, parse_questionnaire
from lesions.tsv import read_table

#: What the labels keep of the study's provenance.
STUDY_FIELDS = ("study", "study_id", "protocol_sha256", "state", "simulated_raters")
ScanKey = tuple[str, str | None, str]


class ReviewError(ValueError):
    """The tables of a review don't belong together; the message names file and ROI."""


@dataclass(frozen=True)
class Roi:
    """One reviewed ROI: what it is, how it was answered, and where its delineation lies.

    `classes` maps a rater to the ranked classes of the newest answer to the first showing,
    `needs_correction` to the answer to question 4 there. `masks` maps who drew a delineation
    (`reference`, `prediction` or a rater in the first showing) to its file and its number of
    voxels.
    """

    roi_id: str
    scan: ScanKey
    group: str
    drawn_in: str
    n_voxels: int
    volume_mm3: float
    classes: Mapping[str, tuple[str, ...]]
    needs_correction: Mapping[str, bool]
    masks: Mapping[str, tuple[Path, int]]

    @property
    def redrawn_by(self) -> tuple[str, ...]:
        """Name the raters who redrew it."""
        return tuple(sorted(set(self.masks) - {*DRAWN_IN}))

    @property
    def satisfied(self) -> tuple[str, ...]:
        """Name the raters who said that it needs no correction."""
        return tuple(sorted(name for name, needs in self.needs_correction.items() if not needs))


@dataclass(frozen=True)
class Review:
    """All ROIs of a study, in the order of rois.tsv, and what the study says of itself.

    `folder` is None where there was no review (`NO_REVIEW`).
    `raters` are those of the study's protocol and all who answered, by name. `study` is what the
    provenance of answers.tsv says: name, id, protocol's hash and simulated raters, where it does.
    """

    folder: Path | None
    rois: tuple[Roi, ...]
    raters: tuple[str, ...]
    questionnaire: Questionnaire
    study: Mapping[str, Any]
    synthetic: bool


#: For a dataset of the reference labels as they are.
NO_REVIEW = Review(None, (), (), paper_questionnaire(), {}, synthetic=False)


def read_review(folder: Path | str, questionnaire: Questionnaire | None = None) -> Review:
    """Read rois.tsv, answers.tsv and corrections.tsv as `export_corrections` writes them.

    Of the answers, the newest revision to the first showing (`repeat` 0) counts. Tables without
    rows give ROIs without answers, or no ROI.

    Parameters
    ----------
    folder : path
    questionnaire : Questionnaire, optional
        With which the answers were given; that of the study's protocol where not given, and the
        paper's where the tables tell of no protocol.

    Raises
    ------
    TableError
        A table breaks its format.
    ReviewError
        A row is about an ROI that is not in rois.tsv, or says another group, scan or side of it.
    QuestionnaireError
        The protocol's questionnaire is broken.
    """
    folder = Path(folder)
    rois = read_table(folder / ROIS.filename, ROIS)
    answers = read_table(folder / ANSWERS.filename, ANSWERS)
    corrections = read_table(folder / CORRECTIONS.filename, CORRECTIONS)
    known = {str(row["lesion_id"]): row for row in rois.to_dict("records")}
    shared = ("participant_id", "session_id", "acquisition", "group")
    _check_rows(folder / ANSWERS.filename, answers, known, shared)
    _check_rows(folder / CORRECTIONS.filename, corrections, known, (*shared, "drawn_in"))
    provenance = answers.attrs["provenance"]
    protocol = provenance.get("protocol", {})
    raters = {str(name) for name in (*answers["rater"], *protocol.get("raters", ()))}
    current = _current_answers(answers)
    masks = _masks(folder, corrections)
    return Review(
        folder,
        tuple(_as_roi(row, current.get(roi, {}), masks.get(roi, {})) for roi, row in known.items()),
        tuple(sorted(raters)),
        questionnaire or _questionnaire(protocol, folder / ANSWERS.filename),
        {name: provenance[name] for name in STUDY_FIELDS if name in provenance},
        any(bool(table.attrs["synthetic"]) for table in (rois, answers, corrections)),
    )


def read_roi_voxels(
    roi: Roi,
    shape: tuple[int, ...],
    affine: NDArray[np.float64],
    image: str = "its scan",
    drawn_by: str | None = None,
) -> NDArray[np.bool_]:
    """Read a delineation of an ROI: as the raters saw it, or as one of them redrew it.

    Parameters
    ----------
    roi : Roi
    shape, affine : (3,) and (4, 4)
        Grid of the scan, on which the delineation must lie.
    image : str
        Name of the scan, for the message.
    drawn_by : str
        A rater; who drew what was shown, where not given.

    Returns
    -------
    (I, J, K) array of bool
        Empty only where a rater emptied it.

    Raises
    ------
    ReviewError
        There is no such delineation, or it has another number of voxels than its row says.
    GridError
        It lies on another grid.
    MaskError
        It is no binary mask.
    """
    who = drawn_by or roi.drawn_in
    if who not in roi.masks:
        raise ReviewError(
            f"{CORRECTIONS.filename}: expected a row of {roi.roi_id} drawn by {who}, "
            f"came {', '.join(roi.masks) or 'none'}"
        )
    path, n_voxels = roi.masks[who]
    mask = read_mask(path)
    check_same_grid(shape, affine, mask.array.shape, mask.affine, image, str(path))
    n_found = int(mask.array.sum())
    if n_found != n_voxels:
        raise ReviewError(
            f"{path}: expected {n_voxels} voxels of {roi.roi_id} as {CORRECTIONS.filename} says, "
            f"came {n_found}"
        )
    if who == roi.drawn_in and n_found != roi.n_voxels:
        raise ReviewError(
            f"{path}: expected {roi.n_voxels} voxels of {roi.roi_id} as rois.tsv says, came "
            f"{n_found}"
        )
    return mask.array


def _questionnaire(protocol: Mapping[str, Any], path: Path) -> Questionnaire:
    if "questionnaire" not in protocol:
        return paper_questionnaire()
    return parse_questionnaire(protocol["questionnaire"], source=str(path.with_suffix(".json")))


def _check_rows(
    path: Path,
    table: pd.DataFrame,
    known: Mapping[str, Mapping[Any, Any]],
    shared: tuple[str, ...],
) -> None:
    for line, row in enumerate(table.to_dict("records"), start=2):
        roi = known.get(str(row["roi_id"]))
        if roi is None:
            raise ReviewError(f"{path} row {line}: ROI {row['roi_id']} is not in {ROIS.filename}")
        for name in shared:
            if row[name] != roi[name]:
                raise ReviewError(
                    f"{path} row {line}: expected {name} {roi[name]} of ROI {row['roi_id']} as in "
                    f"{ROIS.filename}, came {row[name]}"
                )


def _current_answers(answers: pd.DataFrame) -> dict[str, dict[str, Mapping[Any, Any]]]:
    first = answers[answers["repeat"] == 0].sort_values("revision", kind="stable")
    out: dict[str, dict[str, Mapping[Any, Any]]] = {}
    for row in first.to_dict("records"):
        out.setdefault(str(row["roi_id"]), {})[str(row["rater"])] = row
    return out


def _masks(folder: Path, corrections: pd.DataFrame) -> dict[str, dict[str, tuple[Path, int]]]:
    out: dict[str, dict[str, tuple[Path, int]]] = {}
    for row in corrections[corrections["repeat"] == 0].to_dict("records"):
        found = (folder / str(row["mask"]), int(row["n_voxels"]))
        out.setdefault(str(row["roi_id"]), {})[str(row["drawn_by"])] = found
    return out


def _as_roi(
    row: Mapping[Any, Any],
    answers: Mapping[str, Mapping[Any, Any]],
    masks: Mapping[str, tuple[Path, int]],
) -> Roi:
    return Roi(
        roi_id=str(row["lesion_id"]),
        scan=(str(row["participant_id"]), row["session_id"], str(row["acquisition"])),
        group=str(row["group"]),
        drawn_in=str(row["drawn_in"]),
        n_voxels=int(row["n_voxels"]),
        volume_mm3=float(row["volume_mm3"]),
        classes={rater: tuple(answer["classes"]) for rater, answer in answers.items()},
        needs_correction={
            rater: answer["needs_correction"] == "yes" for rater, answer in answers.items()
        },
        masks=masks,
    )
