"""How alike a study's groups are in size: the sample alone, nothing of what was answered."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from lesions.balance import ks_distance, smd_of_logs
from lesions.columns import GROUPS
from reviewapp.models import Study

#: The group that the others are matched to.
TARGET = "FPL_MS"


@dataclass(frozen=True)
class GroupRow:
    """One group of the sample; `smd` and `ks` compare its volumes with those of FPL_MS.

    `smd` is of log volume; None where it isn't defined, and both for FPL_MS itself.
    """

    group: str
    n: int
    n_patients: int
    max_per_patient: int
    median_mm3: float
    q1_mm3: float
    q3_mm3: float
    smd: float | None
    ks: float | None


def sample_balance(study: Study) -> list[GroupRow]:
    """Give a row for each group that the sample has, in the paper's order."""
    rows = list(study.rois.values_list("group", "volume_mm3", "scan__participant_id"))
    target = np.array([volume for group, volume, _ in rows if group == TARGET], float)
    found = []
    for group in GROUPS:
        volumes = np.array([volume for name, volume, _ in rows if name == group], float)
        if not len(volumes):
            continue
        patients = [patient for name, _, patient in rows if name == group]
        q1, median, q3 = np.quantile(volumes, [0.25, 0.5, 0.75])
        compared = group != TARGET and len(target) > 0
        found.append(
            GroupRow(
                group=group,
                n=len(volumes),
                n_patients=len(set(patients)),
                max_per_patient=max(Counter(patients).values()),
                median_mm3=float(median),
                q1_mm3=float(q1),
                q3_mm3=float(q3),
                smd=smd_of_logs(volumes, target) if compared else None,
                ks=ks_distance(volumes, target) if compared else None,
            )
        )
    return found
