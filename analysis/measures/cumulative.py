"""Proportional-odds models of an ordered answer: plain, and with a random intercept a cluster.

logit P(Y <= k) = theta_k - x beta - u, so that a positive beta means higher answers, and
exp(beta) is the odds ratio of a higher answer (McCullagh 1980). u is normal with mean 0; it is
integrated out by adaptive Gauss-Hermite quadrature around each cluster's mode (Pinheiro and
Bates 1995, doi:10.1080/10618600.1995.10474663), as in R's ordinal::clmm with nAGQ > 1.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
N_POINTS = 15
# Quadrature points; ten give five digits on the wine data of R's package ordinal.
MAX_EFFECT = 12.0
# A log odds ratio beyond it means that the answers separate completely: no estimate exists.
STEP, WIDE_STEP = 1e-5, 1e-3
# Of numerical derivatives, once and twice, in units of the parameters, which are all about 1.
NEWTON_STEPS = 50
# Towards the mode of a random intercept; the likelihood is log-concave, so few are needed.
TINY = 1e-300
# A probability is never smaller, or its logarithm would be minus infinity.


class ModelError(ValueError):
    """The model can't be fitted; the message is the reason."""


@dataclass(frozen=True)
class Fit:
    """Estimates in the order of the columns of x, thresholds, and the covariance of both.

    `covariance` is of (beta, thresholds); `sd` is that of the random intercept, None where there
    is none, `cluster_covariance` the sandwich over clusters, None where there are none.
    """

    beta: FloatArray
    thresholds: FloatArray
    covariance: FloatArray
    log_likelihood: float
    sd: float | None = None
    cluster_covariance: FloatArray | None = None


def fit_cumulative(y: npt.ArrayLike, x: npt.ArrayLike, clusters: npt.ArrayLike) -> Fit:
    """Fit a proportional-odds model with errors that allow for clusters.

    Parameters
    ----------
    y : (n,) array of int
        Ordered answers; levels that nobody gave are left out.
    x : (n, p) array
        Columns on about the same scale; no constant.
    clusters : (n,) array
        Cluster of each answer. The sandwich is scaled by G / (G - 1) (Liang and Zeger 1986,
        doi:10.1093/biomet/73.1.13).

    Raises
    ------
    ModelError
        One level alone, no variation in a column, or complete separation.
    """
    level, design, index = _prepare(y, x, clusters)
    n_levels = int(level.max()) + 1
    start = _start(level, design.shape[1])

    def loss(parameters: FloatArray) -> tuple[float, FloatArray]:
        value, scores = _plain(parameters, level, design, n_levels)
        return -value.sum(), -scores.sum(axis=0)

    found = minimize(loss, start, jac=True, method="BFGS", options={"gtol": 1e-8})
    parameters = np.asarray(found.x, np.float64)
    _check(parameters, design.shape[1])
    hessian = _hessian(lambda p: loss(p)[1], parameters)
    bread = _inverse(hessian)
    by_cluster = np.zeros((int(index.max()) + 1, len(parameters)))
    np.add.at(by_cluster, index, _plain(parameters, level, design, n_levels)[1])
    n_clusters = len(by_cluster)
    scale = n_clusters / max(1, n_clusters - 1)
    sandwich = scale * bread @ (by_cluster.T @ by_cluster) @ bread
    beta, thresholds = _split(parameters, design.shape[1])
    to_thresholds = _jacobian(parameters, design.shape[1])
    return Fit(
        beta,
        thresholds,
        to_thresholds @ bread @ to_thresholds.T,
        -float(found.fun),
        cluster_covariance=to_thresholds @ sandwich @ to_thresholds.T,
    )


