"""From a drawing on the page's crop to the labels of the next model, without a browser."""

import uuid
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest
from django.contrib.auth.models import User

from reviewapp import answers, studies
from reviewapp.corrections import export_corrections
from reviewapp.models import Assignment, Study
from tests.reviewapp.cohort import AFFINES, ANSWER, Sample, build_sample, mask_array
from tests.reviewapp.conftest import _private_data as _data  # noqa: F401
from tests.reviewapp.conftest import people, study  # noqa: F401
from tests.reviewapp.drawing import drawn, shown_voxels
from training.__main__ import main

pytestmark = pytest.mark.django_db


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    """Give scans whose first axis runs to the left: a dataset takes those of one way only."""
    turned = [affine @ np.diag([-np.sign(affine[0, 0]), 1, 1, 1]) for affine in AFFINES]
    return build_sample(tmp_path / "cohort", affines=turned)


def test_what_both_raters_redrew_is_in_the_labels_and_nothing_else_changed(
    study: Study,  # noqa: F811
    sample: Sample,
    people: dict[str, User],  # noqa: F811
    tmp_path: Path,
    capsys: Any,
) -> None:
    rois = list(study.rois.filter(drawn_in="reference", label=2).select_related("scan"))
    after = {roi: _wider(shown_voxels(roi)) for roi in rois}
    for roi in rois:
        for assignment in Assignment.objects.filter(roi=roi, repeat=0):
            correction = drawn(assignment, after[roi])
            answer = {**ANSWER, "needs_correction": True, "correction": correction}
            answers.record(assignment, answer, uuid.uuid4())
    studies.unblind(study, people["researcher"], "both have finished")
    export_corrections(study, tmp_path / "out")
    argv = [tmp_path / "out", "--scans", sample.scans, "--out", tmp_path / "raw"]
    options = ["--id", "7", "--name", "Cortex"]
    assert main(["dataset", *map(str, argv), *options]) == 0
    assert "3 redrawn" in capsys.readouterr().out
    for roi in rois:
        case = f"{roi.scan.participant_id}_acq-MP2RAGE.nii.gz"
        labels = np.asarray(nib.load(tmp_path / "raw/Dataset007_Cortex/labelsTr" / case).dataobj)
        expected = mask_array("reference")
        for voxel in shown_voxels(roi):
            expected[voxel] = False
        for voxel in after[roi]:
            expected[voxel] = True
        np.testing.assert_array_equal(labels > 0, expected)


def _wider(voxels: set[tuple[int, int, int]]) -> set[tuple[int, int, int]]:
    gone = min(voxels)
    return {(i, j + step, k) for i, j, k in voxels for step in (0, 1)} - {gone}
