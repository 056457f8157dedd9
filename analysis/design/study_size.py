"""How large the next study must be: power and width by simulation of clustered, ordered answers."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from scipy.stats import binomtest, mannwhitneyu

from analysis.measures.clustered_ranks import datta_satten
from analysis.measures.simulation import draw_answers, thresholds_of
from analysis.tables.design import DETECTABLE, POWER, WIDTHS
from analysis.tables.formats import as_table


class DesignError(ValueError):
    """The design can't be simulated; the message says what was expected."""


@dataclass(frozen=True)
class Design:
    """What is simulated: see the options of `python -m analysis design`."""

    shares: tuple[float, ...] = (0.1, 0.2, 0.3, 0.25, 0.15)
    patient_sd: float = 1.0
    share: float = 0.9
    patients: tuple[int, ...] = (15, 30, 60)
    rois: tuple[int, ...] = (1, 2, 4)
    odds_ratios: tuple[float, ...] = (0.25, 0.4, 0.55, 0.7, 1.0)
    alpha: float = 0.05
    power: float = 0.8
    n_studies: int = 400
    seed: int = 20260517

    def __post_init__(self) -> None:
        """Refuse what has no meaning."""
        if min(*self.patients, *self.rois, self.n_studies) < 1 or min(self.patients) < 2:
            raise DesignError("patients must be 2 or more, ROIs and studies 1 or more")
        if not 0 < self.share < 1 or not 0 < self.alpha < 1 or not 0 < self.power < 1:
            raise DesignError("share, alpha and power must lie between 0 and 1")
        if self.patient_sd < 0 or min(self.odds_ratios) <= 0:
            raise DesignError("patient_sd must be 0 or more, odds ratios above 0")

    def as_dict(self) -> dict[str, Any]:
        """Give the options, for results and dictionaries."""
        return asdict(self)


def power_table(design: Design) -> pd.DataFrame:
    """Simulate studies of every size and effect; test each as the report does (group lower)."""
    thresholds = thresholds_of(design.shares)
    rows = []
    for i, (n_patients, n_rois) in enumerate(_sizes(design)):
        for j, odds_ratio in enumerate(design.odds_ratios):
            rng = np.random.default_rng([design.seed, i, j])
            clustered = naive = 0
            for _ in range(design.n_studies):
                drawn = draw_answers(
                    rng, thresholds, np.log(odds_ratio), design.patient_sd, n_patients, n_rois
                )
                found = datta_satten(drawn.levels, drawn.in_group, drawn.patients)
                clustered += found is not None and found.p_lower < design.alpha
                naive += _naive(drawn.levels, drawn.in_group) < design.alpha
            interval = binomtest(clustered, design.n_studies).proportion_ci(method="wilson")
            rows.append(
                {"n_patients": n_patients, "n_rois": n_patients * n_rois, "odds_ratio": odds_ratio}
                | {"power": clustered / design.n_studies, "low": interval.low}
                | {"high": interval.high, "power_naive": naive / design.n_studies}
                | {"n_studies": design.n_studies}
            )
    return as_table(rows, POWER)


def detectable_table(power: pd.DataFrame, wanted: float) -> pd.DataFrame:
    """Give, for each size, the weakest effect with the power wanted, by straight lines between."""
    rows = []
    for (n_patients, n_rois), own in power.groupby(["n_patients", "n_rois"], sort=False):
        below = own[own["odds_ratio"] <= 1].sort_values("odds_ratio")
        row: dict[str, Any] = {"n_patients": n_patients, "n_rois": n_rois}
        effect = _crossing(below["odds_ratio"].tolist(), below["power"].tolist(), wanted)
        why = None if effect else "no effect simulated reaches the power, or all do"
        rows.append(row | {"odds_ratio": effect, "not_available": why})
    return as_table(rows, DETECTABLE)


def width_table(design: Design) -> pd.DataFrame:
    """Simulate a share with patients that differ; give the width of its interval by size."""
    rows = []
    for i, (n_patients, n_rois) in enumerate(_sizes(design)):
        rng = np.random.default_rng([design.seed, 7, i])
        own = logit(design.share) + design.patient_sd * rng.normal(
            size=(design.n_studies, n_patients)
        )
        n = n_patients * n_rois
        hits = rng.binomial(n_rois, expit(own)).sum(axis=1)
        low, high = np.quantile(hits / n, [0.025, 0.975])
        rows.append(
            {"n_patients": n_patients, "n_rois": n, "share": float(hits.mean() / n)}
            | {"width_wilson": float(np.mean([_width(int(k), n) for k in hits]))}
            | {"width_true": float(high - low), "n_studies": design.n_studies}
        )
    return as_table(rows, WIDTHS)


def _sizes(design: Design) -> list[tuple[int, int]]:
    return [(patients, rois) for rois in design.rois for patients in design.patients]


def _naive(levels: Any, in_group: Any) -> float:
    found = mannwhitneyu(
        levels[in_group], levels[~in_group], alternative="less", method="asymptotic"
    )
    return float(np.nan_to_num(found.pvalue, nan=1.0))


def _width(n_yes: int, n: int) -> float:
    interval = binomtest(n_yes, n).proportion_ci(method="wilson")
    return float(interval.high - interval.low)


def _crossing(ratios: Sequence[float], powers: Sequence[float], wanted: float) -> float | None:
    """Give the log-linear point at which power falls below what is wanted."""
    for k in range(len(ratios) - 1):
        if powers[k] >= wanted > powers[k + 1]:
            share = (powers[k] - wanted) / (powers[k] - powers[k + 1])
            logs = np.log([ratios[k], ratios[k + 1]])
            return float(np.exp(logs[0] + share * (logs[1] - logs[0])))
    return None
