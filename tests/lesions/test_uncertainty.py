"""Structural uncertainty of scans and of lesions, from masks and from files."""

import json
from dataclasses import replace

import numpy as np
import pytest

from lesions.cohort_metrics import measure_cohort
from lesions.formats import LESIONS, METRICS
from lesions.lesion_table import build_lesion_table
from lesions.nifti import write_nifti
from lesions.outcomes import match_lesions
from lesions.sampling import sample_rois
from lesions.scans import ScansError, read_scans, write_scans
from lesions.tsv import read_table, write_table
from lesions.uncertainty import lesion_uncertainty, scan_uncertainty

SHAPE = (8, 8, 8)
AFFINE = np.diag([1.0, 1, 2, 1])


def mask(*voxels):
    """Give a mask of a few voxels along the first axis."""
    array = np.zeros(SHAPE, bool)
    for i in voxels:
        array[i, 3, 3] = True
    return array


def lsu(ensemble, members):
    return lesion_uncertainty([match_lesions(ensemble, m, AFFINE) for m in members]).tolist()


def test_identical_members_are_certain():
    ensemble = mask(1, 2, 5)
    assert scan_uncertainty(ensemble, [ensemble] * 5) == 0
    assert lsu(ensemble, [ensemble] * 5) == [0, 0]


def test_two_empty_masks_have_an_iou_of_one():
    empty = mask()
    assert scan_uncertainty(empty, [empty, empty]) == 0
    assert scan_uncertainty(empty, [empty, mask(1)]) == 0.5
    assert lsu(empty, [empty, mask(1)]) == []


def test_psu_is_one_less_the_mean_iou():
    ensemble = mask(1, 2, 3, 4)
    members = [mask(1, 2), mask(3, 4, 5, 6), mask(7)]
    assert scan_uncertainty(ensemble, members) == pytest.approx(1 - (2 / 4 + 2 / 6 + 0) / 3)


def test_lsu_takes_the_largest_touching_component_of_each_member():
    ensemble = mask(0, 1, 2, 3, 6)
    members = [mask(0, 2, 3), mask(5, 6)]
    first = 1 - (2 / 4 + 0) / 2  # {2, 3} and not {0}; the second member misses it
    second = 1 - (0 + 1 / 2) / 2
    assert lsu(ensemble, members) == pytest.approx([first, second])


@pytest.mark.parametrize("seed", range(4))
def test_both_equal_the_plain_definition(seed):
    from scipy.ndimage import label  # noqa: PLC0415

    rng = np.random.default_rng(seed)
    ensemble, *members = (rng.random(SHAPE) > 0.93 for _ in range(4))
    lesions, n_lesions = label(ensemble, np.ones((3, 3, 3)))
    expected = []
    for lesion in (lesions == n for n in range(1, n_lesions + 1)):
        best = []
        for member in members:
            parts, n_parts = label(member, np.ones((3, 3, 3)))
            ious = [
                (lesion & (parts == n)).sum() / (lesion | (parts == n)).sum()
                for n in range(1, n_parts + 1)
            ]
            best.append(max(ious, default=0))
        expected.append(1 - np.mean(best))
    assert sorted(lsu(ensemble, members)) == pytest.approx(sorted(expected))
    ious = [(ensemble & m).sum() / (ensemble | m).sum() for m in members]
    assert scan_uncertainty(ensemble, members) == pytest.approx(1 - np.mean(ious))


@pytest.fixture
def predicted(cohort_path):
    """Give the first scan of the cohort two members: its own mask, and an empty one."""
    cohort = read_scans(cohort_path)
    scan = cohort.scans[0]
    own = read_prediction(scan)
    names = ["sub-01_desc-fold0_mask.nii.gz", "sub-01_desc-fold1_mask.nii.gz"]
    for name, array in zip(names, (own, np.zeros_like(own)), strict=True):
        write_nifti(cohort_path.with_name(name), array, AFFINE)
    sidecar = cohort_path.with_name("sub-01_prediction.json")
    sidecar.write_text(json.dumps({"Members": names}))
    write_scans([replace(scan, probability_map=None), *cohort.scans[1:]], cohort_path)
    return cohort_path


def read_prediction(scan):
    from lesions.nifti import read_mask  # noqa: PLC0415

    return read_mask(scan.prediction_mask).array


def test_the_table_holds_lsu_of_predicted_lesions_and_psu_of_the_scan(predicted):
    table = build_lesion_table(read_scans(predicted))
    write_table(table, predicted.with_name("lesions.tsv"), LESIONS)
    table = read_table(predicted.with_name("lesions.tsv"), LESIONS)
    first = table[table["participant_id"] == "sub-01"]
    in_prediction = first["drawn_in"] == "prediction"
    assert first.loc[in_prediction, "uncertainty"].tolist() == [0.5, 0.5]
    assert first.loc[~in_prediction, "uncertainty"].isna().all()
    assert first["scan_uncertainty"].tolist() == [0.5] * len(first)
    other = table[table["participant_id"] == "sub-02"]
    assert other[["uncertainty", "scan_uncertainty"]].isna().all(axis=None)


def test_metrics_hold_the_psu_of_scans_without_a_lesion_too(predicted):
    table = measure_cohort(read_scans(predicted))
    assert table["scan_uncertainty"].tolist()[0] == 0.5
    assert np.isnan(table["scan_uncertainty"].tolist()[1])
    write_table(table, predicted.with_name("metrics.tsv"), METRICS)
    assert "scan_uncertainty" in read_table(predicted.with_name("metrics.tsv"), METRICS)


def test_the_probability_map_is_the_ensemble_where_there_is_one(predicted):
    cohort = read_scans(predicted)
    probability = np.full(SHAPE, 0.5, np.float32)
    write_nifti(predicted.with_name("p.nii.gz"), probability, AFFINE)
    scan = replace(cohort.scans[0], probability_map=predicted.with_name("p.nii.gz"))
    write_scans([scan, *cohort.scans[1:]], predicted)
    # At .5 nothing is above it: the empty member agrees, the other shares nothing.
    assert measure_cohort(read_scans(predicted))["scan_uncertainty"].tolist()[0] == 0.5


def test_a_member_that_is_not_there_is_refused(predicted):
    predicted.with_name("sub-01_desc-fold1_mask.nii.gz").unlink()
    with pytest.raises(ScansError, match=r"row 2 .*expected sub-01_desc-fold1_mask.nii.gz beside"):
        build_lesion_table(read_scans(predicted))


def test_a_sidecar_leads_to_no_other_folder(predicted):
    predicted.with_name("sub-01_prediction.json").write_text('{"Members": ["../x.nii.gz"]}')
    with pytest.raises(ScansError, match="expected Members to be names of files beside it"):
        build_lesion_table(read_scans(predicted))


def test_a_member_on_another_grid_is_refused(predicted):
    write_nifti(predicted.with_name("sub-01_desc-fold1_mask.nii.gz"), mask(1), np.eye(4))
    with pytest.raises(ScansError, match="must lie on the grid"):
        build_lesion_table(read_scans(predicted))


def test_a_sample_of_such_a_table_is_drawn_as_before(lesion_pools):
    table = lesion_pools(FPL_MS=(9, 3, 1), FNL=(9, 3, 1), TPL=(9, 3, 1))
    plain = sample_rois(table, 3, 1).rois
    more = sample_rois(table.assign(scan_uncertainty=0.5), 3, 1).rois
    assert plain.equals(more)
