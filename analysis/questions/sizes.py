"""How large the ROIs of each group are, and whether the groups are alike in size."""

from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import ks_2samp

from analysis.answers import Selection
from analysis.tables.formats import as_table
from analysis.tables.sizes import SIZES
from lesions.columns import GROUPS

REFERENCE = "FPL_MS"
_QUANTILES = {"p5": 0.05, "q1": 0.25, "median": 0.5, "q3": 0.75, "p95": 0.95}


def size_table(selection: Selection) -> pd.DataFrame:
    """Give the volumes of the ROIs of each group, and their balance against the FPL of MS.

    Standardised mean difference of log volume: difference of means over the pooled standard
    deviation (Austin 2009, doi:10.1002/sim.3697); KS: largest distance of the distributions.
    """
    rois = selection.used.drop_duplicates("roi_id")
    volumes = {g: rois.loc[rois["group"] == g, "volume_mm3"].to_numpy(float) for g in GROUPS}
    reference = volumes[REFERENCE]
    rows = []
    for group, own in volumes.items():
        patients = rois.loc[rois["group"] == group, "participant_id"].nunique()
        row: dict[str, Any] = {"group": group, "n_rois": len(own), "n_patients": patients}
        if not len(own):
            rows.append(row | {"not_available": "no answers"})
            continue
        values = np.quantile(own, list(_QUANTILES.values()))
        row |= {f"{k}_mm3": float(v) for k, v in zip(_QUANTILES, values, strict=True)}
        rows.append(row | _balance(own, reference, group))
    return as_table(rows, SIZES)


def _balance(own: Any, reference: Any, group: str) -> dict[str, Any]:
    if group == REFERENCE:
        return {"not_available": "balance: the group that others are compared with"}
    if min(len(own), len(reference)) < 2:
        return {"not_available": "balance: needs two ROIs in both groups"}
    a, b = np.log(own), np.log(reference)
    spread = np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2)
    row: dict[str, Any] = {"ks": float(ks_2samp(own, reference).statistic)}
    if spread == 0:
        return row | {"not_available": "smd: all volumes are equal"}
    return row | {"smd": float((a.mean() - b.mean()) / spread)}
