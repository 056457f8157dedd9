"""Write a finished patient, and the cohort around them, as a BIDS data set."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from lesions.atomic import write_atomically
from lesions.nifti import write_nifti
from lesions.scans import Scan
from phantom.case import Case, Patient
from phantom.lesion_types import LESION_TYPES, TRUTH_NAMES

BIDS_VERSION = "1.10.0"
NOTICE = "SYNTHETIC: made from a phantom, not from a patient."
#: What each derivative folder holds.
DERIVATIVES = {
    "truth": "Complete lesions, brain masks and white matter lesions of synthetic scans",
    "reference": "Imperfect reference annotation of the cortical lesions of synthetic scans",
    "prediction": "Model-like prediction of the cortical lesions of synthetic scans",
}
_WHITE = [t.index for t in LESION_TYPES.values() if t.family == "WML"]


def write_case(
    case: Case, root: Path, provenance: Mapping[str, Any], split: str | None = None
) -> Scan:
    """Write one patient's images and masks below `root`; give their row of the cohort."""
    patient = case.patient
    scanner = patient.scanner
    raw = f"{patient.participant_id}/anat/{patient.participant_id}_acq-{scanner.acquisition}"
    truth, reference, prediction = (
        root / "derivatives" / name / raw for name in ("truth", "reference", "prediction")
    )
    affine = case.grid.affine
    about = {"Synthetic": True, "Notice": NOTICE, **provenance}
    image = Path(f"{root / raw}_{scanner.suffix}.nii.gz")
    source = {"Sources": [f"bids::{image.relative_to(root).as_posix()}"]}
    volumes: dict[str, tuple[Path, Any, dict[str, Any]]] = {
        "image": (image, case.image, _image_fields(case)),
        "reference_mask": (
            Path(f"{reference}_label-lesion_desc-reference_mask.nii.gz"),
            case.annotation.mask,
            {**source, "Type": "Lesion", "Description": "Cortical lesions, some overlooked"},
        ),
        "prediction_mask": (
            Path(f"{prediction}_label-lesion_desc-prediction_mask.nii.gz"),
            case.prediction.mask,
            {**source, "Type": "Lesion", "Description": "Simulated model, probability above 0.5"},
        ),
        "probability_map": (
            Path(f"{prediction}_label-lesion_desc-prediction_probseg.nii.gz"),
            case.prediction.probability,
            {**source, "Description": "Simulated probability of a cortical lesion, 0 to 1"},
        ),
        "brain_mask": (
            Path(f"{truth}_label-brain_desc-truth_mask.nii.gz"),
            case.brain,
            {**source, "Type": "Brain"},
        ),
        "white_matter_lesion_mask": (
            Path(f"{truth}_label-WML_desc-truth_mask.nii.gz"),
            case.canvas.truth,
            {**source, "Type": "Lesion", "Description": "Every white matter lesion"},
        ),
        "lesion_type_map": (
            Path(f"{truth}_desc-truth_dseg.nii.gz"),
            case.canvas.truth,
            {**source, "Description": "Every lesion and perivascular space by its type"},
        ),
    }
    for name, (path, array, fields) in volumes.items():
        if name == "white_matter_lesion_mask":
            array = np.isin(array, _WHITE)
        write_nifti(path, array, affine, description="synthetic")
        write_json(_beside(path, ".json"), {**about, **fields})
    write_lookup(_beside(volumes["lesion_type_map"][0], ".tsv"))
    return _scan_row(patient, split, {name: path for name, (path, _, _) in volumes.items()})


def write_cohort_files(
    root: Path, patients: Iterable[Patient], provenance: Mapping[str, Any]
) -> None:
    """Write dataset_description.json (also of the derivatives), README and participants.tsv."""
    about = {"BIDSVersion": BIDS_VERSION, "Synthetic": True, "Notice": NOTICE, **provenance}
    generator = [{"Name": "phantom", "Description": "Scans with known lesions"}]
    title = "Synthetic scans with known lesions"
    write_json(root / "dataset_description.json", {"Name": title, "DatasetType": "raw", **about})
    for name, text in DERIVATIVES.items():
        fields = {"Name": text, "DatasetType": "derivative", "GeneratedBy": generator, **about}
        write_json(root / "derivatives" / name / "dataset_description.json", fields)
    write_text(root / "README", f"{title}\n\n{NOTICE}\nNo accuracy may be claimed from them.\n")
    rows = [f"{p.participant_id}\t{p.diagnosis}\t{p.scanner.site}\tyes\n" for p in patients]
    write_text(
        root / "participants.tsv", "".join(["participant_id\tdiagnosis\tsite\tsynthetic\n", *rows])
    )
    columns = {
        "diagnosis": {"Description": "simulated", "Levels": {"MS": "multiple sclerosis",
                      "mimic": "a condition that mimics MS"}},
        "site": {"Description": "simulated centre"},
        "synthetic": {"Description": "made from a phantom", "Levels": {"yes": "yes"}},
    }  # fmt: skip
    write_json(root / "participants.json", {"Synthetic": True, "Notice": NOTICE, **columns})


def write_lookup(path: Path) -> None:
    """Write the BIDS look-up table of lesion_type_map: `index` and `name`."""
    rows = [f"{index}\t{name}\n" for index, name in sorted(TRUTH_NAMES.items())]
    write_text(path, "".join(["index\tname\n", *rows]))


def write_json(path: Path, fields: Mapping[str, Any]) -> None:
    """Write a JSON file, whole or not at all."""
    write_text(path, json.dumps(fields, indent=2, ensure_ascii=False) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write a text file, whole or not at all."""
    with write_atomically(path) as temporary:
        temporary.write_text(text, "utf-8")


def _image_fields(case: Case) -> dict[str, Any]:
    scanner = case.patient.scanner
    return {
        "Modality": "MR",
        "MagneticFieldStrength": scanner.field_strength_t,
        "InstitutionName": scanner.site,
        "SkullStripped": True,
        **scanner.sidecar,
    }


def _scan_row(patient: Patient, split: str | None, paths: Mapping[str, Path]) -> Scan:
    scanner = patient.scanner
    return Scan(
        patient.participant_id,
        None,
        scanner.acquisition,
        patient.diagnosis,
        scanner.site,
        scanner.field_strength_t,
        split,
        **paths,
    )


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name.removesuffix(".nii.gz") + ending)
