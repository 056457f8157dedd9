"""Simulated raters answer by the questionnaire's rules, and differ as they are meant to."""

from collections import Counter

import numpy as np
import pytest

from lesions.columns import GROUPS
from lesions.questionnaire import paper_questionnaire
from phantom.lesion_types import TRUTH_NAMES
from phantom.raters import CALLS, PROFILES, simulate_answer

FIRST, SECOND = PROFILES["simulated-1"], PROFILES["simulated-2"]


def families(truth: str | None, group: str, skill, n: int = 400, volume: float = 25.0) -> Counter:
    rng = np.random.default_rng(3)
    questionnaire = paper_questionnaire()
    return Counter(
        questionnaire.family(simulate_answer(truth, group, volume, skill, rng)["classes"])
        for _ in range(n)
    )


@pytest.mark.parametrize("truth", [*TRUTH_NAMES.values(), None])
@pytest.mark.parametrize("group", list(GROUPS))
def test_every_answer_follows_the_questionnaire(truth, group, rng):
    for skill in PROFILES.values():
        for volume in (1.0, 12.0, 300.0):
            answer = simulate_answer(truth, group, volume, skill, rng)
            assert paper_questionnaire().errors(answer) == {}


def test_every_truth_has_its_calls():
    assert set(CALLS) == {*TRUTH_NAMES.values(), None}
    for calls in CALLS.values():
        assert sum(calls.values()) == pytest.approx(1)


def test_the_first_rater_calls_more_white_matter_lesions_the_second_more_cortical_ones():
    first, second = (families("leukocortical", "FPL_MS", skill) for skill in (FIRST, SECOND))
    assert first["WML"] > second["WML"]
    assert first["CL"] < second["CL"]


def test_look_alikes_of_mimics_are_lesions_mostly_to_the_first():
    first, second = (families("punctate", "FPL_mimic", skill) for skill in (FIRST, SECOND))
    assert first["OTHER"] < 0.5 * 400 < second["OTHER"]


def test_the_answer_depends_on_the_truth():
    deep, space = (
        families(t, "FPL_MS", SECOND) for t in ("deep white matter", "perivascular space")
    )
    assert deep["WML"] > 0.45 * 400
    assert space["OTHER"] > 0.6 * 400


def test_small_lesions_and_missed_ones_lower_confidence():
    rng = np.random.default_rng(4)

    def mean(group: str, volume: float) -> float:
        answers = [simulate_answer("leukocortical", group, volume, FIRST, rng) for _ in range(300)]
        return float(np.mean([answer["confidence"] for answer in answers]))

    assert mean("TPL", 100) > mean("TPL", 6) + 0.5
    assert mean("TPL", 30) > mean("FNL", 30) + 0.2


def test_the_same_stream_gives_the_same_answer():
    a, b = (simulate_answer(None, "FPL_MS", 9.0, FIRST, np.random.default_rng(8)) for _ in "ab")
    assert a == b
