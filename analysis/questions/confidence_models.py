"""H3 by ordinal models: confidence by group, adjusted for volume, patients' answers alike."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm, t

from analysis.answers import Selection
from analysis.measures.cumulative import (
    Fit,
    FloatArray,
    ModelError,
    fit_cumulative,
    fit_cumulative_mixed,
)
from analysis.measures.holm import holm
from analysis.measures.patients import MIN_PATIENTS
from analysis.measures.proportions import LEVEL
from analysis.questions.confidence import BASELINE, COMPARED
from analysis.tables.formats import as_table
from analysis.tables.models import CONFIDENCE_MODELS, MODELS

_FITS: dict[str, Callable[..., Fit]] = dict(
    zip(MODELS, (fit_cumulative, fit_cumulative_mixed), strict=True)
)
VOLUME = "volume"
TINY_VARIANCE = 1e-12
# Scores of patients who all answer alike cancel out but for rounding.


def confidence_models(selection: Selection, level: float = LEVEL) -> pd.DataFrame:
    """Fit both models per rater; groups without answers have no row."""
    rows: list[dict[str, Any]] = []
    for model in MODELS:
        for rater in selection.raters:
            own = selection.used[selection.used["rater"] == rater]
            rows += [{"rater": rater, "model": model} | row for row in _model(own, model, level)]
    for model in MODELS:
        tested = [
            row
            for row in rows
            if row["model"] == model and row["term"] != VOLUME and "p_model" in row
        ]
        for row, p in zip(tested, holm([row["p_model"] for row in tested]), strict=True):
            row["p_holm"] = p
    return as_table(rows, CONFIDENCE_MODELS)


def _model(own: pd.DataFrame, model: str, level: float) -> list[dict[str, Any]]:
    groups = [group for group in COMPARED if (own["group"] == group).any()]
    terms = [*groups, VOLUME]
    patients = own["participant_id"].nunique()
    about: dict[str, Any] = {"n": len(own), "n_patients": patients}
    if not groups or not (own["group"] == BASELINE).any():
        return [about | {"term": VOLUME, "not_available": f"no two groups with {BASELINE}"}]
    columns = [(own["group"] == group).to_numpy(float) for group in groups]
    volume = np.log2(own["volume_mm3"].to_numpy(float))
    columns.append(volume - volume.mean())
    if np.ptp(volume) == 0:
        terms, columns = groups, columns[:-1]
    try:
        if patients < MIN_PATIENTS:
            raise ModelError(f"needs {MIN_PATIENTS} patients, came {patients}")
        fit = _FITS[model](own["confidence"], np.column_stack(columns), own["participant_id"])
    except ModelError as error:
        return [about | {"term": term, "not_available": str(error)} for term in terms]
    return [about | {"term": term} | _term(fit, i, patients, level) for i, term in enumerate(terms)]


def _term(fit: Fit, i: int, n_patients: int, level: float) -> dict[str, Any]:
    beta = float(fit.beta[i])
    robust = fit.cluster_covariance is not None
    covariance: FloatArray = fit.covariance if not robust else np.asarray(fit.cluster_covariance)
    variance = float(covariance[i, i])
    out: dict[str, Any] = {"log_odds": beta, "odds_ratio": float(np.exp(beta))}
    out |= {"patient_sd": fit.sd, "log_likelihood": fit.log_likelihood}
    if not variance > TINY_VARIANCE:
        return out | {"not_available": "error: the patients' answers show no spread"}
    error = float(np.sqrt(variance))
    # Few clusters: t with one degree of freedom less than patients (Cameron and Miller 2015).
    law = t(n_patients - 1) if robust else norm
    half = float(law.ppf((1 + level) / 2)) * error
    out |= {"error": error, "low": float(np.exp(beta - half)), "high": float(np.exp(beta + half))}
    return out | {"p_model": 2 * float(law.sf(abs(beta) / error))}