def fit_cumulative_mixed(
    y: npt.ArrayLike, x: npt.ArrayLike, clusters: npt.ArrayLike, n_points: int = N_POINTS
) -> Fit:
    """Fit a proportional-odds model with a normal random intercept a cluster.

    Parameters
    ----------
    y, x, clusters : as `fit_cumulative`
    n_points : quadrature points; 1 is Laplace's approximation

    Raises
    ------
    ModelError
        As `fit_cumulative`, or each cluster has one answer.
    """
    level, design, index = _prepare(y, x, clusters)
    if len(np.unique(index)) == len(index):
        raise ModelError("each patient has one answer: no random intercept")
    if len(np.unique(index)) < 2:
        raise ModelError("one patient alone: no random intercept")
    n_levels = int(level.max()) + 1
    plain = fit_cumulative(y, x, clusters)
    _, gaps = plain.beta, np.diff(plain.thresholds)
    start = np.concatenate([plain.beta, plain.thresholds[:1], np.log(gaps), [np.log(0.5)]])
    rule = _rule(n_points)

    def loss(parameters: FloatArray) -> float:
        return -_marginal(parameters, level, design, index, n_levels, rule)

    found = minimize(loss, start, method="BFGS", options={"gtol": 1e-5})
    parameters = np.asarray(found.x, np.float64)
    _check(parameters[:-1], design.shape[1])
    sd = float(np.exp(parameters[-1]))
    if sd < 1e-3:
        # The likelihood is flat in log sd at 0: the model is the plain one.
        return Fit(plain.beta, plain.thresholds, plain.covariance, plain.log_likelihood, 0.0)
    hessian = _second(loss, parameters)
    covariance = _inverse(hessian)[:-1, :-1]
    beta, thresholds = _split(parameters[:-1], design.shape[1])
    to_thresholds = _jacobian(parameters[:-1], design.shape[1])
    return Fit(
        beta,
        thresholds,
        to_thresholds @ covariance @ to_thresholds.T,
        -float(found.fun),
        sd=sd,
    )


def _prepare(
    y: npt.ArrayLike, x: npt.ArrayLike, clusters: npt.ArrayLike
) -> tuple[IntArray, FloatArray, npt.NDArray[np.intp]]:
    level = np.unique(np.asarray(y), return_inverse=True)[1].astype(np.int64)
    design = np.asarray(x, np.float64)
    if level.max(initial=0) == 0:
        raise ModelError("all answers are equal")
    if np.linalg.matrix_rank(np.column_stack([np.ones(len(design)), design])) <= design.shape[1]:
        raise ModelError("a covariate does not vary, or follows from the others")
    return level, design, np.unique(np.asarray(clusters), return_inverse=True)[1]


def _start(level: IntArray, n_columns: int) -> FloatArray:
    shares = np.cumsum(np.bincount(level))[:-1] / len(level)
    thresholds = np.log(shares / (1 - shares))
    return np.concatenate([np.zeros(n_columns), thresholds[:1], np.log(np.diff(thresholds))])


def _split(parameters: FloatArray, n_columns: int) -> tuple[FloatArray, FloatArray]:
    """Give beta and the thresholds; parameters hold the first threshold and log gaps."""
    first, gaps = parameters[n_columns], np.exp(parameters[n_columns + 1 :])
    return parameters[:n_columns], first + np.concatenate([[0.0], np.cumsum(gaps)])


def _jacobian(parameters: FloatArray, n_columns: int) -> FloatArray:
    """Give d (beta, thresholds) / d parameters."""
    out = np.eye(len(parameters))
    gaps = np.exp(parameters[n_columns + 1 :])
    for k in range(len(gaps) + 1):
        out[n_columns + k, n_columns] = 1.0
        out[n_columns + k, n_columns + 1 :] = np.where(np.arange(len(gaps)) < k, gaps, 0.0)
    return out


def _bounds(thresholds: FloatArray, level: IntArray) -> tuple[FloatArray, FloatArray]:
    padded = np.concatenate([[-np.inf], thresholds, [np.inf]])
    return padded[level + 1], padded[level]


def _plain(
    parameters: FloatArray, level: IntArray, design: FloatArray, n_levels: int
) -> tuple[FloatArray, FloatArray]:
    """Give each answer's log-likelihood and its gradient."""
    n_columns = design.shape[1]
    beta, thresholds = _split(parameters, n_columns)
    upper, lower = (end - design @ beta for end in _bounds(thresholds, level))
    above, below = expit(upper), expit(lower)
    probability = np.maximum(above - below, TINY)
    d_above, d_below = above * (1 - above), below * (1 - below)
    scores = np.zeros((len(level), len(parameters)))
    scores[:, :n_columns] = -design * ((d_above - d_below) / probability)[:, None]
    by_threshold = np.zeros((len(level), n_levels - 1))
    rows = np.arange(len(level))
    top, bottom = level < n_levels - 1, level > 0
    by_threshold[rows[top], level[top]] = (d_above / probability)[top]
    by_threshold[rows[bottom], level[bottom] - 1] -= (d_below / probability)[bottom]
    chain = _jacobian(parameters, n_columns)[n_columns:, n_columns:]
    scores[:, n_columns:] = by_threshold @ chain
    return np.log(probability), scores


