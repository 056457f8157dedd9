"""Turn docs/raters.md into the page that raters read."""

from functools import cache

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

#: The one text that people read in the repository and in the app.
GUIDELINES = settings.BASE_DIR / "docs" / "raters.md"


@cache
def guidelines_html() -> SafeString:
    """Give the guidelines as HTML; HTML in the text is shown as text."""
    return to_html(GUIDELINES.read_text("utf-8"))


def to_html(markdown: str) -> SafeString:
    """Give Markdown as HTML that is safe to put into a page.

    >>> to_html("*one* <script>")
    '<p><em>one</em> &lt;script&gt;</p>\\n'
    """
    renderer = MarkdownIt("commonmark", {"html": False}).enable("table")
    html: str = renderer.render(markdown)
    return mark_safe(html)  # noqa: S308 - HTML is off, and markdown-it checks the links
