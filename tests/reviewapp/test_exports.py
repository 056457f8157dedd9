"""answers.tsv and the folder of corrections."""

import json
import uuid
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest
from django.contrib.auth.models import User

from lesions.formats import ANSWERS, CORRECTIONS, ROIS
from lesions.nifti import read_image, read_mask
from lesions.tsv import read_table
from reviewapp import answers, studies
from reviewapp.corrections import export_corrections
from reviewapp.exports import BlindedError, export_answers
from reviewapp.models import Assignment, Study
from reviewapp.protocol import amend
from reviewapp.raters import add_rater, withdraw_rater
from reviewapp.reports import report_of
from reviewapp.stores.folder import path_of
from reviewapp.volumes import VolumeError
from tests.reviewapp.cohort import ANSWER, Sample, component_corners

pytestmark = pytest.mark.django_db

ODD = {
    "classes": ['Other: sulcus, "deep"', "Vessel"],
    "confidence": 1,
    "reasons": ["Small lesion size", "Other: motion"],
    "needs_correction": True,
    "comment": 'two\nlines,\ta tab and "quotes"',
}


def record(study: Study, rater: str, position: int, **change: Any) -> Assignment:
    assignment = Assignment.objects.get(
        membership__study=study, membership__user__username=rater, position=position
    )
    answers.record(assignment, {**ANSWER, **change}, uuid.uuid4())
    return assignment


@pytest.fixture
def answered(study: Study, people: dict[str, User]) -> Study:
    """Give an unblinded study with three answers, one of them changed."""
    record(study, "ben", 1)
    record(study, "anna", 1, **ODD)
    record(study, "anna", 2)
    record(study, "anna", 2, confidence=2, revises=1)
    studies.unblind(study, people["researcher"], "both have finished")
    return study


def test_the_exported_answers_are_those_that_were_given(answered: Study, tmp_path: Path) -> None:
    assert export_answers(answered, tmp_path / "answers.tsv") == 3
    frame = read_table(tmp_path / "answers.tsv", ANSWERS)
    odd = frame[frame.confidence == 1].iloc[0]
    roi = Assignment.objects.get(membership__user__username="anna", position=1).roi
    assert (odd.rater, odd.roi_id, odd.group) == ("anna", roi.lesion_id, roi.group)
    assert odd.classes == tuple(ODD["classes"])
    assert odd.reasons == tuple(ODD["reasons"])
    assert (odd.needs_correction, odd.comment) == ("yes", ODD["comment"])
    assert odd.volume_mm3 == 32.0
    assert sorted(frame.confidence) == [1, 2, 4]
    assert list(frame.reasons[frame.confidence == 2]) == [("None",)]


def test_all_revisions_can_be_exported(answered: Study, tmp_path: Path) -> None:
    assert export_answers(answered, tmp_path / "all.tsv", all_revisions=True) == 4
    frame = read_table(tmp_path / "all.tsv", ANSWERS)
    assert sorted(frame.revision) == [1, 1, 1, 2]


def test_the_same_study_gives_the_same_bytes(answered: Study, tmp_path: Path) -> None:
    for name in ("a", "b"):
        export_answers(answered, tmp_path / name / "answers.tsv")
        export_corrections(answered, tmp_path / name / "corrections")
    files = sorted(p.relative_to(tmp_path / "a") for p in (tmp_path / "a").rglob("*.*"))
    assert len(files) > 50
    for name in files:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_the_dictionary_says_where_the_answers_come_from(answered: Study, tmp_path: Path) -> None:
    export_answers(answered, tmp_path / "answers.tsv")
    dictionary = json.loads((tmp_path / "answers.json").read_text())
    made = dictionary["Provenance"]
    assert dictionary["Synthetic"] is True
    assert (made["study"], made["protocol_sha256"]) == ("cortex", answered.protocol_sha256)
    assert made["unblindings"][0]["reason"] == "both have finished"
    assert made["simulated_raters"] == []


def test_simulated_raters_are_named(answered: Study, tmp_path: Path) -> None:
    answered.memberships.filter(user__username="ben").update(simulated=True)
    export_answers(answered, tmp_path / "answers.tsv")
    made = json.loads((tmp_path / "answers.json").read_text())["Provenance"]
    assert made["simulated_raters"] == ["ben"]


def test_a_blinded_study_is_not_exported(study: Study, tmp_path: Path) -> None:
    record(study, "anna", 1)
    with pytest.raises(BlindedError, match="is blinded"):
        export_answers(study, tmp_path / "answers.tsv")
    with pytest.raises(BlindedError, match="is blinded"):
        export_corrections(study, tmp_path / "out")
    assert not list(tmp_path.glob("*.tsv"))
    assert not (tmp_path / "out").exists()


def test_the_sample_comes_back_as_it_was_given(
    answered: Study, sample: Sample, tmp_path: Path
) -> None:
    export_corrections(answered, tmp_path / "out")
    assert (tmp_path / "out" / "rois.tsv").read_bytes() == sample.rois.read_bytes()
    dictionary = json.loads((tmp_path / "out" / "rois.json").read_text("utf-8"))
    reviewed_in = dictionary["Provenance"].pop("ReviewedIn")
    assert reviewed_in["protocol_sha256"] == answered.protocol_sha256
    assert (reviewed_in["study"], reviewed_in["interim_looks"]) == (answered.name, [])
    assert dictionary == json.loads((sample.folder / "rois.json").read_text("utf-8"))
    assert list(read_table(tmp_path / "out" / "rois.tsv", ROIS).stratum.unique()) == [
        "FNL",
        "FPL_MS",
        "FPL_mimic",
    ]


