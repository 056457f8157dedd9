"""Prediction and features on a GPU; skipped where there is none."""

import json

import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from inference.__main__ import main
from inference.cases import read_case
from inference.ensemble import predict_case
from inference.memory import DeviceMemoryError, Ladder
from inference.networks import load_ensemble
from lesions.model_folder import read_model
from lesions.nifti import read_mask
from lesions.scans import read_scans, write_scans
from tests.inference.conftest import oblique_affine
from tests.inference.models import (
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

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device"),
]
SHAPE = (34, 39, 30)
PATCH = [16, 20, 24]
#: Between a mask of the GPU, in float16, and another.
LEAST_DICE = 0.999
#: Caps of the GPU's memory to try one after the other, in MB: from plenty to far too little.
CAPS_MB = (2048, 512, 256, 128, 64, 48, 32, 24, 16, 8, 4)


@pytest.fixture
def ensemble(tmp_path):
    """Load onto the GPU a model that was taught on the CPU."""
    taught = make_sure(teach(load(make_model(tmp_path / "model", patch_size=PATCH))))
    found = load_ensemble(read_model(tmp_path / "model"), torch.device("cuda"))
    for network, known in zip(found.networks, taught.networks, strict=True):
        network.load_state_dict(known.state_dict())
    return found


@pytest.fixture
def cohort(tmp_path):
    """Write two scans and their table."""
    scans = [
        make_scan(tmp_path / f"sub-0{n}_T1w.nii.gz", SHAPE, oblique_affine(), seed=n)
        for n in (1, 2)
    ]
    return write_scans(scans, tmp_path / "scans.tsv")


def test_it_predicts_what_nnunet_does_there(ensemble, tmp_path):
    scan = make_scan(tmp_path / "sub-01_T1w.nii.gz", SHAPE, oblique_affine())
    ours = predict_case(read_case(scan, ensemble), ensemble)
    mask, _ = predict_with_nnunet(ensemble, scan, device=ensemble.device)
    assert mask.sum() > 1_000
    assert dice(as_volume(ours.mask, SHAPE), mask) >= LEAST_DICE


def test_only_places_and_probabilities_leave_it(ensemble, tmp_path):
    scan = make_scan(tmp_path / "sub-01_T1w.nii.gz", SHAPE, np.eye(4))
    case = read_case(scan, ensemble)
    with Leaving() as leaving:
        ours = predict_case(case, ensemble, mirror=False)
    assert 0 < leaving.n_bytes <= bytes_of(ours)
    assert leaving.n_bytes < 4 * np.prod(SHAPE)  # less than one map of singles


class Leaving(TorchDispatchMode):
    """Counts the bytes of tensors that are copied from a GPU."""

    n_bytes = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        out = func(*args, **(kwargs or {}))
        sources = [arg for arg in args if isinstance(arg, torch.Tensor)]
        if isinstance(out, torch.Tensor) and out.device.type == "cpu":
            self.n_bytes += out.nbytes if any(t.is_cuda for t in sources) else 0
        return out


def test_the_command_predicts_there_and_says_so(cohort, tmp_path):
    model = make_model(tmp_path / "model", patch_size=PATCH)
    masks = {}
    for device in ("cuda", "cpu"):
        out = tmp_path / device
        argv = ["predict", model, cohort, "--out", out, "--device", device]
        assert main([str(word) for word in argv]) == 0
        masks[device] = [
            read_mask(s.prediction_mask).array for s in read_scans(out / "scans.tsv").scans
        ]
    for a, b in zip(masks["cuda"], masks["cpu"], strict=True):
        assert dice(a, b) > 0.95  # random weights: many voxels lie at a logit of 0
    (sidecar, *_) = sorted((tmp_path / "cuda").rglob("*_mask.json"))
    about = json.loads(sidecar.read_text("utf-8"))
    assert about["Precision"] == "float16"
    assert about["Device"] == torch.cuda.get_device_name()
    assert about["Versions"]["cuda"] == torch.version.cuda


def test_features_are_those_of_the_cpu(cohort, tmp_path):
    model = make_model(tmp_path / "model", patch_size=PATCH)
    found = {}
    for device in ("cuda", "cpu"):
        out = tmp_path / f"{device}.npz"
        argv = ["features", model, cohort, "--out", out, "--device", device, "--grid", 2, 3, 2]
        assert main([str(word) for word in argv]) == 0
        found[device] = np.load(out, allow_pickle=False)["flattened"]
    # Halves have three digits.
    np.testing.assert_allclose(found["cuda"], found["cpu"], atol=0.02 * np.abs(found["cpu"]).max())


def test_with_less_and_less_memory_tiles_shrink_and_then_there_is_advice(tmp_path):
    device = torch.device("cuda")
    folder = make_model(tmp_path / "model", folds=("0",), patch_size=[64, 64, 64])
    ensemble = load_ensemble(read_model(folder), device)
    scan = make_scan(tmp_path / "sub-01_T1w.nii.gz", (70, 72, 74), np.eye(4))
    case = read_case(scan, ensemble)
    total = torch.cuda.get_device_properties(device).total_memory
    sides, words = [], ""
    try:
        for cap in CAPS_MB:
            torch.cuda.empty_cache()
            torch.cuda.set_per_process_memory_fraction(cap * 1e6 / total, device)
            ladder = Ladder.of(ensemble.tile, ensemble.stride, device)
            try:
                sides.append(predict_case(case, ensemble, ladder=ladder).tile[0])
            except DeviceMemoryError as error:
                sides.append(0)
                words = str(error)
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0, device)
    assert sides[0] == 64
    assert sides == sorted(sides, reverse=True)
    assert sides[-1] < 64
    assert "end other programs" in words or sides[-1] > 0
    assert predict_case(case, ensemble).tile == (64, 64, 64)
