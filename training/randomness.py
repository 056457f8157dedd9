"""The states of every source of chance in a training process: take, put back, seed for a while."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch


def seed_everything(seed: int) -> None:
    """Seed Python, NumPy and torch, GPUs included."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def take_states() -> dict[str, Any]:
    """Give the states of all generators, as a checkpoint keeps them."""
    cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_available() else []
    return {
        "python": random.getstate(),
        "numpy": _plain(np.random.get_state()),
        "torch": torch.get_rng_state(),
        "cuda": cuda,
    }


def _plain(state: Any) -> tuple[Any, ...]:
    """Give NumPy's state with a tensor for its array: what torch reads without running code."""
    name, keys, *rest = state
    return (name, torch.from_numpy(keys.astype(np.int64)), *rest)


def put_states(states: dict[str, Any]) -> None:
    """Put back what `take_states` gave; GPUs only where as many are there as then."""
    random.setstate(states["python"])
    name, keys, *rest = states["numpy"]
    np.random.set_state((name, keys.numpy(), *rest))
    torch.set_rng_state(states["torch"].cpu())
    if states["cuda"] and len(states["cuda"]) == torch.cuda.device_count():
        torch.cuda.set_rng_state_all([state.cpu() for state in states["cuda"]])


@contextmanager
def seeded(*key: int) -> Iterator[None]:
    """Seed the CPU's generators by some numbers, and put their states back after the block.

    Examples
    --------
    >>> with seeded(1, 2): first = np.random.rand()
    >>> with seeded(1, 2): second = np.random.rand()
    >>> first == second
    True
    """
    before = random.getstate(), np.random.get_state(), torch.get_rng_state()
    words = np.random.SeedSequence(key).generate_state(3)
    random.seed(int(words[0]))
    np.random.seed(words[1])
    torch.default_generator.manual_seed(int(words[2]))
    try:
        yield
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])
        torch.set_rng_state(before[2])
