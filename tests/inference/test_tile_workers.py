"""Tiles are shared out among threads, and no number depends on it."""

import threading

import pytest
import torch

from inference import tile_workers
from inference.cases import read_case
from inference.ensemble import predict_case
from inference.networks import load_ensemble
from inference.tile_workers import AHEAD, count_workers, map_tiles
from tests.inference.models import load, make_model, make_scan


@pytest.fixture
def two_threads():
    n_threads = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(n_threads)


def test_results_come_in_the_tiles_order(two_threads):
    turn = threading.Event()

    def work(tile):
        if tile == 0:
            turn.wait(10)  # until a later tile is done
        else:
            turn.set()
        return tile * 10

    assert list(map_tiles(work, range(9), 2)) == [tile * 10 for tile in range(9)]


def test_only_a_few_tiles_are_computed_ahead(two_threads):
    begun = []
    results = map_tiles(lambda tile: begun.append(tile) or tile, range(50), 2)
    assert next(results) == 0
    assert len(begun) <= 2 * AHEAD + 1
    results.close()
    assert len(begun) <= 2 * AHEAD + 1


def test_each_worker_has_its_share_of_torchs_threads(two_threads):
    def work(tile):
        return torch.get_num_threads(), threading.get_ident()

    found = list(map_tiles(work, range(8), 2))
    assert {n for n, _ in found} == {1}
    assert threading.get_ident() not in {thread for _, thread in found}
    assert torch.get_num_threads() == 2


def test_an_error_in_a_tile_is_raised_and_threads_are_as_before(two_threads):
    def work(tile):
        if tile == 3:
            raise torch.OutOfMemoryError("DefaultCPUAllocator: can't allocate memory")
        return tile

    with pytest.raises(torch.OutOfMemoryError):
        list(map_tiles(work, range(50), 2))
    assert torch.get_num_threads() == 2


def test_large_tiles_and_those_of_a_gpu_go_one_by_one(two_threads):
    cpu = torch.device("cpu")
    assert count_workers(cpu, (48, 56, 40), 100) == 2
    assert count_workers(cpu, (48, 56, 40), 1) == 1
    assert count_workers(cpu, (128, 128, 128), 100) == 1
    assert count_workers(torch.device("cuda"), (48, 56, 40), 100) == 1


@pytest.mark.parametrize("bfloat16", [False, True])
def test_the_prediction_is_the_same_to_the_bit(two_threads, tmp_path, monkeypatch, bfloat16):
    folder = make_model(tmp_path / "model", folds=("0",), patch_size=[16, 16, 16])
    plain = load(folder)
    ensemble = load_ensemble(plain.model, plain.device, bfloat16=bfloat16)
    scan = make_scan(tmp_path / "sub-1_T1w.nii.gz", (24, 26, 24), torch.eye(4).numpy())
    case = read_case(scan, ensemble)
    shared = predict_case(case, ensemble, mirror=False)
    monkeypatch.setattr(tile_workers, "MOST_VOXELS", 1)
    alone = predict_case(case, ensemble, mirror=False)
    assert (shared.mask == alone.mask).all()
    assert (shared.probability.index == alone.probability.index).all()
    assert (shared.probability.value == alone.probability.value).all()
