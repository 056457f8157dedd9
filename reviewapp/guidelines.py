"""Turn docs/raters.md into the page that raters read, and into the panel beside the form."""

import itertools
import json
from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from lesions.questionnaire import Questionnaire

#: The one text that people read in the repository and in the app.
GUIDELINES = settings.BASE_DIR / "docs" / "raters.md"
#: The example pictures: what each shows, and from which phantom scripts/guideline_pictures.py made
#: it.
PICTURES = settings.BASE_DIR / "reviewapp" / "guideline_pictures.json"
#: How the text in the repository names a static file.
STATIC_PREFIX = "../static/"
#: Headings of the text whose tables and lists the panel shows.
CLASSES, APART = "Question 1: what is it?", "How to tell the close ones apart"
LEVELS, REASONS = "Question 2: how confident are you?", "Question 3: what lowers your confidence?"
CORRECTION = "Question 4: does the delineation need correction?"


class GuidelinesError(ValueError):
    """The text lacks what the panel shows."""


@cache
def guidelines_html() -> SafeString:
    """Give the guidelines as HTML; HTML in the text is shown as text."""
    return to_html(GUIDELINES.read_text("utf-8"))


def to_html(markdown: str) -> SafeString:
    """Give Markdown as HTML that is safe to put into a page.

    >>> to_html("*one* <script>")
    '<p><em>one</em> &lt;script&gt;</p>\\n'
    """
    renderer = _markdown()
    tokens = renderer.parse(markdown)
    for token in tokens:
        for child in token.children or ():
            source = str(child.attrGet("src") or "")
            if source.startswith(STATIC_PREFIX):
                child.attrSet("src", static(source.removeprefix(STATIC_PREFIX)))
    html: str = renderer.renderer.render(tokens, renderer.options, {})
    return mark_safe(html)  # noqa: S308 - HTML is off, and markdown-it checks the links


def panel(questionnaire: Questionnaire) -> dict[str, Any]:
    """Give what the panel beside the form shows: plain texts, and the addresses of pictures.

    Parameters
    ----------
    questionnaire : Questionnaire
        Of the study. A class of it that the guidelines don't describe has empty texts, one that
        has no picture None; what they describe beyond the questionnaire is left out.

    Returns
    -------
    dict
        `classes`: name, where, look, picture (url, caption, alt); `apart`: question and text of
        each; `levels` and `reasons`: name and meaning of each; `correction`: paragraphs.
    """
    levels = {f"{n} {name}" for n, name in enumerate(questionnaire.confidence_levels, 1)}
    reasons = {option.name for option in questionnaire.reasons}
    sections = _sections()
    described = {row[0]: row[1:] for row in rows_of(sections[CLASSES])}
    pictures = {row["class"]: row for row in _pictures()}
    return {
        "classes": [
            {
                "name": option.name,
                "where": described.get(option.name, ["", ""])[0],
                "look": described.get(option.name, ["", ""])[1],
                "picture": _picture(pictures.get(option.name)),
            }
            for option in questionnaire.classes
        ],
        "apart": [_split_question(text) for text in items_of(sections[APART])],
        "levels": _meanings(sections[LEVELS], levels),
        "reasons": _meanings(sections[REASONS], reasons),
        "correction": paragraphs_of(sections[CORRECTION]),
    }


def rows_of(tokens: Sequence[Token]) -> list[list[str]]:
    """Give the cells of the body rows of the tables in a section, as plain text."""
    rows: list[list[str]] = []
    for before, token in itertools.pairwise(tokens):
        if before.type == "tr_open" and token.type == "td_open":
            rows.append([])
        if before.type == "td_open":
            rows[-1].append(_plain(token))
    return rows


def items_of(tokens: Sequence[Token]) -> list[str]:
    """Give the items of the lists in a section, as plain text."""
    items = []
    for n, token in enumerate(tokens):
        if token.type == "list_item_open":
            items.append(_plain(tokens[n + 2]))
    return items


def paragraphs_of(tokens: Sequence[Token]) -> list[str]:
    """Give the paragraphs of a section, as plain text."""
    pairs = itertools.pairwise(tokens)
    return [_plain(token) for before, token in pairs if before.type == "paragraph_open"]


def _meanings(tokens: Sequence[Token], names: Collection[str]) -> list[dict[str, str]]:
    return [{"name": name, "text": text} for name, text in rows_of(tokens) if name in names]


@cache
def _sections() -> dict[str, list[Token]]:
    """Give the tokens below each heading, up to the next heading of any level."""
    found: dict[str, list[Token]] = {}
    heading = ""
    tokens = _markdown().parse(GUIDELINES.read_text("utf-8"))
    for before, token in zip([None, *tokens], tokens, strict=False):
        if before is not None and before.type == "heading_open":
            heading = _plain(token)
        found.setdefault(heading, []).append(token)
    for name in (CLASSES, APART, LEVELS, REASONS, CORRECTION):
        if name not in found:
            raise GuidelinesError(f'{GUIDELINES.name} must have the heading "{name}"')
    return found


@cache
def _pictures() -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(PICTURES.read_text("utf-8"))["pictures"])


def _picture(row: dict[str, Any] | None) -> dict[str, str] | None:
    if row is None:
        return None
    url = static(f"img/guidelines/{row['file']}")
    return {"url": url, "caption": row["caption"], "alt": row["alt"]}


def _split_question(text: str) -> dict[str, str]:
    question, mark, rest = text.partition("?")
    return {"name": question + mark, "text": rest.strip()}


def _plain(token: Token) -> str:
    children = token.children or []
    return "".join(" " if child.type == "softbreak" else child.content for child in children)


def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")
