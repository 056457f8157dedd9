"""Redrawn delineations in the dataset: whose, where, and what changes.tsv says of it."""

import json

import numpy as np
import pytest

from lesions.formats import CHANGES
from lesions.nifti import read_mask, write_nifti
from lesions.tsv import read_table
from tests.training.conftest import AFFINE, FNL, FPL, TPL, filled

CL = "Leukocortical MS lesion"
SMALL = (slice(2, 3), slice(2, 4), slice(2, 4))
WIDE = (slice(2, 5), slice(2, 4), slice(2, 4))
NEXT_TO_TPL = (slice(2, 8), slice(2, 4), slice(2, 4))


@pytest.fixture
def build(study, run_training):
    """Write the study, run the command, and give its words, labels and changes."""

    def run(*options, code=0):
        study.write()
        out = study.folder / "nnUNet_raw"
        argv = ["dataset", study.review, "--scans", study.folder / "scans.tsv", "--out", out]
        found, words = run_training([*argv, "--id", "501", "--name", "Cortex", *options])
        assert found == code, words
        if code:
            return words
        folder = out / "Dataset501_Cortex"
        labels = read_mask(folder / "labelsTr" / "sub-01_acq-MP2RAGE.nii.gz").array
        changes = read_table(folder / "changes.tsv", CHANGES).set_index("roi_id")
        return words, labels, changes

    return run


def redraw(study, group, *masks, classes=(CL,)):
    """Let anna, ben … answer an ROI; None leaves the outline, () empties it."""
    roi = study.roi_id(group)
    for rater, mask in zip(("anna", "ben", "carla"), masks, strict=False):
        needs = "no" if mask is None else "yes"
        study.answer(rater, roi, *classes, needs_correction=needs)
        if mask is not None:
            study.redraw(rater, roi, *mask)


def test_a_redrawn_mask_replaces_the_component_of_the_reference(study, build):
    redraw(study, "FNL", [WIDE], [WIDE])
    words, labels, changes = build()
    np.testing.assert_array_equal(labels, filled(WIDE, TPL))
    row = changes.loc[study.roi_id("FNL")]
    assert "0 added, 0 removed, 1 redrawn, 7 kept" in words
    assert (row.change, row.n_voxels, row.n_voxels_after) == ("redrawn", 8, 12)
    assert (row.redrawn_by, row.fusion) == (("anna", "ben"), "majority")
    assert (row.n_disputed_voxels, row.mean_pair_dsc, row.contact) == (0, 1.0, "none")
    assert "majority of 2; redrawn by anna, ben" in row.why


def test_raters_who_disagree_keep_what_was_shown_where_they_do(study, build):
    redraw(study, "FNL", [SMALL], [WIDE])
    _, labels, changes = build()
    np.testing.assert_array_equal(labels, filled(FNL, TPL))
    row = changes.loc[study.roi_id("FNL")]
    assert (row.change, row.n_disputed_voxels) == ("kept", 8)
    assert row.mean_pair_dsc == pytest.approx(0.5)


def test_an_added_lesion_comes_as_it_was_redrawn(study, build):
    part = (slice(2, 3), slice(8, 10), slice(2, 4))
    redraw(study, "FPL_MS", [part], [part])
    _, labels, changes = build()
    np.testing.assert_array_equal(labels, filled(FNL, TPL, part))
    row = changes.loc[study.roi_id("FPL_MS")]
    assert (row.change, row.n_voxels_after) == ("added", 4)


def test_a_redrawn_fpl_that_stays_out_is_not_drawn(study, build):
    redraw(study, "FPL_MS", [FPL], [FPL], classes=("Vessel",))
    _, labels, changes = build()
    np.testing.assert_array_equal(labels, filled(FNL, TPL))
    row = changes.loc[study.roi_id("FPL_MS")]
    assert (row.change, row.n_voxels_after) == ("kept", 0)
    assert "delineation of anna, ben not used" in row.why


