"""Simulated raters for the demo's finished study; they are no people and prove nothing.

They answer from the phantom's truth, the size of the ROI and chance. Two profiles differ in the
direction in which the paper's raters did (its section 4.2.4: the first calls more white matter
lesions and takes most look-alikes of mimics for lesions, the second calls more cortical lesions);
their numbers are not fitted to the paper's counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from lesions.questionnaire import MS_FAMILIES, paper_questionnaire
from phantom.lesion_types import PERIVASCULAR_SPACE

_INTRA, _LEUKO = "Intracortical MS lesion", "Leukocortical MS lesion"
_UNCLEAR = "Unclear leuko- or juxtacortical MS lesion"
_JUXTA, _DEEP = "Juxtacortical MS lesion", "Deep white matter MS lesion"
_VASCULAR, _VESSEL, _UNKNOWN = "Vascular lesion", "Vessel", "Unknown"
_SULCUS = "Other: sulcus"

#: How often an even-handed rater would give each class to what is truly there.
CALLS: Mapping[str | None, Mapping[str, float]] = MappingProxyType(
    {
        "intracortical": {_INTRA: 0.72, _LEUKO: 0.13, _UNCLEAR: 0.05, _UNKNOWN: 0.1},
        "leukocortical": {_LEUKO: 0.6, _UNCLEAR: 0.14, _JUXTA: 0.16, _INTRA: 0.1},
        "subpial": {_INTRA: 0.5, _LEUKO: 0.12, _UNKNOWN: 0.2, _SULCUS: 0.1, _VESSEL: 0.08},
        "juxtacortical": {_JUXTA: 0.62, _UNCLEAR: 0.15, _LEUKO: 0.15, _DEEP: 0.08},
        "periventricular": {_DEEP: 0.92, _UNKNOWN: 0.05, _VASCULAR: 0.03},
        "deep white matter": {_DEEP: 0.84, _VASCULAR: 0.1, _VESSEL: 0.06},
        "punctate": {_VASCULAR: 0.45, _DEEP: 0.25, _JUXTA: 0.08, _VESSEL: 0.12, _UNKNOWN: 0.1},
        PERIVASCULAR_SPACE: {_VESSEL: 0.6, _DEEP: 0.15, _VASCULAR: 0.1, _UNKNOWN: 0.15},
        None: {_UNKNOWN: 0.35, _SULCUS: 0.25, _VESSEL: 0.15, _INTRA: 0.15, _LEUKO: 0.1},
    }
)
#: Below about this volume a rater begins to guess, in mm3.
SMALL_MM3 = 15.0
#: Share of guesses at one voxel of 1 mm3; it falls off with the volume.
GUESSES = 0.35
#: Volume at which size neither adds to nor takes from confidence, in mm3.
EVEN_MM3 = 30.0
#: What each type takes from confidence.
DOUBT = {"subpial": 0.6, "leukocortical": 0.2, "juxtacortical": 0.2, "punctate": 0.4}
NOTHING_DOUBT = 0.8
#: The model missed an FNL, mostly for little contrast, which the volume does not tell.
FNL_DOUBT = 0.4
CONFIDENCE_SPREAD = 0.8


@dataclass(frozen=True)
class RaterProfile:
    """The habits of a simulated rater.

    Attributes
    ----------
    name : str
    pull : mapping of str to float
        By how much the rater favours each family of classes (CL, WML, UNCLEAR, OTHER).
    second_class : float
        How often a second class is ranked below the first.
    confidence : float
        Mean confidence in a plain lesion of `EVEN_MM3`, 1 to 5.
    corrects : mapping of str to float
        How often the delineation needs correction, by the hand that drew it: reference, prediction.
    """

    name: str
    pull: Mapping[str, float]
    second_class: float
    confidence: float
    corrects: Mapping[str, float]


PROFILES = {
    profile.name: profile
    for profile in (
        RaterProfile(
            "simulated-1",
            {"CL": 0.7, "WML": 2.6, "UNCLEAR": 0.8, "OTHER": 0.6},
            0.1,
            4.0,
            {"reference": 0.3, "prediction": 0.26},
        ),
        RaterProfile(
            "simulated-2",
            {"CL": 1.6, "WML": 0.8, "UNCLEAR": 1.5, "OTHER": 1.2},
            0.22,
            3.5,
            {"reference": 0.26, "prediction": 0.38},
        ),
    )
}


def simulate_answer(
    truth_type: str | None,
    group: str,
    volume_mm3: float,
    skill: RaterProfile,
    rng: np.random.Generator,
) -> dict[str, Any]:
    """Give a simulated rater's answer to the paper's questionnaire.

    Parameters
    ----------
    truth_type : str or None
        `lesion_type` of the ROI; None where nothing is there.
    group : str
        Group of the ROI. Only what it says of the image is used: who drew the outline, and that
        FNLs have little contrast.
    volume_mm3 : float
        Above 0.
    skill : RaterProfile
    rng : Generator

    Returns
    -------
    dict
        `classes` (ranked), `confidence`, `reasons`, `needs_correction`, `comment`, as
        `Questionnaire.errors` wants them.

    Raises
    ------
    KeyError
        An unknown type.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> simulate_answer("leukocortical", "TPL", 60.0, PROFILES["simulated-2"], rng)["classes"]
    ['Leukocortical MS lesion']
    """
    classes = _choose_classes(truth_type, volume_mm3, skill, rng)
    drawn_in = "prediction" if group.startswith("FPL") else "reference"
    needs_correction = bool(rng.random() < skill.corrects[drawn_in])
    confidence = _choose_confidence(truth_type, group, volume_mm3, skill, rng)
    reasons = _choose_reasons(classes, volume_mm3, confidence, needs_correction, rng)
    return {
        "classes": classes,
        "confidence": confidence,
        "reasons": reasons,
        "needs_correction": needs_correction,
        "comment": "",
    }


def _choose_classes(
    truth_type: str | None, volume_mm3: float, skill: RaterProfile, rng: np.random.Generator
) -> list[str]:
    """Draw one class or two, without repeats, by the truth and the rater's pull."""
    questionnaire = paper_questionnaire()
    guesses = GUESSES * float(np.exp(-volume_mm3 / SMALL_MM3))
    calls = CALLS[truth_type]
    guessed = CALLS[None]
    weights = {
        name: ((1 - guesses) * calls.get(name, 0) + guesses * guessed.get(name, 0))
        * skill.pull[questionnaire.family([name])]
        for name in sorted({*calls, *guessed})
    }
    names = [name for name, weight in weights.items() if weight > 0]
    shares = np.array([weights[name] for name in names])
    n = 2 if rng.random() < skill.second_class and len(names) > 1 else 1
    picked = rng.choice(len(names), n, replace=False, p=shares / shares.sum())
    return [names[int(i)] for i in picked]


