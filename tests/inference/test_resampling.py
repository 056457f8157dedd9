"""Resampling of probabilities: nnU-Net's numbers, sooner."""

import numpy as np
import pytest
import torch
from nnunetv2.preprocessing.resampling.default_resampling import resample_data_or_seg_to_shape

from inference.resampling import is_linear, resample_linearly

#: Largest difference of a probability or a logit of about 1 from nnU-Net's.
TOLERANCE = 1e-5
ISOTROPIC = ((20, 24, 18), (41, 47, 37), (1.0, 1.0, 1.0), (0.5, 0.5, 0.5))
COARSER = ((41, 47, 37), (20, 24, 18), (0.5, 0.5, 0.5), (1.0, 1.0, 1.0))
ANISOTROPIC = ((9, 24, 18), (13, 31, 37), (6.0, 1.0, 1.0), (4.1, 0.8, 0.5))
THICK_SCAN = ((18, 24, 20), (18, 24, 5), (1.0, 1.0, 1.0), (1.0, 1.0, 4.0))
ONE_SLICE = ((1, 24, 18), (3, 24, 18), (1.0, 1.0, 1.0), (0.4, 1.0, 1.0))


@pytest.mark.parametrize("grids", [ISOTROPIC, COARSER, ANISOTROPIC, THICK_SCAN, ONE_SLICE])
def test_it_equals_nnunets_default(grids):
    before, after, current, wanted = grids
    values = torch.randn(before, generator=torch.Generator().manual_seed(4))
    expected = resample_data_or_seg_to_shape(
        values[None].numpy(), after, current, wanted, order=1, order_z=0, force_separate_z=None
    )[0]
    found = resample_linearly(values, after, current, wanted)
    assert found.shape == after
    np.testing.assert_allclose(found.numpy(), expected, atol=TOLERANCE)


def test_plans_that_ask_for_splines_get_nnunets_own_function():
    known = {"is_seg": False, "order": 1, "order_z": 0, "force_separate_z": None}
    assert is_linear("resample_data_or_seg_to_shape", known)
    assert not is_linear("resample_data_or_seg_to_shape", known | {"order": 3})
    assert not is_linear("resample_something_else", known)
