"""Small studies with known answers."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.contents import Report
from analysis.report import analyse

CLASS_OF = {
    "CL": "Leukocortical MS lesion",
    "WML": "Juxtacortical MS lesion",
    "UNCLEAR": "Unclear leuko- or juxtacortical MS lesion",
    "OTHER": "Vessel",
}
#: Families per rater and group that give the percentages of the paper's section 4.2.4. Of FPL_mimic
#: and FNL the paper gives MS and no MS lesion alone; of TPL nothing.
PAPER_COUNTS: dict[tuple[str, str], dict[str, int]] = {
    ("rater1", "FPL_MS"): {"CL": 29, "WML": 67, "UNCLEAR": 8, "OTHER": 5},
    ("rater2", "FPL_MS"): {"CL": 54, "WML": 24, "UNCLEAR": 18, "OTHER": 13},
    ("rater1", "FPL_mimic"): {"WML": 15, "OTHER": 3},
    ("rater2", "FPL_mimic"): {"WML": 6, "OTHER": 12},
    ("rater1", "FNL"): {"CL": 29, "OTHER": 20},
    ("rater2", "FNL"): {"CL": 19, "OTHER": 31},
    ("rater1", "TPL"): {"CL": 50},
    ("rater2", "TPL"): {"CL": 50},
}
MakeAnswers = Callable[[Sequence[Mapping[str, Any]]], pd.DataFrame]


def as_answers(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Give answers in the format ANSWERS; what a row leaves out gets a plain value."""
    whole = []
    for i, row in enumerate(rows):
        plain: dict[str, Any] = {
            "rater": "rater1",
            "roi_id": f"roi-{i:03d}",
            "participant_id": f"sub-{i % 11:02d}",
            "session_id": None,
            "acquisition": "MP2RAGE",
            "group": "TPL",
            "volume_mm3": 20.0 + i,
            "classes": ("Leukocortical MS lesion",),
            "confidence": 3,
            "reasons": ("None",),
            "needs_correction": "no",
            "comment": None,
            "active_s": 12.5,
            "repeat": 0,
            "answered_at": "2026-01-05T09:00:00Z",
            "revision": 1,
        }
        whole.append(plain | dict(row))
    return pd.DataFrame(whole)


@pytest.fixture(autouse=True)
def _expected_warnings() -> None:
    """Silence SciPy's word on the ends of its table, as analysis.questions.confidence does."""
    warnings.filterwarnings("ignore", message="p-value (capped|floored)", category=UserWarning)


@pytest.fixture
def make_answers() -> MakeAnswers:
    return as_answers


@pytest.fixture
def paper_answers() -> pd.DataFrame:
    """Two raters and 227 ROIs, as many as the paper's, with its families."""
    return paper_study()


@pytest.fixture(scope="session")
def paper_session_answers() -> pd.DataFrame:
    """The same, made once: not to be changed."""
    return paper_study()


@pytest.fixture(scope="session")
def paper_report(paper_session_answers: pd.DataFrame) -> Report:
    """The report of `paper_answers`, made once: not to be changed."""
    return analyse(paper_session_answers)


def paper_study() -> pd.DataFrame:
    """Give answers with the families of PAPER_COUNTS and seeded confidence."""
    rng = np.random.default_rng(7)
    rows = []
    for (rater, group), families in PAPER_COUNTS.items():
        names = [CLASS_OF[family] for family, n in families.items() for _ in range(n)]
        lowered = group in ("FNL", "FPL_MS")
        for i, name in enumerate(names):
            confidence = int(rng.choice([1, 2, 3, 4, 5], p=[0.1, 0.2, 0.3, 0.3, 0.1]))
            reasons = ("None",) if confidence == 5 else ("Small lesion size", "Other: motion")
            rows.append(
                {
                    "rater": rater,
                    "roi_id": f"{group}-{i:03d}",
                    "group": group,
                    "participant_id": f"sub-{group[-5:]}{i % 9:02d}",
                    "classes": (name,),
                    "confidence": max(1, confidence - lowered),
                    "reasons": reasons,
                    "needs_correction": "yes" if group != "FPL_mimic" and i % 4 == 0 else "no",
                }
            )
    return as_answers(rows)
