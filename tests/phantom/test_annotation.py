"""The hands that draw: the annotators' and the model's."""

import numpy as np
import pytest
from scipy import ndimage

from phantom.annotation import annotate, draw_by_hand, visibility
from phantom.growth import Growth, grow
from phantom.lesion_types import LESION_TYPES
from phantom.population import Lesion
from phantom.prediction import THRESHOLD, outline


@pytest.fixture
def growths(rng) -> list[Growth]:
    """Thirty lesions of all sizes in plain white matter."""
    tissue = np.full((40, 40, 40), 2.0, np.float32)
    kind = LESION_TYPES["leukocortical"]
    return [grow(tissue, (20, 20, 20), 1.0, kind, volume, rng) for volume in range(2, 62, 2)]


def roughness(mask: np.ndarray) -> float:
    """Give surface faces for the volume of a mask, against those of a cube."""
    padded = np.pad(mask, 1)
    faces = sum(np.abs(np.diff(padded.astype(int), axis=a)).sum() for a in range(3))
    return float(faces / (6 * mask.sum() ** (2 / 3)))


def test_outlines_are_one_component_at_most_a_voxel_too_wide(growths, rng, cube):
    for growth in growths:
        wide = ndimage.binary_dilation(growth.mask, cube)
        for mask in (draw_by_hand(growth, rng), outline(growth, rng) > THRESHOLD):
            assert ndimage.label(mask, cube)[1] == 1
            assert mask[growth.patch.seed]
            assert not (mask & ~wide).any()


def test_the_hand_is_more_ragged_than_the_model(growths, rng):
    large = growths[15:]
    hand = np.mean([roughness(draw_by_hand(g, rng)) for g in large])
    model = np.mean([roughness(outline(g, rng) > THRESHOLD) for g in large])
    assert hand > model


def test_larger_and_darker_lesions_are_more_visible(growths):
    small, large = (Lesion("leukocortical", growths[0], v, 1.0) for v in (10.0, 80.0))
    faint = Lesion("leukocortical", growths[0], 80.0, 0.3)
    assert visibility(large) > visibility(small)
    assert visibility(large) > visibility(faint)


def test_no_lesions_give_an_empty_reference(rng):
    annotation = annotate([], (5, 5, 5), rng)
    assert annotation.mask.shape == (5, 5, 5)
    assert not annotation.mask.any()
    assert annotation.annotated == annotation.overlooked == ()


def test_white_matter_lesions_alone_are_not_annotated(growths, rng):
    lesions = [Lesion("juxtacortical", growth, 30.0, 1.0) for growth in growths]
    assert not annotate(lesions, (40, 40, 40), rng).mask.any()
