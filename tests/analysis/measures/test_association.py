"""Cramér's V."""

import numpy as np
import pytest
from scipy.stats import chi2_contingency, ncx2
from scipy.stats.contingency import association

from analysis.measures.association import cramers_v

#: Agresti 2007, Introduction to Categorical Data Analysis, Table 2.5: party by gender, X2 = 30.07.
PARTY = [[762, 327, 468], [484, 239, 477]]


def test_the_table_of_party_and_gender_has_agrestis_chi_square():
    found = cramers_v(PARTY)
    assert found.value == pytest.approx(np.sqrt(30.07 / 2757), abs=1e-5)
    assert found.value == pytest.approx(association(PARTY, method="cramer"))


def test_the_ends_are_those_of_the_noncentral_distribution():
    found = cramers_v(PARTY)
    statistic = chi2_contingency(PARTY, correction=False).statistic
    for end, probability in ((found.low, 0.975), (found.high, 0.025)):
        noncentrality = end**2 * 2757
        assert ncx2.cdf(statistic, 2, noncentrality) == pytest.approx(probability)


def test_no_association_reaches_down_to_zero():
    found = cramers_v([[10, 20], [20, 40]])
    assert (found.value, found.low) == (0, 0)


def test_the_interval_has_its_coverage_on_a_seeded_study():
    rng = np.random.default_rng(5)
    p = np.array([0.5, 0.35, 0.3, 0.2])
    truth = np.sqrt(((p - p.mean()) ** 2).mean() / (p.mean() * (1 - p.mean())))
    inside = 0
    for _ in range(150):
        yes = rng.binomial(60, p)
        found = cramers_v(np.column_stack([yes, 60 - yes]))
        inside += found.low <= truth <= found.high
    assert 132 <= inside <= 150
