"""A BIDS dataset with derivatives becomes a cohort, or is refused by file."""

import json
from pathlib import Path

import pytest

from lesions.__main__ import main
from lesions.bids import BidsError, parse_name
from lesions.scans import read_scans


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """Two participants; sub-01 with two sessions; an annotator's and a model's derivatives."""
    root = tmp_path / "data"
    for prefix in ("sub-01/ses-1", "sub-01/ses-2", "sub-02/ses-1"):
        name = prefix.replace("/", "_") + "_acq-MP2RAGE"
        write(root / prefix / "anat" / f"{name}_UNIT1.nii.gz")
        for folder, desc in (("annotators", "consensus"), ("model", "nnunet")):
            path = root / "derivatives" / folder / prefix / "anat"
            write(path / f"{name}_label-lesion_desc-{desc}_mask.nii.gz")
    (root / "participants.tsv").write_text(
        "participant_id\tdiagnosis\tsite\nsub-01\tMS\tD\nsub-02\tNMOSD\tn/a\n"
    )
    (root / "acq-MP2RAGE_UNIT1.json").write_text('{"MagneticFieldStrength": 3}')
    return root


def write(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")


def scans(dataset: Path, *options: str) -> list[str]:
    out = str(dataset.parent / "scans.tsv")
    return ["scans", str(dataset), "--out", out, "--mimic", "NMOSD", *options]


def test_a_dataset_becomes_a_cohort(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(scans(dataset, "--reference", "annotators", "--prediction", "model")) == 0
    cohort = read_scans(dataset.parent / "scans.tsv")
    assert [scan.name for scan in cohort.scans] == [
        "sub-01_ses-1_acq-MP2RAGE",
        "sub-01_ses-2_acq-MP2RAGE",
        "sub-02_ses-1_acq-MP2RAGE",
    ]
    second, mimic = cohort.scans[1:]
    assert "ses-2_acq-MP2RAGE_label-lesion_desc-consensus" in str(second.reference_mask)
    assert "desc-nnunet" in str(second.prediction_mask)
    assert (mimic.diagnosis, mimic.site, mimic.field_strength_t) == ("mimic", None, 3)
    assert "reference_mask: 3 of 3" in capsys.readouterr().out


def test_a_derivative_that_is_not_there_is_missing(
    dataset: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    next(dataset.glob("derivatives/model/sub-02/**/*.nii.gz")).unlink()
    assert main(scans(dataset, "--prediction", "model")) == 0
    assert read_scans(dataset.parent / "scans.tsv").scans[2].prediction_mask is None
    assert "prediction_mask: 2 of 3" in capsys.readouterr().out


def test_a_sidecar_of_the_image_wins_over_one_of_the_dataset(dataset: Path) -> None:
    image = next(dataset.glob("sub-02/**/*_UNIT1.nii.gz"))
    sidecar = image.with_name(image.name.replace(".nii.gz", ".json"))
    sidecar.write_text('{"MagneticFieldStrength": 7}')
    assert main(scans(dataset)) == 0
    strengths = [scan.field_strength_t for scan in read_scans(dataset.parent / "scans.tsv").scans]
    assert strengths == [3, 3, 7]


def test_a_synthetic_dataset_gives_a_synthetic_cohort(dataset: Path) -> None:
    (dataset / "dataset_description.json").write_text(json.dumps({"Synthetic": True}))
    assert main(scans(dataset)) == 0
    assert read_scans(dataset.parent / "scans.tsv").synthetic


def test_a_pattern_chooses_among_several_files(dataset: Path) -> None:
    for path in list(dataset.glob("derivatives/model/**/*_mask.nii.gz")):
        write(path.with_name(path.name.replace("nnunet", "other")))
    assert main(scans(dataset, "--prediction", "model:*desc-nnunet_mask.nii.gz")) == 0
    found = read_scans(dataset.parent / "scans.tsv").scans[0].prediction_mask
    assert "desc-nnunet" in str(found)


@pytest.mark.parametrize(
    ("spoil", "options", "words"),
    [
        ("none", ["--prediction", "modle"], "derivatives/modle or modle, came neither"),
        ("two masks", ["--prediction", "model"], "choose with model:PATTERN"),
        ("two images", [], "expected one image, came"),
        ("no images", ["--images", "*_FLAIR.nii*"], "expected images named *_FLAIR.nii*"),
        ("no participant", [], "participants.tsv: no row sub-02"),
        ("no table", [], "participants.tsv: expected a table"),
        ("no column", ["--diagnosis-column", "group"], 'no column "group"'),
        ("healthy", [], 'row 3: diagnosis must be one of MS, mimic, NMOSD, not "HC"'),
        ("bad strength", [], "MagneticFieldStrength must be a number above 0, not '3T'"),
        ("bad sidecar", [], "UNIT1.json: expected JSON"),
    ],
)
def test_an_unclear_dataset_is_refused(
    dataset: Path, capsys: pytest.CaptureFixture[str], spoil: str, options: list[str], words: str
) -> None:
    people = dataset / "participants.tsv"
    sidecar = dataset / "acq-MP2RAGE_UNIT1.json"
    if spoil == "two masks":
        path = next(dataset.glob("derivatives/model/sub-01/**/*_mask.nii.gz"))
        write(path.with_name(path.name.replace("nnunet", "other")))
    elif spoil == "two images":
        path = next(dataset.glob("sub-01/**/*_UNIT1.nii.gz"))
        write(path.with_name(path.name.replace("UNIT1", "T1w")))
    elif spoil == "no participant":
        people.write_text("participant_id\tdiagnosis\nsub-01\tMS\n")
    elif spoil == "no table":
        people.unlink()
    elif spoil == "healthy":
        people.write_text(people.read_text().replace("NMOSD", "HC"))
    elif spoil == "bad strength":
        sidecar.write_text('{"MagneticFieldStrength": "3T"}')
    elif spoil == "bad sidecar":
        sidecar.write_text("{")
    assert main(scans(dataset, *options)) == 1
    line = capsys.readouterr().err
    assert line.startswith("error: ")
    assert line.count("\n") == 1
    assert words in line
    assert not (dataset.parent / "scans.tsv").exists()


def test_a_name_that_is_not_bids_is_refused() -> None:
    with pytest.raises(BidsError, match="expected a BIDS name"):
        parse_name(Path("brain_T1w.nii.gz"))
