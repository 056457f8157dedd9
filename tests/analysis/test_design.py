"""The design of the next study by simulation."""

import json

import numpy as np
import pytest

from analysis.__main__ import main
from analysis.design.report import pilot_design
from analysis.design.study_size import (
    Design,
    DesignError,
    detectable_table,
    power_table,
    width_table,
)
from analysis.measures.simulation import draw_answers, thresholds_of
from analysis.tables.design import DESIGN_FORMATS
from lesions.tsv import read_table

SMALL = Design(patients=(12,), rois=(1, 3), odds_ratios=(0.2, 1.0), n_studies=80)


def test_the_levels_drawn_have_the_shares_asked_for():
    rng = np.random.default_rng(0)
    shares = [0.2, 0.5, 0.2, 0.1]
    drawn = draw_answers(rng, thresholds_of(shares), 0.0, 0.0, 20_000, 1)
    found = np.bincount(drawn.levels, minlength=5)[1:] / len(drawn.levels)
    assert found == pytest.approx(shares, abs=0.01)


def test_independent_answers_have_whiteheads_power():
    """Whitehead 1993, doi:10.1002/sim.4780122404: shares .2 .5 .2 .1, log odds .887, 187 in all.

    Two-sided 5 % has a power of 90 %, so one-sided 2.5 % has it, too. Each ROI is of a patient of
    its own in effect: patients don't differ.
    """
    design = Design(
        shares=(0.1, 0.2, 0.5, 0.2),
        patient_sd=0.0,
        patients=(94,),
        rois=(1,),
        odds_ratios=(float(np.exp(-0.887)),),
        alpha=0.025,
        n_studies=500,
    )
    row = power_table(design).iloc[0]
    assert row["power_naive"] == pytest.approx(0.9, abs=0.04)
    assert row["power"] == pytest.approx(row["power_naive"], abs=0.03)


def test_more_rois_find_more_and_no_difference_is_found_as_often_as_alpha():
    table = power_table(SMALL).set_index(["n_rois", "odds_ratio"])["power"]
    assert table[36, 0.2] >= table[12, 0.2]
    assert table[36, 1.0] < 0.15


def test_the_detectable_effect_lies_between_those_simulated():
    power = power_table(SMALL)
    power["power"] = [0.9, 0.1, 1.0, 0.9]
    table = detectable_table(power, 0.8).set_index("n_rois")
    assert 0.2 < table.loc[12, "odds_ratio"] < 0.25
    assert table.loc[36, "not_available"].startswith("no effect")


def test_patients_that_differ_widen_the_true_interval_beyond_wilsons():
    design = Design(patients=(30,), rois=(1, 10), share=0.7, patient_sd=1.5, n_studies=400)
    table = width_table(design).set_index("n_rois")
    assert table.loc[300, "width_true"] > 1.4 * table.loc[300, "width_wilson"]
    assert table.loc[30, "width_true"] == pytest.approx(table.loc[30, "width_wilson"], rel=0.2)


def test_the_same_seed_gives_the_same_table():
    assert power_table(SMALL).equals(power_table(SMALL))


@pytest.mark.parametrize("wrong", [{"patients": (1,)}, {"share": 1.0}, {"odds_ratios": (0.0,)}])
def test_a_design_without_meaning_is_refused(wrong):
    with pytest.raises(DesignError):
        Design(**wrong)


def test_a_pilot_gives_its_shares_and_its_spread(paper_answers):
    design = pilot_design(paper_answers, Design(), "answers.tsv")
    assert sum(design.shares) == pytest.approx(1)
    assert design.share == pytest.approx(200 / 218)
    assert design.patient_sd != Design().patient_sd


def test_the_command_writes_tables_that_read_back_and_figures(tmp_path):
    command = ["design", "--out", str(tmp_path), "--patients", "12", "--rois", "1"]
    assert main([*command, "--odds-ratios", "0.3,1", "--studies", "40"]) == 0
    for name, fmt in DESIGN_FORMATS.items():
        assert len(read_table(tmp_path / "tables" / f"{name}.tsv", fmt)) > 0
    results = json.loads((tmp_path / "design.json").read_text("utf-8"))
    assert results["options"]["n_studies"] == 40
    assert (tmp_path / "figures" / "figure_power.pdf").read_bytes().startswith(b"%PDF")
