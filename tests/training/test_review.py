"""Reading what export_corrections wrote."""

import numpy as np
import pytest

from lesions.geometry import GridError
from lesions.nifti import write_nifti
from lesions.questionnaire import QuestionnaireError, paper_questionnaire
from tests.training.conftest import AFFINE, FPL, SHAPE, filled
from training.review import ReviewError, read_review, read_roi_voxels


def roi_of(review, roi_id):
    return next(roi for roi in review.rois if roi.roi_id == roi_id)


def test_the_newest_revision_of_the_first_showing_counts(study):
    roi = study.roi_id("FPL_MS")
    study.answer("anna", roi, "Vessel", revision=2)
    study.answer("anna", roi, "Unknown", revision=1)
    study.answer("anna", roi, "Vascular lesion", repeat=1, revision=9)
    study.write()
    review = read_review(study.review)
    assert roi_of(review, roi).classes == {"anna": ("Vessel",)}
    assert review.raters == ("anna",)


def test_a_review_without_answers_has_rois_and_no_raters(study):
    study.write()
    review = read_review(study.review)
    assert (len(review.rois), review.raters) == (8, ())


def test_a_rater_of_the_protocol_who_never_answered_is_a_rater(study):
    study.answer("anna", study.roi_id("FNL"), "Vessel")
    study.provenance = {"study": "Pilot", "protocol": {"raters": ["ben", "anna"]}}
    study.write()
    review = read_review(study.review)
    assert review.raters == ("anna", "ben")
    assert review.study == {"study": "Pilot"}


def test_the_questionnaire_is_that_of_the_protocol(study):
    own = paper_questionnaire().as_dict() | {"version": "7"}
    study.provenance = {"protocol": {"questionnaire": own}}
    study.write()
    assert read_review(study.review).questionnaire.version == "7"


def test_a_broken_questionnaire_of_the_protocol_is_refused(study):
    study.provenance = {"protocol": {"questionnaire": {"version": "7"}}}
    study.write()
    with pytest.raises(QuestionnaireError, match=r"answers.json: a part is missing"):
        read_review(study.review)


def test_an_answer_about_an_unknown_roi_is_refused_with_its_row(study):
    study.answer("anna", study.roi_id("TPL"), "Vessel")
    study.answer("anna", study.roi_id("FNL"), "Vessel", roi_id="sub-99_FNL")
    study.write()
    with pytest.raises(ReviewError, match=r"answers.tsv row 3: ROI sub-99_FNL is not in rois.tsv"):
        read_review(study.review)


def test_an_answer_with_another_group_is_refused(study):
    study.answer("anna", study.roi_id("FNL"), "Vessel", group="TPL")
    study.write()
    with pytest.raises(ReviewError, match=r"row 2: expected group FNL .* came TPL"):
        read_review(study.review)


def test_a_correction_of_an_unknown_roi_is_refused(study):
    study.corrections[0]["roi_id"] = "sub-99_FNL"
    study.write()
    with pytest.raises(ReviewError, match=r"corrections.tsv row 2: ROI sub-99_FNL"):
        read_review(study.review)


def test_a_delineation_is_read_as_the_raters_saw_it(study):
    study.write()
    roi = roi_of(read_review(study.review), study.roi_id("FPL_MS"))
    np.testing.assert_array_equal(read_roi_voxels(roi, SHAPE, AFFINE), filled(FPL))


def test_a_delineation_on_another_grid_is_refused_by_name(study):
    study.write()
    roi = roi_of(read_review(study.review), study.roi_id("FPL_MS"))
    shifted = AFFINE.copy()
    shifted[0, 3] = -50
    write_nifti(roi.masks["prediction"][0], filled(FPL), shifted)
    with pytest.raises(GridError, match=r"FPL_MS_prediction"):
        read_roi_voxels(roi, SHAPE, AFFINE)


def test_a_delineation_with_other_voxels_than_its_row_says_is_refused(study):
    study.write()
    roi = roi_of(read_review(study.review), study.roi_id("FPL_MS"))
    write_nifti(roi.masks["prediction"][0], filled((slice(0, 1),) * 3), AFFINE)
    with pytest.raises(ReviewError, match=r"expected 8 voxels .* came 1"):
        read_roi_voxels(roi, SHAPE, AFFINE)


def test_a_missing_delineation_is_refused_by_name(study):
    study.corrections = study.corrections[1:]
    study.write()
    roi = roi_of(read_review(study.review), study.roi_id("FNL"))
    with pytest.raises(
        ReviewError, match=r"expected a row of .*_FNL drawn by reference, came none"
    ):
        read_roi_voxels(roi, SHAPE, AFFINE)