def test_masks_come_back_to_the_voxel_on_the_scan_s_own_grid(
    answered: Study, sample: Sample, tmp_path: Path
) -> None:
    assert export_corrections(answered, tmp_path / "out") == 24
    for row in read_table(tmp_path / "out" / "corrections.tsv", CORRECTIONS).itertuples():
        mask = read_mask(tmp_path / "out" / str(row.mask))
        folder = sample.folder / str(row.participant_id)
        image = read_image(folder / f"{row.participant_id}_T1w.nii.gz")
        np.testing.assert_array_equal(mask.affine, image.affine)
        assert mask.array.shape == image.array.shape
        label = int(str(row.roi_id).rsplit("-", 1)[1])
        i, j, k = component_corners(str(row.drawn_in))[label - 1]
        expected = [(i, j, k), (i, j, k + 1), (i + 1, j, k), (i + 1, j, k + 1)]
        assert sorted(map(tuple, np.argwhere(mask.array))) == sorted(expected)
        source = nib.load(folder / f"{row.participant_id}_{row.drawn_in}.nii.gz")
        assert source.get_fdata()[mask.array].all()


def test_each_mask_says_who_drew_it_and_what_was_shown(answered: Study, tmp_path: Path) -> None:
    export_corrections(answered, tmp_path / "out")
    roi = answered.rois.get(row=0)
    name = f"sub-secret1/anat/{roi.scan.name}_label-lesion_desc-reference1_mask"
    assert (tmp_path / "out" / f"{name}.nii.gz").is_file()
    sidecar = json.loads((tmp_path / "out" / f"{name}.json").read_text())
    assert (sidecar["DrawnBy"], sidecar["OverlaySHA256"]) == ("reference", roi.mask_id)
    assert (sidecar["Synthetic"], sidecar["Study"]) == (True, "cortex")
    assert sidecar["ProtocolSHA256"] == answered.protocol_sha256


def test_an_existing_folder_is_refused(answered: Study, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(FileExistsError):
        export_corrections(answered, tmp_path / "out")


def test_a_damaged_volume_leaves_no_folder(answered: Study, tmp_path: Path) -> None:
    first, second = answered.rois.order_by("row")[:2]
    path_of(second.mask_id).write_bytes(path_of(first.mask_id).read_bytes())
    with pytest.raises(VolumeError, match="SHA-256"):
        export_corrections(answered, tmp_path / "out")
    assert not list(tmp_path.glob("*out*"))


def test_the_dictionary_tells_the_heads_of_the_chains(answered: Study, tmp_path: Path) -> None:
    export_answers(answered, tmp_path / "answers.tsv")
    made = json.loads((tmp_path / "answers.json").read_text())["Provenance"]
    newest = answered.revisions.order_by("place").last()
    assert newest is not None
    seal = answered.seals.exclude(cause="access").latest("place")
    assert made["records"] == {
        "n_revisions": 4,
        "head_sha256": newest.sha256,
        "n_seals": seal.place,
        "seal_sha256": seal.sha256,
    }


def test_an_export_tells_the_study_s_life(
    study: Study, people: dict[str, User], tmp_path: Path
) -> None:
    lead = people["researcher"]
    first = study.protocol_sha256
    record(study, "anna", 1)
    amend(study, lead, "the board asked", {"class_rule": "any_ms"})
    record(study, "anna", 2)
    studies.unblind(study, lead, "safety board", interim=True)
    withdraw_rater(study, lead, people["ben"], "moved away")
    add_rater(study, lead, people["stranger"])
    studies.unblind(study, lead, "both have finished")
    export_answers(study, tmp_path / "answers.tsv")
    frame = read_table(tmp_path / "answers.tsv", ANSWERS)
    made = frame.attrs["provenance"]
    versions = made["protocol_versions"]
    assert [v["protocol_sha256"] for v in versions] == [first, study.protocol_sha256]
    assert versions[1]["changes"] == {"class_rule": ["set", "any_ms"]}
    assert (versions[1]["by"], versions[1]["reason"]) == ("researcher", "the board asked")
    assert list(frame.sort_values("answered_at").protocol_sha256) == [first, study.protocol_sha256]
    assert [look["reason"] for look in made["interim_looks"]] == ["safety board"]
    assert [look["interim"] for look in made["unblindings"]] == [True, False]
    assert (made["withdrawn_raters"], made["added_raters"]) == (["ben"], ["stranger"])
    assert [step["step"] for step in made["steps"]][-2:] == ["closed", "unblinded"]
    assert (made["state"], made["interim"]) == ("unblinded", False)

    page = report_of(study).sections
    for told in ("safety board", "the board asked", "class_rule from set to any_ms", "stranger"):
        assert told in page
    assert "Interim looks." in page
    assert "Left before the end: ben" in page


def test_an_export_before_the_unblinding_is_marked_as_interim(
    study: Study, people: dict[str, User], tmp_path: Path
) -> None:
    record(study, "anna", 1)
    studies.close(study, people["researcher"], "holidays")
    studies.unblind(study, people["researcher"], "safety board", interim=True)
    export_answers(study, tmp_path / "answers.tsv", interim=True)
    made = read_table(tmp_path / "answers.tsv", ANSWERS).attrs["provenance"]
    assert (made["state"], made["interim"]) == ("closed", True)
