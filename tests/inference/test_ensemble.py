"""What the ensemble predicts is what nnU-Net itself predicts with the same weights."""

import numpy as np
import pytest

from inference.cases import read_case
from inference.ensemble import FLOOR, predict_case
from inference.networks import load_ensemble
from lesions.model_weights import ModelError
from tests.inference.conftest import oblique_affine
from tests.inference.models import (
    SOFTMAX,
    as_volume,
    bytes_of,
    dice,
    load,
    make_model,
    make_scan,
    make_sure,
    predict_with_nnunet,
    teach,
)

#: Between our mask and nnU-Net's, which sums halves where we sum singles.
LEAST_DICE = 0.999
SHAPE = (34, 39, 30)
PATCH = [16, 20, 24]
INNER = (slice(5, -5),) * 3
#: Of a probability in a file: half of the last bit of a float16 below 1, and the floor.
ROUNDING = 2.0**-12 + FLOOR


@pytest.fixture(scope="module")
def predict(tmp_path_factory):
    """Predict one scan with a model that was taught; give ours, and nnU-Net's mask and map."""

    def run(affine, mirror=True, average="logits", **settings):
        folder = tmp_path_factory.mktemp("lab")
        ensemble = teach(load(make_model(folder / "model", **{"patch_size": PATCH} | settings)))
        scan = make_scan(folder / "sub-01_T1w.nii.gz", SHAPE, affine)
        prediction = predict_case(
            read_case(scan, ensemble), ensemble, mirror=mirror, average=average
        )
        return prediction, *predict_with_nnunet(ensemble, scan, mirror=mirror)

    return run


@pytest.fixture(scope="module")
def plain(predict):
    """Two folds, no mirrors, the scan on the model's own grid."""
    return predict(np.eye(4), mirror=False)


def full(sparse):
    flat = np.zeros(int(np.prod(SHAPE)), np.float32)
    flat[sparse.index] = sparse.value
    return flat.reshape(SHAPE, order="F")


def agrees(ours, mask):
    assert mask.sum() > 1_000
    score = dice(as_volume(ours.mask, SHAPE), mask)
    assert score >= LEAST_DICE


def test_the_mask_is_that_of_nnunet(plain):
    agrees(*plain[:2])


def test_it_is_so_with_mirrors(predict):
    agrees(*predict(np.eye(4))[:2])


def test_it_is_so_on_another_grid_than_the_models(predict):
    agrees(*predict(oblique_affine(), mirror=False, spacing=[1.5, 0.8, 1.1])[:2])


def test_it_is_so_with_two_heads_and_turned_axes(predict):
    turned = {"transpose_forward": [1, 2, 0], "transpose_backward": [2, 0, 1]}
    agrees(*predict(oblique_affine(), mirror=False, lesion=SOFTMAX, plans=turned)[:2])


def test_one_fold_has_the_probabilities_of_nnunet(predict):
    ours, mask, probability = predict(np.eye(4), mirror=False, folds=("0",))
    agrees(ours, mask)
    # nnU-Net sums halves: it loses a part in a thousand of a logit of ten, which is .0025 at .5,
    # and more on the rim of the volume, where the weights are the smallest halves.
    found, expected = full(ours.probability)[INNER], probability[INNER]
    np.testing.assert_allclose(found, expected, atol=ROUNDING + 0.0025)


def test_the_map_is_the_mean_of_probabilities_and_not_of_logits(plain):
    ours, _, probability = plain
    mean = np.mean([full(member.probability) for member in ours.members], axis=0)
    np.testing.assert_allclose(full(ours.probability), mean, atol=2 * ROUNDING)
    assert np.abs(mean - probability).max() > 0.05  # the sigmoid of the mean logit is another


def test_the_mask_can_be_made_of_the_mean_probability(predict):
    ours, _, _ = predict(np.eye(4), mirror=False, average="probabilities")
    np.testing.assert_array_equal(as_volume(ours.mask, SHAPE), full(ours.probability) > 0.5)


def test_a_members_mask_is_where_its_probability_is_above_a_half(plain):
    ours, _, _ = plain
    for member in ours.members:
        np.testing.assert_array_equal(as_volume(member.mask, SHAPE), full(member.probability) > 0.5)


def test_bfloat16_changes_a_few_voxels_at_most(tmp_path):
    exact = teach(load(make_model(tmp_path / "model", patch_size=PATCH)))
    rough = load_ensemble(exact.model, exact.device, bfloat16=True)
    for network, known in zip(rough.networks, exact.networks, strict=True):
        network.load_state_dict(known.state_dict())
    scan = make_scan(tmp_path / "sub-01_T1w.nii.gz", SHAPE, np.eye(4))
    found = [predict_case(read_case(scan, e), e, mirror=False) for e in (exact, rough)]
    assert dice(*(as_volume(prediction.mask, SHAPE) for prediction in found)) > 0.97
    maps = [full(prediction.probability) for prediction in found]
    assert 1e-3 < np.abs(maps[0] - maps[1]).max() < 0.3


def test_several_classes_are_refused(tmp_path):
    folder = make_model(tmp_path / "model", labels={"background": 0, "white": 1, "cortical": 2})
    with pytest.raises(ModelError, match=r"expected one class beside the background, .*came 2"):
        load(folder)


def test_weights_of_another_network_are_refused(tmp_path):
    folder = make_model(tmp_path / "model", lesion=1, n_heads=1)
    with pytest.raises(ModelError, match=r"fold_0.safetensors: expected the weights of its plans"):
        load(folder)


def test_of_a_model_that_is_sure_little_more_than_the_lesions_is_kept(tmp_path):
    unsure = teach(load(make_model(tmp_path / "model", patch_size=PATCH)))
    scan = make_scan(tmp_path / "sub-01_T1w.nii.gz", SHAPE, np.eye(4))
    case = read_case(scan, unsure)
    before = predict_case(case, unsure, mirror=False)
    after = predict_case(case, make_sure(unsure), mirror=False)
    np.testing.assert_array_equal(before.mask, after.mask)
    n_voxels = np.prod(SHAPE)
    assert len(after.probability.index) < 0.1 * n_voxels < len(before.probability.index)
    assert (full(after.probability)[as_volume(after.mask, SHAPE)] > FLOOR).all()
    # A position is four bytes, and a probability two: all of it is less than one map of singles.
    assert bytes_of(after) < 4 * n_voxels
