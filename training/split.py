"""Divide the subjects of a cohort into training, test and folds (the paper, 3.1.2)."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from training.strata import SplitError, Stratum, Subject, find_strata

#: The paper's: 80 % of the in-domain data for training.
TEST_SHARE = Fraction(1, 5)
#: nnU-Net's number of folds.
N_FOLDS = 5
SEED = 42


@dataclass(frozen=True)
class Split:
    """Who is trained on and who tests, and the fold that each training subject validates.

    `sides` maps a subject's name to `train` or `test-in`, `folds` one of `train` to 0 … n - 1,
    `strata` each to the stratum of the division into the two sides.
    """

    sides: Mapping[str, str]
    folds: Mapping[str, int]
    strata: Mapping[str, Stratum]


def split_subjects(
    subjects: Sequence[Subject],
    *,
    test_share: Fraction = TEST_SHARE,
    n_folds: int = N_FOLDS,
    seed: int = SEED,
    kept: Mapping[str, str] | None = None,
) -> Split:
    """Divide subjects into two sides and, by the same rule, those of training into folds.

    Parameters
    ----------
    subjects : sequence of Subject
        In any order; each stays whole.
    test_share : Fraction
        Share that tests; 0 gives folds alone.
    n_folds : int
    seed : int
    kept : mapping of name to side, optional
        Sides that are settled already; then only the folds are made.

    Raises
    ------
    SplitError
        There are fewer subjects than it takes for both sides and all folds.
    """
    subjects = sorted(subjects, key=lambda one: (one.site, one.name))
    strata = dict(zip((one.name for one in subjects), find_strata(subjects), strict=True))
    if kept is None:
        tests = _deal(subjects, test_share, f"{seed} test") if test_share else set()
        sides = {one.name: "test-in" if one.name in tests else "train" for one in subjects}
    else:
        sides = {one.name: kept[one.name] for one in subjects}
    training = [one for one in subjects if sides[one.name] == "train"]
    if len(training) < n_folds:
        raise SplitError(
            f"expected at least {n_folds} training subjects for {n_folds} folds, came "
            f"{len(training)} of {len(subjects)} subjects"
        )
    order = _in_order(training, f"{seed} folds")
    start = _draw(f"{seed} folds", "start").numerator % n_folds
    folds = {one.name: (i + start) % n_folds for i, one in enumerate(order)}
    return Split(sides, folds, strata)


def _deal(subjects: Sequence[Subject], share: Fraction, seed: str) -> set[str]:
    """Take a share of the subjects, spread evenly over sites and strata.

    Every site, every stratum and every run of neighbouring strata gives its share, rounded up or
    down: the subjects stand in a row by stratum, and from a random start on every (1 / share)-th
    is taken (systematic sampling; Madow 1949, doi:10.1214/aoms/1177729988). So what small strata
    are rounded down by, their neighbours give.
    """
    offset = _draw(seed, "start")
    order = _in_order(subjects, seed)
    return {
        one.name
        for i, one in enumerate(order)
        if int((i + 1) * share + offset) > int(i * share + offset)
    }


def _in_order(subjects: Sequence[Subject], seed: str) -> list[Subject]:
    """Put subjects into a row by stratum, those of one stratum at random.

    Bins of the number of lesions run up and down in turn, so that neighbours in the row are alike.
    """

    def key(pair: tuple[Subject, Stratum]) -> tuple[str, int, int, Fraction]:
        one, (site, volume, count) = pair
        return site, volume, count if volume % 2 == 0 else -count, _draw(seed, one.name)

    pairs = zip(subjects, find_strata(subjects), strict=True)
    return [one for one, _ in sorted(pairs, key=key)]


def _draw(seed: str, name: str) -> Fraction:
    """Draw a number of [0, 1) for a name: the same on any machine and with any library."""
    digest = hashlib.sha256(f"{seed}\n{name}".encode()).digest()
    return Fraction(int.from_bytes(digest), 2 ** (8 * len(digest)))
