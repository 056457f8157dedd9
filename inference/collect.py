"""Take the masks that nnU-Net predicted into BIDS-named masks and a new scans.tsv."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lesions.atomic import build_folder, write_atomically
from lesions.cases import FILE_ENDING, CaseError, case_id, scan_name
from lesions.checksums import sha256
from lesions.geometry import check_same_grid
from lesions.nifti import read_image, read_mask, write_nifti
from lesions.progress import progress_bar
from lesions.scans import Cohort, Scan, write_scans

#: What `nnUNetv2_predict` copies beside its masks; together they name the model.
MODEL_FILES = ("dataset.json", "plans.json")
#: BIDS derivative: a binary mask of lesions, apart from other masks of the scan by its `desc`.
MASK_SUFFIX = "_label-lesion_desc-prediction_mask"


class CollectError(ValueError):
    """A folder of predictions doesn't fit the cohort; the message names the file or the scan."""


@dataclass(frozen=True)
class Collected:
    """What was written: the new scans.tsv, and the names of the scans without a prediction."""

    scans_path: Path
    n_masks: int
    without: tuple[str, ...]


def collect_predictions(
    predictions: Path, cohort: Cohort, out: Path, *, allow_missing: bool = False
) -> Collected:
    """Check each predicted mask, write it in canonical form, and fill prediction_mask.

    Parameters
    ----------
    predictions : path
        Folder with `<case>.nii.gz` as `nnUNetv2_predict` wrote them.
    cohort : Cohort
    out : path
        A folder that doesn't exist yet; it appears whole or not at all.
    allow_missing : bool
        Leave a scan without a prediction `n/a`; its earlier prediction_mask is dropped too, so
        that one table never holds the masks of two models.

    Raises
    ------
    CollectError
        There is no mask, a mask of no scan of the cohort, or a scan without one.
    FileExistsError
        There is something at `out`.
    GridError, MaskError
        A mask lies on another grid than its image, or isn't binary.
    """
    found = _find_masks(predictions, cohort)
    without = tuple(scan.name for scan in cohort.scans if scan.name not in found)
    if without and not allow_missing:
        raise CollectError(
            f"{predictions}: expected {case_id(without[0])}{FILE_ENDING} and "
            f"{len(cohort.scans) - 1} more, {len(without)} of them missing; --allow-missing leaves "
            "them n/a"
        )
    model = _describe_model(predictions)
    # Paths are written relative to the table, and the folder is renamed in its place at the end.
    out = out.parent.resolve() / out.name
    with build_folder(out) as folder:
        with progress_bar(cohort.scans, desc="scans", unit="scan") as bar:
            scans = [
                _collect(scan, found.get(scan.name), folder, model, cohort.synthetic)
                for scan in bar
            ]
        write_scans(scans, folder / "scans.tsv", {"model": model}, synthetic=cohort.synthetic)
    return Collected(out / "scans.tsv", len(found), without)


def _find_masks(predictions: Path, cohort: Cohort) -> dict[str, Path]:
    """Give scan name -> mask, for every mask of the folder."""
    if not predictions.is_dir():
        raise CollectError(f"expected a folder of predicted masks, came {predictions}")
    known = {scan.name for scan in cohort.scans}
    found: dict[str, Path] = {}
    for path in sorted(predictions.glob("*" + FILE_ENDING)):
        case = path.name.removesuffix(FILE_ENDING)
        try:
            name = scan_name(case)
        except CaseError as error:
            raise CollectError(f"{path}: {error}") from None
        if name not in known:
            raise CollectError(f"{path}: expected a case of {cohort.path}, came {name}")
        found[name] = path
    if not found:
        raise CollectError(f"{predictions}: expected masks such as <case>{FILE_ENDING}, came none")
    return found


def _describe_model(predictions: Path) -> dict[str, Any]:
    """Give the hashes of the model's files, and its dataset and plans by name."""
    model: dict[str, Any] = {}
    for name in MODEL_FILES:
        path = predictions / name
        if not path.is_file():
            continue
        try:
            content = json.loads(path.read_text("utf-8"))
        except ValueError as error:
            raise CollectError(f"{path}: expected JSON as nnU-Net writes it, {error}") from None
        if not isinstance(content, dict):
            raise CollectError(f"{path}: expected a JSON object, came {type(content).__name__}")
        model[name] = {"sha256": sha256(path)}
        for key in ("name", "release", "dataset_name", "plans_name"):
            if key in content:
                model[name][key] = content[key]
    return model


def _collect(
    scan: Scan, source: Path | None, folder: Path, model: Mapping[str, Any], synthetic: bool
) -> Scan:
    if source is None:
        return replace(scan, prediction_mask=None, probability_map=None)
    image, mask = read_image(scan.image), read_mask(source)
    check_same_grid(
        image.array.shape,
        image.affine,
        mask.array.shape,
        mask.affine,
        str(scan.image),
        str(source),
    )
    session = [scan.session_id] if scan.session_id else []
    target = folder.joinpath(scan.participant_id, *session, "anat", scan.name + MASK_SUFFIX)
    destination = target.with_name(target.name + FILE_ENDING)
    notice = "synthetic" if synthetic else ""
    write_nifti(destination, mask.array.astype("uint8"), image.affine, description=notice)
    sidecar = {
        "Type": "Lesion",
        "Description": "lesions that a model predicted, 1 in a lesion and 0 elsewhere",
        "Synthetic": synthetic,
        "SpatialReference": scan.image.name,
        "SourceFile": source.name,
        "SourceSHA256": sha256(source),
        "ImageSHA256": sha256(scan.image),
        "Model": dict(model),
    }
    with write_atomically(target.with_name(target.name + ".json")) as temporary:
        temporary.write_text(json.dumps(sidecar, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return replace(scan, prediction_mask=destination, probability_map=None)
