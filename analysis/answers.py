"""Choose the answers that the statistics read, and refuse those that break a rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from lesions.formats import ANSWERS
from lesions.questionnaire import CollapseRule, Questionnaire


class AnswersError(ValueError):
    """The answers can't be analysed; the message names the file, the row and the column."""


@dataclass(frozen=True)
class Selection:
    """The answers that count, and how many were left out.

    `used` has one row a rater and ROI, sorted by both: the newest revision of the first showing
    (repeat 0), with the column `family` beside those of answers.tsv. `newest` has the repeats too:
    the newest revision of every showing. `all` are the answers given.
    """

    used: pd.DataFrame
    newest: pd.DataFrame
    all: pd.DataFrame
    raters: tuple[str, ...]
    n_older_revisions: int
    n_repeats: int


def select_answers(
    answers: pd.DataFrame,
    questionnaire: Questionnaire,
    rule: CollapseRule,
    source: str = "answers",
) -> Selection:
    """Check every answer, then keep the newest revision of each rater's first showing of an ROI.

    Parameters
    ----------
    answers : DataFrame
        In the format ANSWERS, as `lesions.tsv.read_table` gives it.
    questionnaire : Questionnaire
        The questions that were asked.
    rule : "set", "primary" or "any_ms"
        How several classes collapse into one family.
    source : name of the table in messages

    Raises
    ------
    AnswersError
        No answer, a column is missing, an answer breaks the questionnaire, a rater answered one
        showing twice in one revision, or an ROI is in two groups or of two patients.
    """
    missing = [c.name for c in ANSWERS.columns if not c.optional and c.name not in answers.columns]
    if missing:
        raise AnswersError(f'{source}: no column "{missing[0]}"')
    if answers.empty:
        raise AnswersError(f"{source}: expected at least one answer, came none")
    answers = answers.reset_index(drop=True)
    lines = _lines(answers)
    _check_answers(answers, questionnaire, source, lines)
    _check_rois(answers, source, lines)
    _check_twice(answers, source, lines)
    newest = answers.sort_values(["rater", "roi_id", "repeat", "revision"]).drop_duplicates(
        ["rater", "roi_id", "repeat"], keep="last"
    )
    newest = newest.reset_index(drop=True)
    newest["family"] = [questionnaire.family(classes, rule) for classes in newest["classes"]]
    used = newest[newest["repeat"] == 0].reset_index(drop=True)
    return Selection(
        used,
        newest,
        answers,
        tuple(sorted(set(answers["rater"]))),
        n_older_revisions=len(answers) - len(newest),
        n_repeats=len(newest) - len(used),
    )


def _lines(answers: pd.DataFrame) -> list[int]:
    """Give the line of the file on which each answer ends; a comment may hold line breaks."""
    n_lines = [1 + str(comment or "").count("\n") for comment in answers["comment"]]
    return [1 + int(n) for n in pd.Series(n_lines).cumsum()]


def _check_answers(
    answers: pd.DataFrame, questionnaire: Questionnaire, source: str, lines: list[int]
) -> None:
    for line, row in zip(lines, answers.to_dict("records"), strict=True):
        errors = questionnaire.errors(_as_answer(row, questionnaire))
        for name, sentence in errors.items():
            raise AnswersError(f"{source} row {line}: {name}: {sentence}")


def _as_answer(row: Mapping[Any, Any], questionnaire: Questionnaire) -> dict[str, Any]:
    comment = row["comment"]
    # Guesses of a study that is read with the paper's four questions are counted all the same.
    guess = {"guessed_source": row.get("guessed_source")} if questionnaire.asks_source else {}
    return {
        "classes": list(row["classes"]),
        "confidence": int(row["confidence"]),
        "reasons": list(row["reasons"]),
        "needs_correction": {"yes": True, "no": False}.get(row["needs_correction"]),
        "comment": comment if isinstance(comment, str) else "",
        **guess,
    }


def _check_rois(answers: pd.DataFrame, source: str, lines: list[int]) -> None:
    for column in ("group", "participant_id"):
        seen: dict[str, tuple[str, int]] = {}
        for line, roi, value in zip(lines, answers["roi_id"], answers[column], strict=True):
            first, first_line = seen.setdefault(roi, (value, line))
            if value != first:
                raise AnswersError(
                    f"{source} row {line}: {column} of ROI {roi} must be {first} as in row "
                    f"{first_line}, not {value}"
                )


def _check_twice(answers: pd.DataFrame, source: str, lines: list[int]) -> None:
    seen: dict[tuple[Any, ...], int] = {}
    keys = answers[list(ANSWERS.key)].itertuples(index=False, name=None)
    for line, key in zip(lines, keys, strict=True):
        if key in seen:
            named = ", ".join(f"{n} {v}" for n, v in zip(ANSWERS.key, key, strict=True))
            raise AnswersError(f"{source} row {line}: {named} stands already in row {seen[key]}")
        seen[key] = line
