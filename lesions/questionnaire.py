"""The questions of a review, as data that form, validation, export and statistics share.

The four questions are those of the paper's Table 3; another study may bring its own in the same
form, and ask a last one: who drew the delineation? Its answers measure the blinding.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from lesions.columns import GUESSES, LIST_SEPARATOR

#: Families of classes: cortical lesion, white matter lesion, either of the two, no MS lesion.
FAMILIES = ("CL", "WML", "UNCLEAR", "OTHER")
MS_FAMILIES = frozenset({"CL", "WML", "UNCLEAR"})
CollapseRule = Literal["set", "primary", "any_ms"]
#: Stands between the name of an option and the rater's own words.
CUSTOM_SEPARATOR = ": "
#: Longest custom text and longest comment, in characters: a sentence or two, not a report.
MAX_CUSTOM_TEXT = 200
MAX_COMMENT = 2000


class QuestionnaireError(ValueError):
    """A questionnaire, or an answer to one, breaks a rule."""


@dataclass(frozen=True)
class Option:
    """One answer that can be chosen."""

    name: str
    family: str | None = None
    exclusive: bool = False
    custom_text: bool = False


@dataclass(frozen=True)
class Questionnaire:
    """The questions: ranked classes, confidence, reasons, and whether to correct the outline.

    `texts` has `guessed_source` where raters are asked who drew the delineation.
    """

    version: str
    classes: tuple[Option, ...]
    confidence_levels: tuple[str, ...]
    reasons: tuple[Option, ...]
    texts: Mapping[str, str]

    @property
    def asks_source(self) -> bool:
        """Say whether raters are asked who drew the delineation."""
        return "guessed_source" in self.texts

    def as_dict(self) -> dict[str, Any]:
        """Give the questionnaire in the form of its JSON file."""
        last = {"text": self.texts.get("guessed_source"), "options": list(GUESSES)}
        return {
            "version": self.version,
            "classes": {
                "text": self.texts["classes"],
                "hint": self.texts["classes_hint"],
                "options": [_option_dict(option) for option in self.classes],
            },
            "confidence": {
                "text": self.texts["confidence"],
                "levels": list(self.confidence_levels),
            },
            "reasons": {
                "text": self.texts["reasons"],
                "options": [_option_dict(option) for option in self.reasons],
            },
            "needs_correction": {"text": self.texts["needs_correction"]},
            **({"guessed_source": last} if self.asks_source else {}),
        }

    def errors(self, answer: Mapping[str, Any]) -> dict[str, str]:
        """Say what is wrong with an answer: the field's name -> one sentence; empty if nothing.

        `answer` has `classes` and `reasons` (lists of str; a custom one is `Other: text`),
        `confidence` (int), `needs_correction` (bool) and, if wanted, `comment` (str). Where it is
        asked `guessed_source` is one of `GUESSES`, else None or left out.
        """
        found = {
            "classes": _choice_error(self.classes, answer.get("classes"), "class"),
            "confidence": self._confidence_error(answer.get("confidence")),
            "reasons": _choice_error(self.reasons, answer.get("reasons"), "reason"),
            "needs_correction": None
            if isinstance(answer.get("needs_correction"), bool)
            else "Say whether the delineation needs correction: yes or no.",
            "guessed_source": self._source_error(answer.get("guessed_source")),
            "comment": _comment_error(answer.get("comment", "")),
        }
        return {name: text for name, text in found.items() if text is not None}

    def family(self, classes: Sequence[str], rule: CollapseRule = "set") -> str:
        """Collapse ranked classes into one family.

        `set`: all in one family: that family; several MS families: UNCLEAR; any class that is no
        MS lesion: OTHER. `primary`: the family of the first. `any_ms`: as `set`, of the MS classes
        alone, if there is one, else OTHER.

        >>> paper_questionnaire().family(["Leukocortical MS lesion", "Juxtacortical MS lesion"])
        'UNCLEAR'
        >>> paper_questionnaire().family(["Leukocortical MS lesion", "Vessel"], rule="primary")
        'CL'

        Raises
        ------
        QuestionnaireError
            No class, an unknown one, or an unknown rule.
        """
        by_name = {option.name: option.family for option in self.classes}
        unknown = [name for name in map(option_name, classes) if name not in by_name]
        if unknown or not classes:
            came = f'"{unknown[0]}"' if unknown else "none"
            raise QuestionnaireError(f"expected classes of {', '.join(by_name)}; came {came}")
        families = [str(by_name[option_name(name)]) for name in classes]
        if rule == "primary":
            return families[0]
        if rule == "any_ms":
            families = [family for family in families if family in MS_FAMILIES] or ["OTHER"]
        elif rule != "set":
            raise QuestionnaireError(f'expected rule set, primary or any_ms, came "{rule}"')
        if not MS_FAMILIES.issuperset(families):
            return "OTHER"
        return families[0] if len(set(families)) == 1 else "UNCLEAR"

    def _confidence_error(self, value: object) -> str | None:
        n = len(self.confidence_levels)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= n:
            return f"Choose a confidence from 1 to {n}."
        return None

    def _source_error(self, value: object) -> str | None:
        if not self.asks_source:
            return None if value is None else "This study doesn't ask who drew the delineation."
        if isinstance(value, str) and value in GUESSES:
            return None
        return "Say who drew the delineation: model, hand or don't know."


def option_name(chosen: str) -> str:
    """Give the option behind a chosen text.

    >>> option_name("Other: sulcus")
    'Other'
    """
    return chosen.split(CUSTOM_SEPARATOR, 1)[0]


def read_questionnaire(path: Path | str) -> Questionnaire:
    """Read a questionnaire from its JSON file."""
    try:
        data = json.loads(Path(path).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise QuestionnaireError(f"{path}: expected a questionnaire in JSON, {error}") from None
    return parse_questionnaire(data, source=str(path))


@cache
def paper_questionnaire() -> Questionnaire:
    """Give the questionnaire of the paper (Table 3)."""
    return read_questionnaire(Path(__file__).with_name("questionnaire.json"))


def parse_questionnaire(data: Mapping[str, Any], source: str = "questionnaire") -> Questionnaire:
    """Turn the content of a questionnaire's JSON file into a Questionnaire.

    Raises
    ------
    QuestionnaireError
        A part is missing, a family is unknown, or a name is used twice or holds `|` or `: `.
    """
    try:
        classes = tuple(Option(**option) for option in data["classes"]["options"])
        reasons = tuple(Option(**option) for option in data["reasons"]["options"])
        texts = {
            name: str(data[name]["text"])
            for name in ("classes", "confidence", "reasons", "needs_correction")
        }
        texts["classes_hint"] = str(data["classes"].get("hint", ""))
        if "guessed_source" in data:
            texts["guessed_source"] = str(data["guessed_source"]["text"])
            _check_guesses(data["guessed_source"], source)
        levels = tuple(str(level) for level in data["confidence"]["levels"])
        version = str(data["version"])
    except (KeyError, TypeError) as error:
        raise QuestionnaireError(
            f"{source}: a part is missing or of the wrong form: {error}"
        ) from None
    for what, options in (("classes", classes), ("reasons", reasons)):
        names = [option.name for option in options]
        if not names or len(set(names)) != len(names):
            raise QuestionnaireError(f"{source}: {what} must have options with names of their own")
        bad = [n for n in names if LIST_SEPARATOR in n or CUSTOM_SEPARATOR in n]
        if bad:
            raise QuestionnaireError(f'{source}: "{bad[0]}" must not hold "|" or ": "')
    wrong = [option.name for option in classes if option.family not in FAMILIES]
    if wrong:
        raise QuestionnaireError(
            f'{source}: class "{wrong[0]}" must have a family of {", ".join(FAMILIES)}'
        )
    return Questionnaire(version, classes, levels, reasons, texts)


def _check_guesses(question: Mapping[str, Any], source: str) -> None:
    options = question.get("options", list(GUESSES))
    if options != list(GUESSES):
        raise QuestionnaireError(
            f"{source}: guessed_source must have the options {', '.join(GUESSES)}, not {options}"
        )


def _option_dict(option: Option) -> dict[str, Any]:
    out: dict[str, Any] = {"name": option.name}
    if option.family:
        out["family"] = option.family
    if option.exclusive:
        out["exclusive"] = True
    if option.custom_text:
        out["custom_text"] = True
    return out


def _choice_error(options: Sequence[Option], chosen: object, noun: str) -> str | None:
    if not isinstance(chosen, list | tuple) or not chosen:
        return f"Choose at least one {noun}."
    by_name = {option.name: option for option in options}
    if not all(isinstance(item, str) for item in chosen):
        return f"Each {noun} must be text."
    names = [option_name(item) for item in chosen]
    for item, name in zip(chosen, names, strict=True):
        if name not in by_name:
            return f'"{item}" is no {noun} of this study.'
        problem = _custom_text_error(by_name[name], item)
        if problem:
            return problem
    if len(set(names)) != len(names):
        return f"Each {noun} can be chosen once."
    alone = [name for name in names if by_name[name].exclusive]
    if alone and len(names) > 1:
        return f'"{alone[0]}" can\'t stand beside another {noun}.'
    return None


def _custom_text_error(option: Option, chosen: str) -> str | None:
    text = chosen[len(option.name) + len(CUSTOM_SEPARATOR) :].strip()
    if not option.custom_text:
        return None if chosen == option.name else f'"{option.name}" takes no text of its own.'
    if not text:
        return f'Say in words what "{option.name}" is.'
    if len(text) > MAX_CUSTOM_TEXT:
        return f'The words for "{option.name}" may have {MAX_CUSTOM_TEXT} characters at most.'
    if LIST_SEPARATOR in text or not text.isprintable():
        return f'The words for "{option.name}" must not hold "|", tabs or line breaks.'
    return None


def _comment_error(value: object) -> str | None:
    if not isinstance(value, str):
        return "The comment must be text."
    return (
        f"A comment may have {MAX_COMMENT} characters at most."
        if len(value) > MAX_COMMENT
        else None
    )