def test_a_tpl_shown_as_predicted_gives_way_to_the_redrawn_mask(study, build):
    """The prediction bridges both lesions of the reference; the raters redraw it as one."""
    bridge = (slice(3, 9), slice(2, 4), slice(2, 4))
    for rows in (study.rois, study.corrections):
        row = next(row for row in rows if study.roi_id("TPL") in row.values())
        row |= {"drawn_in": "prediction", "n_voxels": 24, "volume_mm3": 192.0}
    row |= {"drawn_by": "prediction"}
    write_nifti(study.review / row["mask"], filled(bridge), AFFINE)
    drawn = (slice(3, 8), slice(2, 4), slice(2, 3))
    redraw(study, "TPL", [drawn], [drawn])
    _, labels, changes = build()
    np.testing.assert_array_equal(labels, filled(drawn))
    row = changes.loc[study.roi_id("TPL")]
    assert (row.change, row.n_voxels_after) == ("redrawn", 10)


def test_a_removed_lesion_stays_removed_whoever_redrew_it(study, build):
    redraw(study, "FNL", [WIDE], [WIDE], classes=("Vessel",))
    _, labels, changes = build()
    np.testing.assert_array_equal(labels, filled(TPL))
    assert changes.loc[study.roi_id("FNL")].n_voxels_after == 0


def test_a_redrawn_lesion_that_meets_another_is_named(study, build):
    redraw(study, "FNL", [NEXT_TO_TPL], [NEXT_TO_TPL])
    _, labels, changes = build()
    np.testing.assert_array_equal(labels, filled(NEXT_TO_TPL, TPL))
    assert changes.loc[study.roi_id("FNL")].contact == "touches"


def test_an_emptied_mask_removes_a_component_only_where_it_is_asked_for(study, build):
    redraw(study, "FNL", [], [])
    _, labels, changes = build()
    np.testing.assert_array_equal(labels, filled(FNL, TPL))
    assert changes.loc[study.roi_id("FNL")].change == "kept"


def test_with_emptied_remove_it_does(study, build):
    redraw(study, "FNL", [], [])
    _, labels, changes = build("--emptied", "remove")
    np.testing.assert_array_equal(labels, filled(TPL))
    assert changes.loc[study.roi_id("FNL")].change == "removed"


def test_an_adjudicator_settles_what_raters_dispute(study, build):
    redraw(study, "FNL", [SMALL], [WIDE])
    _, labels, changes = build("--fusion", "adjudicator", "--adjudicator", "ben")
    np.testing.assert_array_equal(labels, filled(WIDE, TPL))
    row = changes.loc[study.roi_id("FNL")]
    assert row.fusion == "adjudicator"
    assert "adjudicated by ben" in row.why
    made = json.loads((study.folder / "nnUNet_raw/Dataset501_Cortex/provenance.json").read_text())
    assert made["fusion"] == {"method": "adjudicator", "adjudicator": "ben", "emptied": "keep"}


def test_staple_can_be_asked_for(study, build):
    redraw(study, "FNL", [WIDE], [WIDE], [SMALL])
    _, labels, changes = build("--fusion", "staple")
    assert changes.loc[study.roi_id("FNL")].fusion == "staple"
    np.testing.assert_array_equal(labels, filled(WIDE, TPL))


def test_a_hidden_repeat_has_no_vote(study, build):
    redraw(study, "FNL", [SMALL], None)
    study.redraw("ben", study.roi_id("FNL"), SMALL, repeat=1)
    _, labels, _ = build()
    np.testing.assert_array_equal(labels, filled(FNL, TPL))


@pytest.mark.parametrize(
    "options", [("--adjudicator", "ben"), ("--fusion", "adjudicator")], ids=["name", "method"]
)
def test_half_of_an_adjudication_is_refused(study, build, options):
    assert "belong together" in build(*options, code=1)


def test_an_unknown_adjudicator_is_refused_by_name(study, build):
    redraw(study, "FNL", [SMALL], [WIDE])
    words = build("--fusion", "adjudicator", "--adjudicator", "zoe", code=1)
    assert "expected an adjudicator of anna, ben, came zoe" in words
