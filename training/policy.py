"""Decide from the raters' answers whether an ROI changes the labels.

Source: DESIGN of the study, "From answers back to labels": a false positive that the raters call a
cortical lesion is added, a false negative that they call no MS lesion is removed. Another policy
is another function of the same form in `POLICIES`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from lesions.columns import LIST_SEPARATOR
from lesions.questionnaire import MS_FAMILIES, Questionnaire, option_name

Change = Literal["added", "removed", "redrawn", "kept"]
#: How the classes of one answer collapse into a family.
COLLAPSE_RULE: Literal["set"] = "set"
#: An answer that names this class is no verdict: "I can't tell" must not delete a lesion that the
#: annotators agreed on.
UNKNOWN_CLASS = "Unknown"
#: Verdict of such an answer, and of one that names an MS lesion beside something else.
UNDECIDED = "UNDECIDED"
#: A single rater changes no label.
MIN_RATERS = 2
#: Verdict that the policy waits for and the change that follows, by group.
EXPECTED: Mapping[str, tuple[str, Change]] = {
    "FPL_MS": ("CL", "added"),
    "FPL_mimic": ("CL", "added"),
    "FNL": ("OTHER", "removed"),
}
WORDS = {
    "CL": "cortical lesion",
    "WML": "white matter lesion",
    "UNCLEAR": "unclear MS lesion",
    "OTHER": "no MS lesion",
    UNDECIDED: "undecided",
}


@dataclass(frozen=True)
class Decision:
    """What happens to the labels at one ROI, and the verdicts behind it in words."""

    change: Change
    why: str


Policy = Callable[[str, Sequence[str], Mapping[str, Sequence[str]], Questionnaire], Decision]


def find_verdict(classes: Sequence[str], questionnaire: Questionnaire) -> str:
    """Give the family of an answer by rule `set`, or UNDECIDED.

    Undecided is an answer that names "Unknown", or an MS lesion beside another class: rule `set`
    counts the latter as OTHER, but a rater who sees a possible lesion doesn't call it no MS lesion.

    >>> from lesions.questionnaire import paper_questionnaire
    >>> find_verdict(["Vessel", "Vascular lesion"], paper_questionnaire())
    'OTHER'
    >>> find_verdict(["Leukocortical MS lesion", "Vessel"], paper_questionnaire())
    'UNDECIDED'

    Raises
    ------
    QuestionnaireError
        No class, or an unknown one.
    """
    family = questionnaire.family(classes, COLLAPSE_RULE)
    if UNKNOWN_CLASS in map(option_name, classes):
        return UNDECIDED
    mixed = family == "OTHER" and questionnaire.family(classes, "any_ms") in MS_FAMILIES
    return UNDECIDED if mixed else family


def decide_both_raters(
    group: str,
    raters: Sequence[str],
    answers: Mapping[str, Sequence[str]],
    questionnaire: Questionnaire,
) -> Decision:
    """Change the labels only where every rater of the study, two at least, says the same.

    An FPL that all call a cortical lesion is added; an FNL that all call no MS lesion is removed.
    A missing answer, one rater alone, or any disagreement keeps the labels as they are.

    Parameters
    ----------
    group : str
        FPL_MS, FPL_mimic, TPL or FNL.
    raters : sequence of str
        Everyone in the study.
    answers : mapping
        Rater -> classes in rank order; who did not answer this ROI is absent.
    questionnaire : Questionnaire

    Returns
    -------
    Decision

    Examples
    --------
    >>> from lesions.questionnaire import paper_questionnaire
    >>> both = {"anna": ["Vessel"], "ben": ["Vascular lesion"]}
    >>> decide_both_raters("FNL", ["anna", "ben"], both, paper_questionnaire()).change
    'removed'
    """
    verdicts = {rater: find_verdict(answers[rater], questionnaire) for rater in answers}
    said = "; ".join(
        f"{rater}: {WORDS[verdicts[rater]]} ({LIST_SEPARATOR.join(answers[rater])})"
        if rater in answers
        else f"{rater}: no answer"
        for rater in raters
    )
    said = said or "the study has no rater"
    if group not in EXPECTED:
        return Decision("kept", f"a {group} is already in the labels; {said}")
    wanted, change = EXPECTED[group]
    if len(raters) < MIN_RATERS:
        return Decision("kept", f"at least {MIN_RATERS} raters are needed; {said}")
    if all(verdicts.get(rater) == wanted for rater in raters):
        return Decision(change, f"all say {WORDS[wanted]}; {said}")
    missing = any(rater not in answers for rater in raters)
    lead = "an answer is missing" if missing else f"not all say {WORDS[wanted]}"
    return Decision("kept", f"{lead}; {said}")


POLICIES: Mapping[str, Policy] = {"both-raters": decide_both_raters}
