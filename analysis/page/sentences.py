"""Sentences that keep the numbers in them, for the page, the PDF and results.json."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from analysis.page.markup import shown
from analysis.page.wording import is_missing, number_text, p_text, percent_text

_NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Written:
    """A number and how it is written."""

    value: Any
    text: str


@dataclass(frozen=True)
class Sentence:
    """Words and numbers in order."""

    parts: tuple[str | Written, ...]

    @property
    def plain(self) -> str:
        """Give the sentence as text."""
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)

    @property
    def numbers(self) -> tuple[Any, ...]:
        """Give the numbers in order; None where one is missing."""
        values = (part.value for part in self.parts if isinstance(part, Written))
        return tuple(None if is_missing(value) else value for value in values)

    @property
    def html(self) -> str:
        """Give the sentence as HTML; each number has all its digits behind it."""
        return "".join(
            escape(part) if isinstance(part, str) else shown(part.value, part.text)
            for part in self.parts
        )


def sentence(template: str, *numbers: Written | str) -> Sentence:
    """Fill the `{}` of a template.

    >>> sentence("{} of {} ROIs.", whole(3), whole(4)).plain
    '3 of 4 ROIs.'
    """
    words = template.split("{}")
    if len(words) != len(numbers) + 1:
        raise ValueError(f"expected {len(words) - 1} numbers in {template!r}, came {len(numbers)}")
    parts: list[str | Written] = [words[0]]
    for filled, after in zip(numbers, words[1:], strict=True):
        parts += [filled, after]
    return Sentence(tuple(parts))


def joined(sentences: Sequence[Sentence], between: str) -> Sentence:
    """Put pieces of a sentence together."""
    parts: list[str | Written] = []
    for i, piece in enumerate(sentences):
        parts += [between] if i else []
        parts += piece.parts
    return Sentence(tuple(parts))


def whole(value: Any) -> Written:
    """Write a count."""
    return Written(value, number_text(value, 0))


def decimal(value: Any, digits: int = 2) -> Written:
    """Write a number with fixed digits."""
    return Written(value, number_text(value, digits))


def share(value: Any) -> Written:
    """Write a share in per cent, without the sign."""
    return Written(value, percent_text(value))


def probability(value: Any) -> Written:
    """Write a p-value with its sign of comparison, `p n/a` where it is missing.

    It stays on one line: the spaces don't break.

    >>> probability(0.2).text, probability(0.0001).text
    ('p\xa0=\xa00.200', 'p\xa0<\xa00.001')
    """
    text = p_text(value)
    if is_missing(value):
        return Written(value, _NO_BREAK.join(("p", text)))
    sign, digits = ("<", text[1:]) if text.startswith("<") else ("=", text)
    return Written(value, _NO_BREAK.join(("p", sign, digits)))
