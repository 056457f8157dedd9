"""Too little memory on a device: smaller tiles first, then words that say what to change."""

import numpy as np
import pytest
import torch

from inference import ensemble as ensemble_module
from inference import networks
from inference.cases import read_case
from inference.ensemble import predict_case
from inference.memory import Attempt, DeviceMemoryError, Ladder, enough_memory, smaller_tiles
from networks.device_memory import is_lack_of_memory
from tests.inference.models import load, make_model, make_scan

FULL = (16, 16, 16)
WAYS = (Attempt(FULL, 8), Attempt(FULL, 1), Attempt((8, 8, 8), 1), Attempt((4, 4, 4), 1))
CPU = torch.device("cpu")


class Cramped(torch.nn.Module):
    """A network on a device that holds so many voxels at once."""

    def __init__(self, network, most):
        super().__init__()
        self.network, self.most, self.refused = network, most, []

    def forward(self, patches):
        n_voxels = patches.shape[0] * patches[0, 0].numel()
        if n_voxels > self.most:
            self.refused.append(n_voxels)
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return self.network(patches)


@pytest.fixture
def cramp(tmp_path):
    """Give an ensemble that holds so many voxels, a case, and the ways to run it."""

    def make(most):
        ensemble = load(make_model(tmp_path / "model", folds=("0",), patch_size=list(FULL)))
        network = Cramped(ensemble.networks[0], most)
        ensemble = type(ensemble)(
            ensemble.model, ensemble.plans, ensemble.configuration, (network,), ensemble.device
        )
        scan = make_scan(tmp_path / "sub-1_T1w.nii.gz", (20, 21, 22), np.eye(4))
        return ensemble, read_case(scan, ensemble), Ladder(WAYS, ensemble.device)

    return make


def test_fewer_mirrors_at_once_change_nothing_and_need_no_word(cramp):
    ensemble, case, ladder = cramp(16**3)
    cramped = predict_case(case, ensemble, ladder=ladder)
    ensemble.networks[0].most = 8 * 16**3
    free = predict_case(case, ensemble, ladder=Ladder(WAYS, ensemble.device))
    assert ensemble.networks[0].refused == [8 * 16**3]
    np.testing.assert_array_equal(cramped.mask, free.mask)
    assert (cramped.tile, ladder.notes) == (FULL, [])


def test_smaller_tiles_are_noted_and_kept_for_the_next_scan(cramp):
    ensemble, case, ladder = cramp(8**3)
    assert predict_case(case, ensemble, ladder=ladder).tile == (8, 8, 8)
    assert len(ladder.notes) == 1
    assert "for tiles of 16 x 16 x 16; 8 x 8 x 8 from here on" in ladder.notes[0]
    refused = len(ensemble.networks[0].refused)
    predict_case(case, ensemble, ladder=ladder)
    assert len(ensemble.networks[0].refused) == refused
    assert len(ladder.notes) == 1


def test_what_fits_in_no_way_is_refused_with_advice(cramp):
    ensemble, case, ladder = cramp(10)
    with pytest.raises(DeviceMemoryError, match="sub-1_ses-01_acq-MP2RAGE: expected memory"):
        predict_case(case, ensemble, ladder=ladder)


def test_a_scan_that_fits_in_no_way_takes_nothing_from_the_next(cramp):
    ensemble, case, ladder = cramp(10)
    with pytest.raises(DeviceMemoryError):
        predict_case(case, ensemble, ladder=ladder)
    ensemble.networks[0].most = 8 * 16**3
    assert predict_case(case, ensemble, ladder=ladder).tile == FULL
    assert (ladder.first, ladder.notes) == (0, [])


def test_maps_of_the_whole_scan_are_not_tried_again_with_smaller_tiles(cramp, monkeypatch):
    ensemble, case, ladder = cramp(8 * 16**3)

    def fail(*args):
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr(ensemble_module, "to_scan_spacing", fail)
    with pytest.raises(DeviceMemoryError, match="maps of the whole scan, 20 x 21 x 22 voxels each"):
        predict_case(case, ensemble, ladder=ladder)
    monkeypatch.undo()
    assert predict_case(case, ensemble, ladder=ladder).tile == FULL


def test_weights_that_do_not_fit_are_told_with_advice(tmp_path, monkeypatch):
    def fail(*args):
        raise torch.AcceleratorError("CUDA error: out of memory")

    folder = make_model(tmp_path / "model")
    monkeypatch.setattr(networks, "_load", fail)
    with pytest.raises(DeviceMemoryError, match=r"model: expected memory for 2 networks, there is"):
        load(folder)


@pytest.mark.parametrize(
    ("device", "advice"), [("cuda", "or say --device cpu"), ("cpu", "or take a machine with more")]
)
def test_the_advice_is_one_for_a_gpu_and_one_for_the_cpu(device, advice):
    with (
        pytest.raises(DeviceMemoryError, match=f"too little on {device}: end other .*{advice}"),
        enough_memory(torch.device(device), "sub-1: expected memory for a map"),
    ):
        raise torch.OutOfMemoryError("CUDA out of memory.")


def test_a_gpu_is_tried_with_many_mirrors_then_fewer_then_smaller_tiles():
    ladder = Ladder.of((64, 64, 32), (16, 16, 8), torch.device("cuda"))
    assert ladder.attempts == (
        Attempt((64, 64, 32), 8),
        Attempt((64, 64, 32), 2),
        Attempt((64, 64, 32), 1),
        Attempt((32, 32, 16), 1),
    )
    one_by_one = Ladder.of((64, 64, 32), (16, 16, 8), torch.device("cuda"), batches=(1,))
    assert len({attempt.tile for attempt in one_by_one.attempts}) == len(one_by_one.attempts)
    assert Ladder.of((64, 64, 32), (16, 16, 8), CPU).attempts == (Attempt((64, 64, 32), 1),)


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"),
        torch.AcceleratorError("CUDA error: out of memory"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
        RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"),
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: 8 bytes"),
        MemoryError(),
    ],
)
def test_every_way_to_say_that_memory_lacks_is_known(error):
    assert is_lack_of_memory(error)


def test_other_errors_of_a_gpu_are_no_lack_of_memory():
    assert not is_lack_of_memory(torch.AcceleratorError("CUDA error: an illegal memory access"))
    assert not is_lack_of_memory(ValueError("out of memory"))


def test_another_error_of_a_network_is_not_hidden(cramp):
    ensemble, case, ladder = cramp(10**6)
    ensemble.networks[0].network = torch.nn.Linear(3, 3)
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
        predict_case(case, ensemble, ladder=ladder)


def test_tiles_shrink_in_steps_that_the_network_takes():
    tiles = smaller_tiles((160, 128, 96), (32, 16, 8))
    assert tiles[0] == (64, 64, 48)
    assert tiles[-1] == (64, 32, 16)
    for tile in tiles:
        assert all(side % step == 0 for side, step in zip(tile, (32, 16, 8), strict=True))
