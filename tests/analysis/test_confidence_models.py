"""H3 by ordinal models, and the clustered test."""

import numpy as np
import pytest

from analysis.answers import select_answers
from analysis.questions.confidence import confidence_tests
from analysis.questions.confidence_models import confidence_models
from lesions.questionnaire import paper_questionnaire

PAPER = paper_questionnaire()


@pytest.fixture
def study(make_answers):
    """Forty patients with three ROIs in each of two groups; FNL one step lower, patients differ."""
    rng = np.random.default_rng(11)
    own = rng.normal(size=40)
    rows = []
    for patient in range(40):
        for group, shift in (("TPL", 0.0), ("FNL", -1.2)):
            for i in range(3):
                latent = own[patient] + shift + rng.logistic()
                rows.append(
                    {
                        "roi_id": f"{group}-{patient}-{i}",
                        "participant_id": f"sub-{patient}",
                        "group": group,
                        "confidence": 1 + int(np.digitize(latent, [-3, -1.5, 0, 1.5])),
                        "volume_mm3": float(np.exp(rng.normal(3, 0.5))),
                    }
                )
    return select_answers(make_answers(rows), PAPER, "set")


def test_both_models_find_the_shift_and_the_mixed_one_the_spread(study):
    table = confidence_models(study).set_index(["model", "term"])
    plain = table.loc[("proportional odds", "FNL")]
    mixed = table.loc[("random patient intercept", "FNL")]
    for row in (plain, mixed):
        assert row["low"] < np.exp(-1.2) < row["high"]
        assert row["p_model"] < 0.01
        assert row["p_holm"] == row["p_model"]
    assert 0.6 < mixed["patient_sd"] < 1.6
    assert mixed["log_odds"] < plain["log_odds"] < 0
    assert table.loc[("proportional odds", "volume"), "low"] < 1


def test_the_clustered_test_stands_beside_mann_whitney(study):
    row = confidence_tests(study, 5).set_index("group").loc["FNL"]
    assert row["z_clustered"] < 0
    assert row["p_clustered"] < 0.01
    assert row["chance_lower"] == pytest.approx((1 - row["cliffs_delta"]) / 2)
    assert row["chance_low"] < row["chance_lower"] < row["chance_high"]


def test_holm_adjusts_over_all_raters_and_groups(paper_answers):
    table = confidence_tests(select_answers(paper_answers, PAPER, "set"), 5)
    raw = sorted(table["p_mann_whitney_exact"])
    adjusted = sorted(table["p_holm"])
    assert len(raw) == 6
    assert adjusted[0] == pytest.approx(min(1, 6 * raw[0]))
    assert all(a >= b for a, b in zip(adjusted, raw, strict=True))


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([{"group": "FNL"}, {"group": "FNL", "confidence": 1}], "no two groups with TPL"),
        ([{"group": "FNL", "confidence": 1}, {"group": "TPL"}], "needs 10 patients, came 2"),
        (
            [{"group": g, "roi_id": f"{g}{i}"} for g in ("FNL", "TPL") for i in range(12)],
            "all answers are equal",
        ),
        (
            [
                {"group": g, "roi_id": f"{g}{i}", "confidence": level, "volume_mm3": 5.0}
                for g, level in (("FNL", 1), ("TPL", 5))
                for i in range(12)
            ],
            "the answers of the groups separate completely: no estimate exists",
        ),
    ],
)
def test_what_cannot_be_fitted_says_why(make_answers, rows, why):
    table = confidence_models(select_answers(make_answers(rows), PAPER, "set"))
    assert set(table["not_available"]) == {why}
    assert table["odds_ratio"].isna().all()
