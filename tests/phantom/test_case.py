"""One patient: what is put in, what is drawn of it, and that the two hang together."""

import numpy as np
import pytest
from scipy import ndimage

from lesions.outcomes import match_lesions
from phantom.case import Case, Patient, make_brain, make_case
from phantom.lesion_types import LESION_TYPES, PERIVASCULAR_SPACE, TRUTH_NAMES
from phantom.places import CORTEX_BETWEEN
from phantom.scanners import SCANNERS
from tests.phantom.conftest import SEED


@pytest.fixture(scope="module")
def bare(fine_case) -> np.ndarray:
    """The tissue of `fine_case` before anything was put in."""
    return make_brain(fine_case.grid, fine_case.shape, fine_case.patient.scanner)[0].tissue


def home_of(case: Case, bare: np.ndarray, name: str) -> np.ndarray:
    """Give the tissue that the lesions of a type lay in, before it was darkened."""
    found = [lesion.growth for lesion in case.canvas.lesions if lesion.name == name]
    return np.concatenate([bare[growth.patch.box][growth.mask] for growth in found])


def test_every_array_lies_on_the_images_grid(ms_case):
    shapes = {
        a.shape
        for a in (
            ms_case.image,
            ms_case.tissue,
            ms_case.brain,
            ms_case.canvas.truth,
            ms_case.annotation.mask,
            ms_case.prediction.mask,
            ms_case.prediction.probability,
        )
    }
    assert shapes == {ms_case.grid.shape}
    assert np.allclose(np.diag(ms_case.grid.affine)[:3], 2.0)


def test_the_brain_lies_whole_within_the_field_of_view(fine_case):
    where = np.argwhere(fine_case.brain)
    assert where.min() > 0
    assert (where.max(0) < np.array(fine_case.grid.shape) - 1).all()
    assert 0.9e6 < fine_case.brain.sum() < 2.1e6


def test_the_image_is_empty_outside_the_brain_and_dark_in_fluid(fine_case):
    far = ~ndimage.binary_dilation(fine_case.brain, iterations=3)
    assert not fine_case.image[far].any()
    inside = ndimage.binary_erosion(fine_case.brain, iterations=3)
    levels = [
        np.median(fine_case.image[inside & (abs(fine_case.tissue - t) < 0.1)]) for t in (0, 1, 2)
    ]
    assert levels[0] < 0.35 * levels[1] < 0.35 * levels[2]


@pytest.mark.parametrize("name", ["intracortical", "subpial"])
def test_cortical_lesions_lie_mostly_in_cortex(fine_case, bare, name):
    home = home_of(fine_case, bare, name)
    low, high = CORTEX_BETWEEN
    assert ((home > low) & (home < high)).mean() >= 0.7


def test_leukocortical_lesions_span_cortex_and_white_matter(fine_case, bare):
    cortex = (home_of(fine_case, bare, "leukocortical") < CORTEX_BETWEEN[1]).mean()
    assert 0.25 <= cortex <= 0.75


@pytest.mark.parametrize("name", ["deep white matter", "juxtacortical", "periventricular"])
def test_white_matter_lesions_lie_in_white_matter(fine_case, bare, name):
    assert (home_of(fine_case, bare, name) >= CORTEX_BETWEEN[1]).mean() >= 0.8


def test_lesions_are_darker_than_what_was_there(fine_case, bare):
    for lesion in fine_case.canvas.lesions:
        mask, box = lesion.growth.mask, lesion.growth.patch.box
        assert (fine_case.tissue[box][mask] <= bare[box][mask]).all()
        assert bare[box][mask].mean() - fine_case.tissue[box][mask].mean() > 0.1, lesion.name


def test_nothing_but_the_lesions_surroundings_is_changed(fine_case, bare):
    changed = fine_case.tissue != bare
    strong = abs(fine_case.tissue - bare) > 0.5
    assert changed.any()
    near = ndimage.binary_dilation(fine_case.canvas.truth > 0, iterations=2)
    assert not (strong & ~near).any()


def test_a_mimic_has_no_cortical_lesion_and_an_empty_reference(mimic_case):
    assert {lesion.name for lesion in mimic_case.canvas.lesions} <= {
        "punctate",
        PERIVASCULAR_SPACE,
    }
    assert not mimic_case.annotation.mask.any()
    assert mimic_case.prediction.mask.any()


def test_everyone_has_perivascular_spaces(fine_case, mimic_case):
    for case in (fine_case, mimic_case):
        assert any(lesion.name == PERIVASCULAR_SPACE for lesion in case.canvas.lesions)


def test_the_truth_names_each_lesion_as_one_component_of_its_type(fine_case, cube):
    truth = fine_case.canvas.truth
    for index, name in TRUTH_NAMES.items():
        _, n = ndimage.label(truth == index, cube)
        assert n == sum(lesion.name == name for lesion in fine_case.canvas.lesions)
    _, n_all = ndimage.label(truth > 0, cube)
    assert n_all == len(fine_case.canvas.lesions)


def test_each_reference_component_lies_on_one_annotated_lesion(fine_case, cube):
    labels, n = ndimage.label(fine_case.annotation.mask, cube)
    touched = [
        np.unique(labels[lesion.growth.patch.box][lesion.growth.mask])
        for lesion in (fine_case.canvas.lesions[i] for i in fine_case.annotation.annotated)
    ]
    assert sorted(int(label) for found in touched for label in found if label) == [*range(1, n + 1)]


def test_the_reference_leaves_out_lesions_that_the_truth_holds(fine_case):
    overlooked = fine_case.annotation.overlooked
    assert overlooked
    for i in overlooked:
        lesion = fine_case.canvas.lesions[i]
        assert LESION_TYPES[lesion.name].family == "CL"
        assert not fine_case.annotation.mask[lesion.growth.patch.box][lesion.growth.mask].any()


def test_predictions_on_annotated_lesions_are_tpl_and_all_others_fpl(fine_case):
    prediction, annotation = fine_case.prediction, fine_case.annotation
    match = match_lesions(annotation.mask, prediction.mask, fine_case.grid.affine)
    n_tpl = len(set(prediction.found) & set(annotation.annotated))
    assert match.n_tpl == n_tpl
    assert match.n_fpl == len(prediction.found) - n_tpl + prediction.n_sulci
    assert match.n_fnl == len(annotation.annotated) - n_tpl


def test_false_positives_keep_a_voxel_away_from_the_reference(fine_case, cube):
    reference, prediction = fine_case.annotation.mask, fine_case.prediction.mask
    labels, n = ndimage.label(prediction, cube)
    near = ndimage.binary_dilation(reference, cube)
    for label in range(1, n + 1):
        component = labels == label
        if not (component & reference).any():
            assert not (component & near).any()


def test_the_prediction_is_the_probability_above_one_half(fine_case):
    probability = fine_case.prediction.probability
    assert probability.min() >= 0
    assert probability.max() <= 1
    assert (fine_case.prediction.mask == (probability > 0.5)).all()


def test_the_same_patient_and_seed_give_the_same_case(ms_case):
    again = make_case(ms_case.patient, SEED)
    assert (again.image == ms_case.image).all()
    assert (again.prediction.probability == ms_case.prediction.probability).all()


def test_another_seed_and_another_patient_give_another_brain(ms_case):
    for patient, seed in (
        (ms_case.patient, SEED + 1),
        (Patient(2, "MS", SCANNERS["MP2RAGE-3T"], 2.0), SEED),
    ):
        assert (make_case(patient, seed).image != ms_case.image).any()
