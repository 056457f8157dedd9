"""Share the tiles of a volume out among the processor's cores.

Torch splits every layer among all threads, which then wait for one another some hundred times a
tile, and for whatever else runs on their cores. Here each thread has a tile of its own; what comes
back is taken in the tiles' order, so that no sum depends on who was first.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from math import prod
from typing import TypeVar

import torch

Tile = TypeVar("Tile")
Result = TypeVar("Result")
#: Voxels of the tiles that are computed at the same time, at most: what bounds the memory. Tiles of
#: nnU-Net's default plan at 1 mm are larger, and go one by one.
MOST_VOXELS = 2**20
#: Tiles that are waiting or done for each that is being computed.
AHEAD = 2


def count_workers(device: torch.device, tile: Sequence[int], n_tiles: int) -> int:
    """Give how many tiles are computed at the same time.

    >>> count_workers(torch.device("cpu"), (128, 128, 128), 100)
    1
    >>> count_workers(torch.device("cuda"), (48, 56, 40), 100)
    1
    """
    if device.type != "cpu":
        return 1
    n_workers = min(torch.get_num_threads(), MOST_VOXELS // prod(tile), n_tiles)
    return max(n_workers, 1)


def map_tiles(
    work: Callable[[Tile], Result], tiles: Sequence[Tile], n_workers: int
) -> Iterator[Result]:
    """Give what `work` gives for each tile, in their order.

    Parameters
    ----------
    work : function of a tile
        With several workers it runs in threads, where modes of torch that the caller has entered
        (inference, autocast) don't hold.
    tiles : sequence
    n_workers : int
        1 works in this thread, with all of torch's own.
    """
    if n_workers == 1:
        yield from map(work, tiles)
        return
    waiting: deque[Future[Result]] = deque()
    with _own_threads(n_workers), ThreadPoolExecutor(n_workers) as pool:
        try:
            for tile in tiles:
                if len(waiting) == AHEAD * n_workers:
                    yield waiting.popleft().result()
                waiting.append(pool.submit(work, tile))
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


@contextmanager
def _own_threads(n_workers: int) -> Iterator[None]:
    """Divide torch's threads among so many workers; threads that begin in the block get a share."""
    n_threads = torch.get_num_threads()
    torch.set_num_threads(max(n_threads // n_workers, 1))
    try:
        yield
    finally:
        torch.set_num_threads(n_threads)
