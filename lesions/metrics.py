"""Measure how well a prediction segments and detects the lesions of one scan.

Definitions of the paper, section 3.3.1; voxels: TP, FP, FN; lesions: TPL, FPL, FNL.
"""

import math
from dataclasses import dataclass
from typing import Literal

from lesions.outcomes import Match

#: Reference share of lesion voxels in nDSC, as in the authors' code.
PAPER_R = 0.001
RecallRule = Literal["exclude", "one"]
RECALL_RULES: tuple[RecallRule, ...] = ("exclude", "one")


class MetricsError(ValueError):
    """A measure can't be had from what was given."""


@dataclass(frozen=True)
class Metrics:
    """The measures of one scan; `recall` is NaN where it isn't available."""

    dsc: float
    ndsc: float
    f1: float
    recall: float
    precision: float


def scan_metrics(
    match: Match,
    *,
    r: float = PAPER_R,
    recall_without_reference: RecallRule = "exclude",
    n_domain_voxels: int | None = None,
) -> Metrics:
    """Give the measures of one scan.

    Empty cases, as in the paper's Table 6 (its MS-mimic rows): both masks empty: all 1, but for
    recall; the reference alone empty: all 0, but for recall; the prediction alone empty: all 0,
    precision too. Recall without reference lesions: not available (`exclude`, Table 6) or 1 (`one`,
    which the Test-out mean of Table 5 needs).

    Parameters
    ----------
    match : Match
    r : float in (0, 1)
        Reference share of lesion voxels in nDSC.
    recall_without_reference : "exclude" or "one"
    n_domain_voxels : int, optional
        Voxels that nDSC counts; all of the grid where not given.

    Returns
    -------
    Metrics
        Each in [0, 1].

    Raises
    ------
    MetricsError
        `r` is not between 0 and 1, an unknown rule, or fewer domain voxels than the masks hold.

    Examples
    --------
    >>> import numpy as np
    >>> from lesions.outcomes import match_lesions
    >>> mask = np.zeros((4, 4, 4), bool); mask[0, 0, :2] = True
    >>> scan_metrics(match_lesions(mask, mask, np.eye(4))).f1
    1.0
    """
    if recall_without_reference not in RECALL_RULES:
        raise MetricsError(
            f"recall_without_reference must be one of {', '.join(RECALL_RULES)}, not "
            f'"{recall_without_reference}"'
        )
    n_reference = int(match.reference.n_voxels.sum())
    n_prediction = int(match.prediction.n_voxels.sum())
    tp = match.n_shared_voxels
    fp, fn = n_prediction - tp, n_reference - tp
    n_domain = math.prod(match.shape) if n_domain_voxels is None else n_domain_voxels
    kappa = ndsc_kappa(n_reference, n_domain, r)
    if n_domain < tp + fp + fn:
        raise MetricsError(
            f"expected a domain that holds the {tp + fp + fn} voxels of the masks, came {n_domain}"
        )
    n_tpl, n_fpl, n_fnl = match.n_tpl, match.n_fpl, match.n_fnl
    nothing = n_reference + n_prediction == 0
    return Metrics(
        dsc=_share(2 * tp, 2 * tp + fp + fn),
        ndsc=_share(2 * tp, 2 * tp + kappa * fp + fn),
        f1=_share(2 * n_tpl, 2 * n_tpl + n_fpl + n_fnl),
        recall=_recall(n_tpl, n_fnl, match.n_reference, recall_without_reference),
        precision=_share(n_tpl, n_tpl + n_fpl, empty=1.0 if nothing else 0.0),
    )


def ndsc_kappa(n_reference: int, n_domain: int, r: float) -> float:
    """Give the weight of a false-positive voxel in nDSC.

    kappa = h (1/r - 1), h = P / (N - P), P of N voxels lesion in the reference (Raina et al. 2023,
    doi:10.1109/ISBI53787.2023.10230755; the paper, section 3.3.1).

    Returns
    -------
    float
        1 where the reference is empty or fills the domain.

    Raises
    ------
    MetricsError
        `r` is not between 0 and 1, or the reference has more voxels than the domain.

    >>> ndsc_kappa(1, 1000, 0.001)  # a load of r itself: no weight
    1.0
    """
    if not 0 < r < 1:
        raise MetricsError(f"r must be between 0 and 1, not {r:g}")
    if n_reference > n_domain:
        raise MetricsError(
            f"expected a domain that holds the reference's {n_reference} voxels, came {n_domain}"
        )
    if n_reference in (0, n_domain):
        return 1.0
    return n_reference * (1 - r) / ((n_domain - n_reference) * r)


def positive_fraction(match: Match, n_domain_voxels: int | None = None) -> float:
    """Give the share of lesion voxels in the reference, 0 to 1; its mean can serve as `r`."""
    n_domain = math.prod(match.shape) if n_domain_voxels is None else n_domain_voxels
    return float(match.reference.n_voxels.sum()) / n_domain


def _share(part: float, whole: float, *, empty: float = 1.0) -> float:
    return part / whole if whole else empty


def _recall(n_tpl: int, n_fnl: int, n_reference: int, rule: RecallRule) -> float:
    if n_reference == 0:
        return 1.0 if rule == "one" else math.nan
    # A prediction's TPL needs a reference lesion, so the sum is above 0 here.
    return n_tpl / (n_tpl + n_fnl)
