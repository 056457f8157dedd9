"""The demo's model: small, and what the repository keeps of it is its own output."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inference.__main__ import main
from lesions.columns import OUTCOMES
from lesions.lesion_table import scan_lesions
from lesions.model_folder import read_model
from lesions.nifti import read_image, read_mask
from lesions.outcomes import match_lesions
from lesions.scans import Scan, write_scans
from phantom.bids import write_case
from phantom.case import make_case
from phantom.cohort import list_patients
from phantom.demo import CASES, MIMICS, MODEL, PREDICTIONS, SEED, Predicted
from phantom.lesion_types import LESION_TYPES
from scripts.demo_model import NOTES
from training.model_card import describe

#: One patient with MS, whose scan holds lesions of every kind, and one with a mimic; numbers as in
#: the demo.
NUMBERS = (3, 8)
#: Folder, file, and the smallest overlap of a lesion with itself on another processor.
MOST_BYTES, LEAST_IOU = 10_000_000, 0.95


def test_the_model_is_small_and_its_card_says_what_it_is_and_is_not() -> None:
    model = read_model(MODEL)
    assert len(model.folds) >= 2
    assert model.synthetic
    assert sum(path.stat().st_size for path in MODEL.iterdir()) <= MOST_BYTES
    assert 200_000 <= model.folds[0].n_parameters <= 2_000_000
    card = (MODEL / "README.md").read_text("utf-8")
    for part in ("synthetic phantoms only", "What it is not", "make demo-model", "| minutes |"):
        assert part in card
    for fold in model.about["folds"]:
        assert fold["run"]["minutes"] > 0
        assert f"--fold {fold['fold']} --seed {fold['run']['config']['seed']} " in card
    assert card == describe(model, NOTES)


def test_every_patient_of_the_demo_has_a_prediction_of_that_model() -> None:
    model = read_model(MODEL)
    patients = list_patients(CASES, MIMICS)
    assert {path.name for path in PREDICTIONS.glob("sub-*")} == {p.participant_id for p in patients}
    for path in sorted(PREDICTIONS.rglob("*_desc-prediction_mask.nii.gz")):
        found = Predicted(path, path)
        assert found.about["Model"]["SHA256"] == model.sha256
        assert found.about["Synthetic"]
        assert found.about["Seconds"] <= 30


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> list[Scan]:
    """Make some of the demo's patients, as yet without a prediction."""
    cohort = tmp_path_factory.mktemp("cohort")
    patients = list_patients(CASES, MIMICS)
    return [
        replace(
            write_case(make_case(patients[n - 1], SEED), cohort, {}),
            prediction_mask=None,
            probability_map=None,
        )
        for n in NUMBERS
    ]


@pytest.mark.slow
def test_the_kept_predictions_hold_lesions_of_every_kind(scans: list[Scan]) -> None:
    kept = [(scan, Predicted.of(scan, PREDICTIONS)) for scan in scans]
    kinds = {
        (scan.diagnosis, row["outcome"], row["lesion_type"])
        for scan, found in kept
        for row in scan_lesions(
            replace(scan, prediction_mask=found.mask, probability_map=found.probability)
        )
    }
    cortical = {name for name, kind in LESION_TYPES.items() if kind.family == "CL"}
    white = {name for name, kind in LESION_TYPES.items() if kind.family == "WML"}
    of_ms = {outcome: {t for d, o, t in kinds if (d, o) == ("MS", outcome)} for outcome in OUTCOMES}
    assert cortical <= of_ms["TPL"] | of_ms["FNL"]
    assert of_ms["TPL"] & cortical
    assert of_ms["FNL"] & cortical
    assert of_ms["FPL"] & cortical  # a true lesion that the annotators overlooked
    assert of_ms["FPL"] & white  # a lesion of another kind
    assert None in of_ms["FPL"]  # nothing at all
    assert {outcome for d, outcome, _ in kinds if d == "mimic"} == {"FPL"}
    assert ("mimic", "FPL", "punctate") in kinds


@pytest.mark.slow
def test_predict_gives_the_lesions_that_are_kept(scans: list[Scan], tmp_path: Path) -> None:
    table = write_scans(scans, tmp_path / "scans.tsv", synthetic=True)
    out = tmp_path / "out"
    options = ["--out", str(out), "--no-mirrors", "--device", "cpu"]
    assert main(["predict", str(MODEL), str(table), *options]) == 0
    n_lesions = 0
    for scan in scans:
        kept, new = Predicted.of(scan, PREDICTIONS), Predicted.of(scan, out)
        mask, again = read_mask(kept.mask), read_mask(new.mask)
        match = match_lesions(mask.array, again.array, mask.affine)
        n_lesions += match.n_reference
        assert match.n_reference == match.n_prediction == len(match.overlaps)
        own, other, shared = match.overlaps.T
        either = match.reference.n_voxels[own - 1] + match.prediction.n_voxels[other - 1] - shared
        assert (shared / either >= LEAST_IOU).all()
        probability, same = (read_image(one.probability).array for one in (kept, new))
        assert np.abs(probability - same).max() < 0.02
    assert n_lesions > 5
