"""What raters drew, in the exports: each rater's newest delineation, and how it came to be."""

import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from lesions.formats import ANSWERS, CORRECTIONS
from lesions.nifti import read_mask
from lesions.tsv import read_table
from reviewapp import answers, studies
from reviewapp.corrections import export_corrections, rater_tag
from reviewapp.models import Assignment, Correction, Roi, Study
from reviewapp.own_answers import current_answers, write_own_answers
from reviewapp.stores.folder import path_of
from reviewapp.volumes import VolumeError
from tests.reviewapp.cohort import ANSWER
from tests.reviewapp.drawing import Voxel, drawn, grown, shown_voxels

pytestmark = pytest.mark.django_db


def redraw(assignment: Assignment, voxels: set[Voxel] | None, *confirmed: str) -> None:
    """Answer as the next revision, with a delineation where voxels are given."""
    correction = None if voxels is None else drawn(assignment, voxels, *confirmed)
    answer = {**ANSWER, "needs_correction": True, "correction": correction}
    answers.record(assignment, {**answer, "revises": assignment.revisions.count()}, uuid.uuid4())


def showing(study: Study, roi: Roi, rater: str, repeat: int = 0) -> Assignment:
    return Assignment.objects.get(
        membership__study=study, membership__user__username=rater, roi=roi, repeat=repeat
    )


@pytest.fixture
def export(study: Study, people: dict[str, User], tmp_path: Path) -> Callable[[], Any]:
    """Give a function that unblinds and exports, and gives the rows that raters drew."""

    def run() -> Any:
        studies.unblind(study, people["researcher"], "both have finished")
        export_corrections(study, tmp_path / "out")
        table = read_table(tmp_path / "out" / "corrections.tsv", CORRECTIONS)
        return table[~table.drawn_by.isin(["reference", "prediction"])]

    return run


def test_each_rater_s_newest_delineation_is_exported(
    study: Study, export: Any, tmp_path: Path
) -> None:
    roi = study.rois.get(row=0)
    anna, ben = showing(study, roi, "anna"), showing(study, roi, "ben")
    redraw(anna, shown_voxels(roi) - {min(shown_voxels(roi))})
    redraw(anna, grown(roi))
    redraw(ben, set(), "empty")
    rows = export().set_index("drawn_by")
    assert rows.index.tolist() == ["anna", "ben"]
    assert rows.n_voxels.tolist() == [4, 0]
    assert rows.volume_mm3.tolist() == [32.0, 0.0]
    assert rows.revision.tolist() == [2, 1]
    found = read_mask(tmp_path / "out" / rows.loc["anna", "mask"]).array
    assert set(zip(*(axis.tolist() for axis in found.nonzero()), strict=True)) == grown(roi)
    assert read_mask(tmp_path / "out" / rows.loc["ben", "mask"]).array.sum() == 0


def test_the_sidecar_says_who_when_from_what_with_which_tools(
    study: Study, export: Any, tmp_path: Path
) -> None:
    roi = study.rois.get(row=0)
    anna = showing(study, roi, "anna")
    redraw(anna, set(), "empty")
    (row,) = export().to_dict("records")
    assert row["mask"] == (
        f"sub-secret1/anat/{roi.scan.name}_label-lesion_desc-reference1Byanna_mask.nii.gz"
    )
    path = tmp_path / "out" / row["mask"].replace(".nii.gz", ".json")
    told = json.loads(path.read_text())
    correction = Correction.objects.get()
    assert (told["DrawnBy"], told["Simulated"], told["Repeat"]) == ("anna", False, 0)
    assert told["DrawnAt"] == correction.revision.created_at.isoformat().replace("+00:00", "Z")
    assert (told["OverlaySHA256"], told["RedrawnSHA256"]) == (roi.mask_id, correction.mask_id)
    assert (told["Tools"], told["Confirmed"]) == (["brush", "eraser"], ["empty"])
    assert told["ProtocolSHA256"] == study.protocol_sha256


def test_a_delineation_that_was_taken_back_is_not_exported(study: Study, export: Any) -> None:
    anna = showing(study, study.rois.get(row=0), "anna")
    redraw(anna, grown(anna.roi))
    redraw(anna, None)
    assert export().empty


def test_a_hidden_repeat_is_exported_as_one(study: Study, export: Any) -> None:
    again = Assignment.objects.filter(membership__user__username="anna", repeat=1)[0]
    redraw(again, grown(again.roi))
    redraw(showing(study, again.roi, "anna"), grown(again.roi))
    rows = export()
    assert rows.repeat.tolist() == [0, 1]
    assert rows["mask"].str.contains("ByannaRep1_mask").tolist() == [False, True]


def test_the_volumes_are_in_the_answers(study: Study, export: Any, tmp_path: Path) -> None:
    roi = study.rois.get(row=0)
    redraw(showing(study, roi, "anna"), shown_voxels(roi) - {min(shown_voxels(roi))})
    redraw(showing(study, roi, "ben"), None)
    export()
    frame = read_table(tmp_path / "out" / "answers.tsv", ANSWERS).set_index("rater")
    assert frame.volume_mm3.tolist() == [32.0, 32.0]
    assert frame.loc["anna", "redrawn_volume_mm3"] == 24.0
    assert frame.redrawn_volume_mm3.isna().tolist() == [False, True]


def test_the_receipt_of_a_rater_tells_of_redrawn_outlines(study: Study) -> None:
    roi = study.rois.get(row=0)
    anna = showing(study, roi, "anna")
    redraw(anna, shown_voxels(roi) - {min(shown_voxels(roi))})
    own = write_own_answers(current_answers(study, anna.membership.user_id))
    header, row = own.tsv.decode().splitlines()
    told = dict(zip(header.split("\t"), row.split("\t"), strict=True))
    assert own.n_redrawn == 1
    assert told["redrawn_volume_mm3"] == "24"


def test_a_lost_delineation_leaves_no_folder(study: Study, export: Any, tmp_path: Path) -> None:
    anna = showing(study, study.rois.get(row=0), "anna")
    redraw(anna, grown(anna.roi))
    path_of(Correction.objects.get().mask_id).unlink()
    with pytest.raises(VolumeError):
        export()
    assert not list(tmp_path.glob("*out*"))


def test_raters_of_like_names_have_files_of_their_own() -> None:
    names = ["anna", "Anna", "an.na", "änna", "an na"]
    tags = [rater_tag(name) for name in names]
    assert tags[0] == "anna"
    assert len({tag.lower() for tag in tags}) == len(names)
    assert all(tag.isascii() and tag.isalnum() for tag in tags)


def test_a_rater_can_t_have_the_name_of_a_mask(sample: Any, people: dict[str, User]) -> None:
    crew = studies.People((User.objects.create_user("reference"),), people["researcher"])
    with pytest.raises(studies.StudyError, match="names a mask"):
        studies.create_study("x", sample.rois, sample.scans, crew)