def _rule(n_points: int) -> tuple[FloatArray, FloatArray]:
    """Give nodes, and log weights that undo the factor exp(-node^2) of Gauss and Hermite."""
    nodes, weights = np.polynomial.hermite.hermgauss(n_points)
    return np.asarray(nodes, np.float64), np.asarray(np.log(weights) + nodes**2, np.float64)


def _marginal(
    parameters: FloatArray,
    level: IntArray,
    design: FloatArray,
    index: npt.NDArray[np.intp],
    n_levels: int,
    rule: tuple[FloatArray, FloatArray],
) -> float:
    """Give the log-likelihood with the random intercepts integrated out."""
    beta, thresholds = _split(parameters[:-1], design.shape[1])
    sd = float(np.exp(min(parameters[-1], np.log(MAX_EFFECT))))
    upper, lower = (end - design @ beta for end in _bounds(thresholds, level))
    n_clusters = int(index.max()) + 1
    mode, curvature = _modes(upper, lower, sd, index, n_clusters)
    width = 1 / np.sqrt(curvature)
    nodes, log_weights = rule
    z = mode[:, None] + np.sqrt(2) * width[:, None] * nodes
    shift = sd * z[index]
    probability = np.maximum(expit(upper[:, None] - shift) - expit(lower[:, None] - shift), TINY)
    joint = np.zeros((n_clusters, len(nodes)))
    np.add.at(joint, index, np.log(probability))
    joint += -0.5 * z**2 - 0.5 * np.log(2 * np.pi) + log_weights
    top = joint.max(axis=1)
    by_cluster = top + np.log(np.exp(joint - top[:, None]).sum(axis=1))
    return float((by_cluster + np.log(np.sqrt(2) * width)).sum())


def _modes(
    upper: FloatArray,
    lower: FloatArray,
    sd: float,
    index: npt.NDArray[np.intp],
    n_clusters: int,
) -> tuple[FloatArray, FloatArray]:
    """Give the mode of each cluster's standard normal intercept, and the curvature there."""
    z = np.zeros(n_clusters)
    curvature = np.ones(n_clusters)
    for _ in range(NEWTON_STEPS):
        shift = sd * z[index]
        above, below = expit(upper - shift), expit(lower - shift)
        # log(F(a) - F(b)) has the derivative 1 - F(a) - F(b) of its shift, logistic F.
        slope = np.bincount(index, sd * (above + below - 1), n_clusters) - z
        bend = above * (1 - above) + below * (1 - below)
        curvature = np.asarray(1 + np.bincount(index, sd**2 * bend, n_clusters), np.float64)
        step = np.asarray(slope / curvature, np.float64)
        z = z + step
        if np.abs(step).max() < 1e-10:
            break
    return z, curvature


def _check(parameters: FloatArray, n_columns: int) -> None:
    if not np.isfinite(parameters).all() or np.abs(parameters[:n_columns]).max() > MAX_EFFECT:
        raise ModelError("the answers of the groups separate completely: no estimate exists")


def _hessian(gradient: Callable[[FloatArray], FloatArray], at: FloatArray) -> FloatArray:
    """Differentiate a gradient."""
    steps = STEP * np.eye(len(at))
    rows = [(gradient(at + step) - gradient(at - step)) / (2 * STEP) for step in steps]
    return np.asarray((np.array(rows) + np.array(rows).T) / 2, np.float64)


def _second(function: Callable[[FloatArray], float], at: FloatArray) -> FloatArray:
    """Differentiate a function twice."""
    n, steps = len(at), WIDE_STEP * np.eye(len(at))
    out = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1):
            a, b = steps[i], steps[j]
            corners = function(at + a + b) - function(at + a - b)
            corners += function(at - a - b) - function(at - a + b)
            out[i, j] = out[j, i] = corners / (4 * WIDE_STEP**2)
    return out


def _inverse(hessian: FloatArray) -> FloatArray:
    try:
        inverse = np.linalg.inv(hessian)
    except np.linalg.LinAlgError:
        raise ModelError("the model is not determined by the answers") from None
    if not (np.diag(inverse) > 0).all():
        raise ModelError("the model is not determined by the answers")
    return np.asarray(inverse, np.float64)
