"""Agreement against published worked examples."""

import numpy as np
import pytest

from analysis.measures.agreement import (
    NO_RATING,
    AgreementError,
    alpha_ordinal_weights,
    cohen_kappa,
    confusion,
    gwet_ac,
    krippendorff_alpha,
    percent_agreement,
    weights_of,
)

X = NO_RATING
#: Krippendorff's four observers of twelve units (2011, Computing Krippendorff's alpha-reliability,
#: section C), cac.raw4raters of the R package irrCAC.
FOUR_RATERS = np.array(
    [
        [0, 0, X, 0],
        [1, 1, 2, 1],
        [2, 2, 2, 2],
        [2, 2, 2, 2],
        [1, 1, 1, 1],
        [0, 1, 2, 3],
        [3, 3, 3, 3],
        [0, 0, 1, 0],
        [1, 1, 1, 1],
        [X, 4, 4, 4],
        [X, X, 0, 0],
        [X, X, 2, X],
    ]
)
#: cont3x3abstractors of irrCAC: pregnancies by two abstractors.
ABSTRACTORS = [[13, 0, 0], [0, 20, 7], [0, 4, 56]]
#: SAS/STAT, PROC FREQ, "Agreement Study": skin condition by two dermatologists.
DERMATOLOGISTS = [[10, 4, 1, 0], [5, 10, 12, 2], [2, 4, 12, 5], [0, 2, 6, 13]]


def spread(table):
    """Give one row an item for a table of counts."""
    return np.argwhere(np.ones_like(table)).repeat(np.ravel(table), axis=0)


@pytest.mark.parametrize(
    ("coefficient", "value", "error"),
    [
        (cohen_kappa, 0.7964094, 0.05891072),
        (gwet_ac, 0.8493305, 0.04321747),
        (krippendorff_alpha, 0.7972585, 0.05905473),
        (percent_agreement, 0.89, 0.03128898),
    ],
)
def test_two_abstractors_as_in_the_vignette_of_irrcac(coefficient, value, error):
    """irrCAC 1.0, vignette "overview": values and standard errors."""
    found = coefficient(spread(ABSTRACTORS), weights_of("identity", 3))
    assert found.value == pytest.approx(value, abs=5e-8)
    # For two raters irrCAC divides by n, for more by n - 1 as we do always.
    if coefficient in (gwet_ac, percent_agreement):
        assert found.error * np.sqrt(99 / 100) == pytest.approx(error, rel=1e-6)
    else:
        assert found.error == pytest.approx(error, rel=0.01)


def test_kappa_of_two_dermatologists_is_that_of_sas():
    """Simple 0.3449 (ASE 0.0724), weighted (Cicchetti-Allison) 0.5082 (0.0655)."""
    ratings = spread(DERMATOLOGISTS)
    plain = cohen_kappa(ratings, weights_of("identity", 4))
    linear = cohen_kappa(ratings, weights_of("linear", 4))
    assert (round(plain.value, 4), round(plain.error, 4)) == (0.3449, 0.0724)
    assert (round(linear.value, 4), round(linear.error, 4)) == (0.5082, 0.0655)


def test_four_raters_with_missing_answers_as_in_irrcac():
    """irrCAC, vignette "overview", cac.raw4raters: AC1 .77544 (.14295), alpha .74342 (.14557)."""
    ac1 = gwet_ac(FOUR_RATERS, weights_of("identity", 5))
    alpha = krippendorff_alpha(FOUR_RATERS, weights_of("identity", 5))
    assert (ac1.value, ac1.error) == pytest.approx((0.77544, 0.14295), abs=6e-6)
    assert ac1.observed == pytest.approx(0.8181818, abs=1e-7)
    assert alpha.value == pytest.approx(0.743421, abs=6e-7)
    # The vignette was built by a release whose error counted items of three answers otherwise.
    assert alpha.error == pytest.approx(0.14557, abs=1e-4)


def test_alpha_of_krippendorffs_own_example():
    """Nominal 0.743, ordinal 0.815, interval 0.849 (Krippendorff 2011, sections C and D)."""
    found = [
        krippendorff_alpha(FOUR_RATERS, weights).value
        for weights in (
            weights_of("identity", 5),
            alpha_ordinal_weights(FOUR_RATERS, 5),
            weights_of("quadratic", 5),
        )
    ]
    assert [round(value, 3) for value in found] == [0.743, 0.815, 0.849]


def test_weights_are_those_of_the_vignette():
    """irrCAC, vignette "weighting", three categories."""
    assert weights_of("linear", 3)[0].tolist() == [1, 0.5, 0]
    assert weights_of("ordinal", 3)[0] == pytest.approx([1, 2 / 3, 0])


def test_full_agreement_is_one_and_the_order_of_raters_and_items_is_free():
    assert gwet_ac([[0, 0], [1, 1]], weights_of("identity", 2)).value == 1
    shuffled = FOUR_RATERS[::-1, ::-1]
    for coefficient in (gwet_ac, krippendorff_alpha, percent_agreement):
        here, there = (coefficient(t, weights_of("linear", 5)) for t in (FOUR_RATERS, shuffled))
        assert here.value == pytest.approx(there.value)


def test_confusion_leaves_out_items_of_one_rater():
    assert confusion([[0, 1], [1, X], [1, 1]], 2).tolist() == [[0, 1], [0, 1]]


def test_what_has_no_agreement_says_why():
    same = [[0, 0], [0, 0]]
    with pytest.raises(AgreementError, match="one and the same answer"):
        cohen_kappa(same, weights_of("identity", 2))
    with pytest.raises(AgreementError, match="all answers are equal"):
        krippendorff_alpha(same, weights_of("identity", 2))
    with pytest.raises(AgreementError, match="no item with two answers"):
        gwet_ac([[0, X], [X, 1]], weights_of("identity", 2))
    assert gwet_ac(same, weights_of("identity", 2)).value == 1
