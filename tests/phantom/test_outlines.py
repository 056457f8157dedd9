"""Simulated redrawing."""

import numpy as np
import pytest

from phantom.outlines import simulate_outline


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("seed", range(20))
def test_a_redrawn_outline_differs_and_keeps_a_voxel(n: int, seed: int) -> None:
    shown = np.zeros((6, 6, 6), bool)
    shown[:n, 2 : 2 + n, 3 : 3 + n] = True
    drawn = simulate_outline(shown, np.random.default_rng(seed))
    assert not np.array_equal(drawn, shown)
    assert (drawn & shown).any()
    again = simulate_outline(shown, np.random.default_rng(seed))
    np.testing.assert_array_equal(drawn, again)


def test_both_wider_and_tighter_outlines_come() -> None:
    shown = np.zeros((8, 8, 8), bool)
    shown[2:6, 2:6, 2:6] = True
    sizes = [simulate_outline(shown, np.random.default_rng(s)).sum() for s in range(30)]
    assert min(sizes) < shown.sum() < max(sizes)
