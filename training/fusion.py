"""Make one delineation of several: what raters redrew, and what they left as it was shown.

Each delineation is a vote. A rater who redrew the ROI votes with the redrawn mask, one who said
that it needs no correction votes with the mask as it was shown; who asked for a correction and
drew none has no vote.
"""

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

import numpy as np

from training.policy import MIN_RATERS
from training.voxels import NO_PLACES, Places, dsc, union

Method = Literal["majority", "staple", "adjudicator"]
Emptied = Literal["keep", "remove"]
METHODS: Mapping[Method, str] = {
    "majority": "a voxel counts where more than half of the delineations hold it; at a tie the "
    "shown one decides",
    "staple": "STAPLE of SimpleITK (Warfield et al. 2004, doi:10.1109/TMI.2004.828354) in the box "
    "around all delineations; a voxel counts above a probability of .5",
    "adjudicator": "the delineation of one named rater",
}
#: STAPLE's estimate is the share of voxels in its region at the start: the box has this margin.
STAPLE_MARGIN = 1
STAPLE_THRESHOLD = 0.5


class FusionError(ValueError):
    """Delineations can't be fused by this rule."""


@dataclass(frozen=True)
class FusionRule:
    """How several delineations become one.

    `adjudicator` is the rater that the method of this name needs. `emptied` says what a mask
    without voxels does: `keep` gives it no vote; with `remove` it votes, and an ROI that is empty
    in the end leaves the labels.
    """

    method: Method = "majority"
    adjudicator: str | None = None
    emptied: Emptied = "keep"

    def __post_init__(self) -> None:
        """Refuse an adjudicator without a name, and a name without the method."""
        if (self.method == "adjudicator") != bool(self.adjudicator):
            raise FusionError("--fusion adjudicator and --adjudicator NAME belong together")


#: What is done where nothing else is asked for.
MAJORITY = FusionRule()


@dataclass(frozen=True)
class Fused:
    """One delineation out of several, or None where the shown one stays, and why.

    `n_disputed` counts the voxels that some votes hold and others don't, `agreement` is the mean
    DSC of all pairs of votes; None where there is one vote at most.
    """

    places: Places | None
    why: str
    redrawn_by: tuple[str, ...]
    n_disputed: int | None = None
    agreement: float | None = None


def fuse(
    shown: Places,
    redrawn: Mapping[str, Places],
    satisfied: Sequence[str],
    rule: FusionRule,
    shape: Sequence[int],
) -> Fused | None:
    """Fuse the delineations of one ROI; None where nobody redrew it.

    Parameters
    ----------
    shown : places of the delineation as the raters saw it
    redrawn : mapping
        Rater -> places of the mask that the rater drew; perhaps none.
    satisfied : sequence of str
        Raters who said that the delineation needs no correction.
    rule : FusionRule
    shape : three ints
        The scan's.

    Examples
    --------
    >>> votes = {"anna": np.array([1, 2]), "ben": np.array([2, 3])}
    >>> fuse(np.array([2]), votes, [], FusionRule(), (1, 1, 5)).places is None
    True
    >>> fuse(np.array([1]), votes, [], FusionRule(), (1, 1, 5)).places.tolist()
    [1, 2]
    """
    if not redrawn:
        return None
    by = tuple(sorted(redrawn))
    emptied = [rater for rater in by if not len(redrawn[rater])]
    votes = {rater: redrawn[rater] for rater in by}
    if rule.emptied == "keep":
        votes = {rater: places for rater, places in votes.items() if len(places)}
    votes |= dict.fromkeys(satisfied, shown)
    words = _words(by, emptied, satisfied, rule)
    n_disputed, agreement = _disagreement(list(votes.values()))
    if rule.method == "adjudicator":
        chosen, how = _adjudicate(votes, rule)
    elif not set(votes) & set(redrawn):
        chosen, how = None, "an emptied mask has no vote"
    elif len(votes) < MIN_RATERS:
        chosen, how = None, f"at least {MIN_RATERS} delineations are needed"
    else:
        chosen = _FUSERS[rule.method](list(votes.values()), shown, shape)
        how = f"{rule.method} of {len(votes)}"
    if chosen is not None and np.array_equal(chosen, shown):
        chosen, how = None, f"{how}: as it was shown"
    if chosen is not None and not len(chosen) and rule.emptied == "keep":
        chosen, how = None, f"{how}: no voxel is left, so it stays"
    return Fused(chosen, f"{how}; {words}", by, n_disputed, agreement)


def _words(
    by: Sequence[str], emptied: Sequence[str], satisfied: Sequence[str], rule: FusionRule
) -> str:
    said = [f"redrawn by {', '.join(by)}"]
    if emptied:
        said.append(f"emptied by {', '.join(emptied)} ({rule.emptied})")
    if satisfied:
        said.append(f"left as shown by {', '.join(sorted(satisfied))}")
    return "; ".join(said)


def _adjudicate(votes: Mapping[str, Places], rule: FusionRule) -> tuple[Places | None, str]:
    name = rule.adjudicator or ""
    if name not in votes:
        return None, f"{name}, who adjudicates, gave no delineation"
    return votes[name], f"adjudicated by {name}"


def _disagreement(votes: Sequence[Places]) -> tuple[int | None, float | None]:
    if len(votes) < MIN_RATERS:
        return None, None
    _, counts = np.unique(np.concatenate([NO_PLACES, *votes]), return_counts=True)
    scores = [dsc(one, other) for one, other in combinations(votes, 2)]
    return int((counts < len(votes)).sum()), float(np.mean(scores))


def _majority(votes: Sequence[Places], shown: Places, shape: Sequence[int]) -> Places:
    places, counts = np.unique(np.concatenate([NO_PLACES, *votes]), return_counts=True)
    tie = 2 * counts == len(votes)
    chosen: Places = places[(2 * counts > len(votes)) | (tie & np.isin(places, shown))]
    return chosen


def _staple(votes: Sequence[Places], shown: Places, shape: Sequence[int]) -> Places:
    try:
        sitk: Any = importlib.import_module("SimpleITK")
    except ImportError:
        raise FusionError("--fusion staple needs SimpleITK (requirements-nnunet.txt)") from None
    everything = union(votes)
    if not len(everything):
        return NO_PLACES
    ijk = np.column_stack(np.unravel_index(everything, tuple(shape)))
    low = np.maximum(ijk.min(axis=0) - STAPLE_MARGIN, 0)
    high = np.minimum(ijk.max(axis=0) + STAPLE_MARGIN + 1, shape)
    masks = []
    for vote in votes:
        box = np.zeros(high - low, np.uint8)
        box[tuple(np.column_stack(np.unravel_index(vote, tuple(shape))).T - low[:, None])] = 1
        masks.append(sitk.GetImageFromArray(box))
    probability = sitk.GetArrayFromImage(sitk.STAPLE(masks, 1.0))
    inside = np.argwhere(probability > STAPLE_THRESHOLD) + low
    places: Places = np.sort(np.ravel_multi_index(tuple(inside.T), tuple(shape)))
    return places


_FUSERS = {"majority": _majority, "staple": _staple}
