"""Odd studies give the right number, or `not available` with the reason."""

import json
import math
import re
from itertools import product

import numpy as np
import pytest

from analysis.answers import AnswersError
from analysis.page.html import render_sections
from analysis.report import analyse
from analysis.results import results_json
from analysis.tables.formats import REPORT_FORMATS

GROUPS = ("FPL_MS", "FPL_mimic", "TPL", "FNL")


def grid(raters, groups, n, **more):
    """Give answers of each rater to n ROIs of each group; confidence runs over the levels."""
    return [
        {
            "rater": rater,
            "roi_id": f"{group}{i}",
            "participant_id": f"sub-{i % 12}",
            "group": group,
            "confidence": 1 + (i * 7 + len(group)) % 5,
            "needs_correction": "yes" if i % 3 == 0 else "no",
        }
        | more
        for rater, group, i in product(raters, groups, range(n))
    ]


CASES = {
    "one rater": grid(["a"], GROUPS, 6),
    "one group": grid("ab", ["FNL"], 6),
    "all answers equal": grid("ab", GROUPS, 15, confidence=3, needs_correction="no"),
    "an empty cell": [
        row | ({"needs_correction": "no"} if row["group"] == "FPL_mimic" else {})
        for row in grid("ab", GROUPS, 14)
    ],
    "a group of size 1": grid("ab", ["TPL"], 12) + grid("ab", ["FNL", "FPL_MS"], 1),
    "one ROI": grid("a", ["TPL"], 1),
    "one patient": [row | {"participant_id": "sub-1"} for row in grid("ab", GROUPS, 6)],
    "repeats only": [row | {"repeat": 1} for row in grid("ab", GROUPS, 3)],
    "no ROI in common": grid("a", ["TPL"], 5) + grid("b", ["FNL"], 5),
    "one class throughout": grid("ab", GROUPS, 11, classes=("Unknown",)),
    "equal volumes and times": grid("ab", GROUPS, 12, volume_mm3=8.0, active_s=5.0),
}


@pytest.mark.parametrize("name", CASES)
def test_an_odd_study_has_a_number_or_a_reason_in_every_row(make_answers, name):
    report = analyse(make_answers(CASES[name]))
    json.loads(results_json(report))
    text = re.sub(r"<[^>]+>", " ", render_sections(report))
    assert not re.search(r"\b(nan|NaN|inf|(?<!“)None|NaT)\b", text)
    for table, fmt in REPORT_FORMATS.items():
        if table not in report.tables or "not_available" not in fmt.by_name:
            continue
        may_lack = {"p_holm", "patient_sd", "by_chance"}
        numbers = [c.name for c in fmt.columns if c.kind == "number" and c.name not in may_lack]
        for row in report.tables[table].to_dict("records"):
            lacking = [n for n in numbers if isinstance(row[n], float) and math.isnan(row[n])]
            assert not lacking or row["not_available"], (table, row, lacking)


def test_a_missing_roi_of_one_rater_is_left_out_of_pairs_and_nothing_else(make_answers):
    rows = grid("ab", GROUPS, 12)
    report = analyse(make_answers(rows[:-1]))
    counts = report.tables["answer_counts"].set_index(["rater", "group"])["n_used"]
    assert (counts["a", "FNL"], counts["b", "FNL"]) == (12, 11)
    agreement = report.tables["agreement"].set_index(["group", "question", "coefficient"])
    assert agreement.loc[("FNL", "family", "percent"), "n_items"] == 11


def test_two_revisions_count_once_and_are_told(make_answers):
    rows = grid("a", GROUPS, 3)
    report = analyse(make_answers([*rows, rows[0] | {"revision": 2, "confidence": 5}]))
    assert (report.n_used, report.n_older_revisions) == (12, 1)


def test_answers_of_two_protocol_versions_all_count_and_are_told(make_answers):
    rows = grid("ab", GROUPS, 12)
    first, second = "1" * 12 + "a" * 52, "b" * 64
    for i, row in enumerate(rows):
        row |= {"protocol_sha256": first if i < 30 else second}
        row |= {"answered_at": f"2026-01-{5 + i // 30:02d}T09:00:00Z"}
    report = analyse(make_answers(rows))
    told = report.tables["protocols"].set_index("protocol_sha256")["n_used"]
    assert told.to_dict() == {first: 30, second: 66}
    text = re.sub(r"<[^>]+>", "", render_sections(report))
    assert "under 2 versions of the protocol and were pooled" in text
    assert first in text
    assert second in text


def test_answers_without_a_protocol_say_so(make_answers):
    table = analyse(make_answers(grid("a", GROUPS, 3))).tables["protocols"]
    assert table["protocol_sha256"].tolist() == ["not recorded"]
    assert table["n_used"].tolist() == [12]


def test_unknown_classes_and_missing_answers_are_refused_with_their_row(make_answers):
    rows = grid("a", GROUPS, 2)
    with pytest.raises(AnswersError, match='row 3: classes: "Plaque" is no class'):
        analyse(make_answers([rows[0], rows[1] | {"classes": ("Plaque",)}]))
    with pytest.raises(AnswersError, match="row 2: reasons: Choose at least one reason"):
        analyse(make_answers([rows[0] | {"reasons": ()}]))


def test_volumes_and_levels_of_any_size_stay_finite(make_answers):
    rng = np.random.default_rng(0)
    rows = [row | {"volume_mm3": float(10 ** rng.uniform(-3, 6))} for row in grid("ab", GROUPS, 12)]
    models = analyse(make_answers(rows)).tables["confidence_models"]
    shown = models[models["not_available"].isna()]
    assert len(shown)
    assert np.isfinite(shown[["odds_ratio", "low", "high"]].to_numpy()).all()
