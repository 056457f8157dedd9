"""Ordinal models against R's package ordinal, on its wine data."""

import numpy as np
import pytest

from analysis.measures.cumulative import ModelError, fit_cumulative, fit_cumulative_mixed

#: Bitterness of wine, 8 bottles (rows) by 9 judges: Randall 1989; R package ordinal, `wine`.
BITTERNESS = np.array(
    [
        [2, 1, 2, 3, 2, 3, 1, 2, 1],
        [3, 2, 3, 2, 3, 2, 1, 2, 2],
        [3, 1, 3, 3, 4, 3, 2, 2, 3],
        [4, 3, 2, 2, 3, 2, 2, 3, 2],
        [4, 2, 5, 3, 3, 2, 2, 3, 3],
        [4, 3, 5, 2, 3, 4, 3, 3, 2],
        [5, 5, 4, 5, 3, 5, 2, 3, 4],
        [5, 4, 4, 3, 3, 4, 3, 4, 4],
    ]
)
JUDGE = np.tile(np.arange(9), 8)
BOTTLE = np.repeat(np.arange(8), 9)
WARM_AND_CONTACT = np.column_stack([BOTTLE >= 4, BOTTLE % 4 >= 2]).astype(float)
RATING = BITTERNESS.ravel()


def errors(fit):
    return np.sqrt(np.diag(fit.covariance))


def test_the_plain_model_is_rs_clm():
    """Christensen, Cumulative Link Models with the R Package ordinal, section 4 (clm)."""
    fit = fit_cumulative(RATING, WARM_AND_CONTACT, JUDGE)
    assert fit.beta == pytest.approx([2.503, 1.528], abs=6e-4)
    assert fit.thresholds == pytest.approx([-1.344, 1.251, 3.467, 5.006], abs=6e-4)
    assert errors(fit) == pytest.approx([0.529, 0.477, 0.517, 0.438, 0.598, 0.731], abs=6e-4)
    assert fit.log_likelihood == pytest.approx(-86.49, abs=6e-3)


def test_the_mixed_model_by_laplace_is_rs_clmm():
    """R ordinal, clmm(rating ~ temp + contact + (1|judge)), nAGQ = 1: variance 1.279."""
    fit = fit_cumulative_mixed(RATING, WARM_AND_CONTACT, JUDGE, n_points=1)
    assert fit.beta == pytest.approx([3.063, 1.835], abs=6e-4)
    assert fit.thresholds == pytest.approx([-1.624, 1.513, 4.229, 6.089], abs=6e-4)
    assert errors(fit)[:2] == pytest.approx([0.595, 0.513], abs=6e-4)
    assert fit.sd**2 == pytest.approx(1.279, abs=1e-3)
    assert fit.log_likelihood == pytest.approx(-81.57, abs=6e-3)


def test_the_mixed_model_by_adaptive_quadrature_is_rs_clmm():
    """The same with nAGQ = 10: variance 1.288, log-likelihood -81.53."""
    fit = fit_cumulative_mixed(RATING, WARM_AND_CONTACT, JUDGE, n_points=10)
    assert fit.beta == pytest.approx([3.062, 1.833], abs=6e-4)
    assert errors(fit)[:2] == pytest.approx([0.595, 0.512], abs=6e-4)
    assert fit.sd**2 == pytest.approx(1.288, abs=1e-3)
    assert fit.log_likelihood == pytest.approx(-81.53, abs=6e-3)


def test_quadrature_has_converged_at_the_points_used():
    fits = [fit_cumulative_mixed(RATING, WARM_AND_CONTACT, JUDGE, n) for n in (15, 31)]
    assert fits[0].beta == pytest.approx(fits[1].beta, abs=1e-4)
    assert fits[0].log_likelihood == pytest.approx(fits[1].log_likelihood, abs=1e-6)


def test_the_cluster_error_is_the_spread_over_whole_clusters_drawn_again():
    rng = np.random.default_rng(3)
    patient = np.repeat(np.arange(60), 4)
    x = (patient % 2).astype(float)[:, None]
    latent = x[:, 0] + 1.5 * rng.normal(size=60)[patient] + rng.logistic(size=240)
    y = np.digitize(latent, [-1, 0.5, 2])
    fit = fit_cumulative(y, x, patient)
    drawn = []
    for _ in range(150):
        rows = np.concatenate([np.flatnonzero(patient == i) for i in rng.integers(0, 60, 60)])
        drawn.append(fit_cumulative(y[rows], x[rows], np.repeat(np.arange(60), 4)).beta[0])
    error = np.sqrt(fit.cluster_covariance[0, 0])
    assert error == pytest.approx(np.std(drawn), rel=0.2)
    assert error > 1.25 * errors(fit)[0]


def test_without_differences_between_clusters_the_mixed_model_is_the_plain_one():
    rng = np.random.default_rng(4)
    x = (np.arange(120) % 2).astype(float)[:, None]
    patient = np.repeat(np.arange(30), 4)
    y = np.tile([1, 2, 3, 2], 30)
    rng.shuffle(x)
    mixed, plain = fit_cumulative_mixed(y, x, patient), fit_cumulative(y, x, patient)
    assert mixed.sd == pytest.approx(0, abs=0.01)
    assert mixed.beta == pytest.approx(plain.beta, abs=1e-3)


def test_what_has_no_estimate_says_why():
    x = np.array([[0.0], [0.0], [1.0], [1.0]])
    with pytest.raises(ModelError, match="all answers are equal"):
        fit_cumulative([3, 3, 3, 3], x, [1, 2, 3, 4])
    with pytest.raises(ModelError, match="separate completely"):
        fit_cumulative([1, 1, 2, 2], x, [1, 2, 3, 4])
    with pytest.raises(ModelError, match="does not vary"):
        fit_cumulative([1, 2, 2, 3], np.ones((4, 1)), [1, 2, 3, 4])
    with pytest.raises(ModelError, match="one answer"):
        fit_cumulative_mixed([1, 2, 1, 2], x, [1, 2, 3, 4])
