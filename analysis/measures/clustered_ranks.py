"""A rank-sum test that allows for answers alike within a patient."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import norm


@dataclass(frozen=True)
class RankSum:
    """The statistic, its mean and variance under no difference, and z; z below 0: group lower."""

    statistic: float
    mean: float
    variance: float
    z: float

    @property
    def p_lower(self) -> float:
        """Give the one-sided p that the group is lower."""
        return float(norm.cdf(self.z))


def datta_satten(
    levels: npt.ArrayLike, in_group: npt.ArrayLike, clusters: npt.ArrayLike
) -> RankSum | None:
    """Give Datta and Satten's rank-sum test for clustered data.

    One answer is drawn from each cluster, its rank-sum taken, and the mean over all such draws
    is the statistic; so the number of answers in a cluster may go with their values. Datta and
    Satten (2005), doi:10.1198/016214504000001583; variance as in their published R function.

    Parameters
    ----------
    levels : (n,) array
        Ordered answers; ties are given midranks.
    in_group : (n,) array of bool
    clusters : (n,) array

    Returns
    -------
    RankSum, or None where the variance is 0 (all answers equal, or one cluster)
    """
    group = np.asarray(in_group, float)
    level = np.unique(np.asarray(levels), return_inverse=True)[1]
    index = np.unique(np.asarray(clusters), return_inverse=True)[1]
    n_clusters, n_levels = int(index.max()) + 1, int(level.max()) + 1
    size = np.bincount(index).astype(float)
    counts = np.zeros((n_clusters, n_levels))
    np.add.at(counts, (index, level), 1)
    below = (np.cumsum(counts, axis=1) - counts / 2) / size[:, None]
    ranks = 1 + below.sum(axis=0)[level] - below[index, level]
    statistic = float((group * ranks / size[index]).sum() / (n_clusters + 1))
    share = np.bincount(index, group) / size
    totals = counts.sum(axis=0)
    pooled = ((np.cumsum(totals) - totals / 2) / totals.sum())[level]
    others = share.sum() - share
    parts = (group * (n_clusters - 1) - others[index]) * pooled
    drawn = np.bincount(index, parts) / (size * (n_clusters + 1))
    expected = n_clusters / (2 * (n_clusters + 1)) * (share - share.mean())
    variance = float(((drawn - expected) ** 2).sum())
    if variance < 1e-15:
        return None
    mean = float(share.sum() / 2)
    return RankSum(statistic, mean, variance, (statistic - mean) / np.sqrt(variance))
