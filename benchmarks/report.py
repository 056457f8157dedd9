"""Time the full report: `python benchmarks/report.py [--raters 2] [--rois 227]`.

Simulated answers of a study: four groups, patients who differ, raters who partly agree. Wall time
and processor time of `python -m analysis report` in a process of its own, and its peak memory.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from lesions.formats import ANSWERS  # noqa: E402
from lesions.questionnaire import paper_questionnaire  # noqa: E402
from lesions.tsv import write_table  # noqa: E402

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
#: Share of the ROIs in each group, as the paper's 109, 18, 50 and 50.
GROUPS = {"FPL_MS": 109 / 227, "FPL_mimic": 18 / 227, "TPL": 50 / 227, "FNL": 50 / 227}
SHIFT = {"FPL_MS": -0.5, "FPL_mimic": -0.7, "TPL": 0.0, "FNL": -0.9}


def simulate(n_raters: int, n_rois: int, n_patients: int, seed: int = 1) -> pd.DataFrame:
    """Give answers of the format ANSWERS."""
    rng = np.random.default_rng(seed)
    asked = paper_questionnaire()
    classes = [option.name for option in asked.classes if not option.custom_text]
    reasons = [option.name for option in asked.reasons if not option.custom_text][1:]
    group = rng.choice(list(GROUPS), n_rois, p=list(GROUPS.values()))
    patient = rng.integers(0, n_patients, n_rois)
    mood, truth = rng.normal(size=n_patients), rng.integers(0, len(classes), n_rois)
    volume = np.rint(np.exp(rng.normal(3, 0.8, n_rois))) + 1
    rows = []
    for rater in range(n_raters):
        for at, i in enumerate(rng.permutation(n_rois)):
            moment = START + timedelta(minutes=at)
            latent = mood[patient[i]] + SHIFT[group[i]] + rng.logistic()
            level = 1 + int(np.digitize(latent, [-2.5, -1, 0.3, 1.8]))
            first = truth[i] if rng.random() < 0.7 else rng.integers(0, len(classes))
            chosen = rng.choice(reasons, rng.integers(1, 3), replace=False)
            rows.append(
                {
                    "rater": f"rater{rater + 1:02d}",
                    "roi_id": f"roi-{i:05d}",
                    "participant_id": f"sub-{patient[i]:03d}",
                    "session_id": None,
                    "acquisition": "MP2RAGE",
                    "group": group[i],
                    "volume_mm3": float(volume[i]),
                    "classes": (classes[first],),
                    "confidence": level,
                    "reasons": ("None",) if level == 5 else tuple(map(str, chosen)),
                    "needs_correction": "yes" if rng.random() < 0.25 else "no",
                    "sampling_weight": 1.0 if group[i].startswith("FPL") else 4.0,
                    "comment": None,
                    "active_s": float(rng.gamma(3, 6)),
                    "repeat": 0,
                    "answered_at": moment.isoformat(),
                    "revision": 1,
                }
            )
    return pd.DataFrame(rows)


def main() -> None:
    """Measure once, and print one row for docs/benchmarks.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--raters", type=int, default=2)
    parser.add_argument("--rois", type=int, default=227)
    parser.add_argument("--patients", type=int, default=40)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        answers = simulate(options.raters, options.rois, options.patients)
        write_table(answers, folder / "answers.tsv", ANSWERS, synthetic=True)
        command = [sys.executable, "-m", "analysis", "report", str(folder / "answers.tsv")]
        before = time.perf_counter()
        subprocess.run(
            [*command, "--out", str(folder / "out")],
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
        )
        wall = time.perf_counter() - before
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"| {options.raters} raters x {options.rois} ROIs | {wall:.1f} s | "
        f"{used.ru_utime + used.ru_stime:.1f} s | {used.ru_maxrss / 1024:.0f} MB |"
    )


if __name__ == "__main__":
    main()
