"""Masks as runs, whatever the mask."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from reviewapp.mask_runs import RunsError, parse_runs, runs_of

ROOT = Path(__file__).parents[2]
MASKS = arrays(np.bool_, st.integers(0, 60))


@given(MASKS)
def test_every_mask_comes_back_from_its_runs(mask: np.ndarray) -> None:
    places = np.flatnonzero(mask)
    runs = runs_of(places)
    assert parse_runs(runs, len(mask)).tolist() == places.tolist()
    assert len(runs) // 2 == (np.diff(mask.astype(int), prepend=0) == 1).sum()


@given(st.lists(st.integers(-2, 12), max_size=8))
def test_numbers_are_a_mask_or_are_refused_by_a_plain_check(numbers: list[int]) -> None:
    pairs = list(zip(numbers[::2], numbers[1::2], strict=False))
    end, fits = 0, len(numbers) % 2 == 0
    for start, length in pairs:
        fits = fits and start >= end and length >= 1 and start + length <= 10
        end = start + length
    if fits:
        expected = [place for start, length in pairs for place in range(start, start + length)]
        assert parse_runs(numbers, 10).tolist() == expected
    else:
        with pytest.raises(RunsError):
            parse_runs(numbers, 10)


def test_the_page_writes_the_same_runs() -> None:
    rng = np.random.default_rng(6)
    masks = [(rng.random(200) < share).astype(int).tolist() for share in (0, 0.1, 0.5, 0.9, 1)]
    code = (
        'import { encodeRuns } from "./static/js/review/drawing/runs.js";'
        f"const masks = {json.dumps(masks)};"
        "console.log(JSON.stringify(masks.map((m) => encodeRuns(Uint8Array.from(m)))));"
    )
    command = ["node", "--input-type=module", "-e", code]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert json.loads(told) == [runs_of(np.flatnonzero(mask)) for mask in masks]