def _choose_confidence(
    truth_type: str | None,
    group: str,
    volume_mm3: float,
    skill: RaterProfile,
    rng: np.random.Generator,
) -> int:
    doubt = NOTHING_DOUBT if truth_type is None else DOUBT.get(truth_type, 0.0)
    doubt += FNL_DOUBT if group == "FNL" else 0.0
    size = float(np.clip(0.3 * np.log2(volume_mm3 / EVEN_MM3), -1, 1))
    drawn = skill.confidence + size - doubt + rng.normal(0, CONFIDENCE_SPREAD)
    n_levels = len(paper_questionnaire().confidence_levels)
    return int(np.clip(round(drawn), 1, n_levels))


def _choose_reasons(
    classes: list[str],
    volume_mm3: float,
    confidence: int,
    needs_correction: bool,
    rng: np.random.Generator,
) -> list[str]:
    questionnaire = paper_questionnaire()
    n_levels = len(questionnaire.confidence_levels)
    families = {questionnaire.family([name]) for name in classes}
    near_cortex = bool(families & (MS_FAMILIES - {"WML"})) or _JUXTA in classes
    chances = {
        "Small lesion size": 0.75 if volume_mm3 < SMALL_MM3 else 0.15,
        "Unclear cortical involvement": 0.45 if near_cortex else 0.05,
        "Low image quality": 0.06,
        "Low ROI visibility": 0.25,
        "Poor segmentation quality": 0.4 if needs_correction else 0.03,
    }
    share = (n_levels - confidence) / (n_levels - 1)
    given = [name for name, chance in chances.items() if rng.random() < chance * min(2 * share, 1)]
    if given or confidence >= n_levels - 1:
        return given or ["None"]
    return ["Small lesion size" if volume_mm3 < EVEN_MM3 else "Low ROI visibility"]
