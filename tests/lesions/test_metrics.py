"""Measures follow the paper's definitions, its empty cases among them."""

import math
from typing import Any

import numpy as np
import pytest
from scipy import ndimage

from lesions.metrics import MetricsError, ndsc_kappa, positive_fraction, scan_metrics
from lesions.outcomes import match_lesions

SHAPE = (6, 6, 6)


def masks(*voxels: tuple[int, int, int]) -> Any:
    mask = np.zeros(SHAPE, bool)
    for voxel in voxels:
        mask[voxel] = True
    return mask


def plain(reference: Any, prediction: Any, r: float) -> dict[str, float]:
    """Count voxel by voxel and component by component, as the paper's formulas say."""
    tp = fp = fn = 0
    for a, b in zip(reference.ravel(), prediction.ravel(), strict=True):
        tp, fp, fn = tp + (a and b), fp + (b and not a), fn + (a and not b)
    h = reference.sum() / (~reference).sum()
    kappa = h * (1 / r - 1)
    ref, n_ref = ndimage.label(reference, np.ones((3, 3, 3)))
    pred, n_pred = ndimage.label(prediction, np.ones((3, 3, 3)))
    tpl = sum(bool(reference[pred == i].any()) for i in range(1, n_pred + 1))
    fpl = n_pred - tpl
    fnl = sum(not prediction[ref == i].any() for i in range(1, n_ref + 1))
    return {
        "dsc": 2 * tp / (2 * tp + fp + fn),
        "ndsc": 2 * tp / (2 * tp + kappa * fp + fn),
        "f1": 2 * tpl / (2 * tpl + fpl + fnl),
        "recall": tpl / (tpl + fnl),
        "precision": tpl / (tpl + fpl),
    }


def test_measures_equal_a_slow_plain_count(rng: np.random.Generator) -> None:
    for r in (0.001, 0.02):
        for _ in range(40):
            reference, prediction = rng.random(SHAPE) < 0.06, rng.random(SHAPE) < 0.06
            if not reference.any() or not prediction.any():
                continue
            found = scan_metrics(match_lesions(reference, prediction, np.eye(4)), r=r)
            for name, value in plain(reference, prediction, r).items():
                assert getattr(found, name) == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize(
    ("reference", "prediction", "expected"),
    [
        ((), (), (1, 1, 1, math.nan, 1)),
        ((), ((0, 0, 0),), (0, 0, 0, math.nan, 0)),
        (((0, 0, 0),), (), (0, 0, 0, 0, 0)),
        (((0, 0, 0),), ((0, 0, 0),), (1, 1, 1, 1, 1)),
    ],
)
def test_empty_masks_count_as_in_the_papers_table_6(
    reference: Any, prediction: Any, expected: tuple[float, ...]
) -> None:
    found = scan_metrics(match_lesions(masks(*reference), masks(*prediction), np.eye(4)))
    values = (found.dsc, found.ndsc, found.f1, found.recall, found.precision)
    np.testing.assert_equal(np.array(values), np.array(expected, float))


def test_recall_without_reference_can_count_as_one() -> None:
    match = match_lesions(masks(), masks((1, 1, 1)), np.eye(4))
    assert scan_metrics(match, recall_without_reference="one").recall == 1


def test_one_prediction_over_two_reference_lesions_misses_none() -> None:
    match = match_lesions(masks((0, 0, 0), (3, 0, 0)), masks(*((i, 0, 0) for i in range(4))),
                          np.eye(4))  # fmt: skip
    found = scan_metrics(match)
    assert (found.f1, found.recall, found.precision) == (1, 1, 1)


def test_ndsc_is_dsc_where_the_load_is_r() -> None:
    match = match_lesions(masks((0, 0, 0), (1, 0, 0)), masks((1, 0, 0), (2, 0, 0)), np.eye(4))
    found = scan_metrics(match, r=positive_fraction(match))
    assert found.ndsc == pytest.approx(found.dsc)


def test_a_smaller_domain_weighs_false_positives_more() -> None:
    match = match_lesions(masks((0, 0, 0)), masks((0, 0, 0), (1, 0, 0)), np.eye(4))
    assert scan_metrics(match, n_domain_voxels=20).ndsc < scan_metrics(match).ndsc
    assert positive_fraction(match, 20) == 0.05


def test_kappa_is_one_where_the_reference_is_empty_or_full() -> None:
    assert ndsc_kappa(0, 9, 0.001) == ndsc_kappa(9, 9, 0.001) == 1


def test_what_can_not_be_measured_is_refused() -> None:
    match = match_lesions(masks((0, 0, 0)), masks((5, 5, 5)), np.eye(4))
    with pytest.raises(MetricsError, match="r must be between 0 and 1, not 1"):
        scan_metrics(match, r=1.0)
    with pytest.raises(MetricsError, match="holds the 2 voxels of the masks, came 1"):
        scan_metrics(match, n_domain_voxels=1)
    with pytest.raises(MetricsError, match='one of exclude, one, not "zero"'):
        scan_metrics(match, recall_without_reference="zero")  # type: ignore[arg-type]
