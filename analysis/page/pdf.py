"""The report as PDF: the sections of the page, set for paper, with embedded fonts.

The same fragments as the page's are set, so that the two can't differ; the full tables at the end
of the page stay out, for they are files of their own.
"""

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import matplotlib as mpl
from PIL import Image as PillowImage
from reportlab.lib import colors
from reportlab.lib.enums import TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (
    CondPageBreak,
    Image,
    KeepTogether,
    LongTable,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    TableStyle,
)

from analysis.figures.canvas import DPI

MARGIN_MM = 15.0
PRINT_DPI = DPI // 2
# Of the figures within; their own PDF files are drawn by lines.
WIDTH = A4[0] - 2 * MARGIN_MM * mm
MAX_IMAGE = A4[1] - 90 * mm
#: Rows up to which a table stays on one page, its header among them.
SHORT_TABLE = 8
TABLE_BEGINS = 45 * mm
# Room for headings and a few rows: with less, a long table begins on the next page.
_FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
_SIZES = {"h1": 15.0, "h2": 11.5, "h3": 9.5, "p": 8.0, "li": 7.5, "caption": 8.0, "cell": 6.2}
_PADDING = 7.0
_LETTER = 0.62
# Mean width of a letter of DejaVu Sans over its size.
Flow = list[Any]


def render_pdf(fragment: str, images: Mapping[str, bytes], title: str) -> bytes:
    """Set the fragment of the page as PDF.

    Parameters
    ----------
    fragment : HTML as `render_sections` gives it
    images : the figures: alternative text -> PNG as `png_bytes` gives it
    title : title of the document

    Returns
    -------
    bytes
        The same for the same input.
    """
    _register()
    reader = _Reader(images)
    reader.feed(fragment.partition('<section class="report-section" id="report-tables">')[0])
    reader.close()
    buffer = BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        leftMargin=MARGIN_MM * mm,
        rightMargin=MARGIN_MM * mm,
        topMargin=MARGIN_MM * mm,
        bottomMargin=MARGIN_MM * mm,
        title=title,
        author="Second Look",
        lang="en",
        invariant=1,
    )
    heading = Paragraph(escape(title), _style("h1", bold=True))
    document.build([heading, *reader.flow], onFirstPage=_footer, onLaterPages=_footer)
    return buffer.getvalue()


class _Reader(HTMLParser):
    """Turns our own HTML, which is well formed and has few elements, into what can be set."""

    def __init__(self, images: Mapping[str, bytes]) -> None:
        super().__init__()
        self.images = images
        self.flow: Flow = []
        self.text: list[str] = []
        self.rows: list[list[tuple[str, bool, bool]]] = []
        self.caption = ""
        self.cell: tuple[bool, bool] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        kind = given.get("class") or ""
        if tag in ("h2", "h3", "p", "li", "caption", "summary", "figcaption", "dt"):
            self.text = []
        elif tag == "table":
            self.rows, self.caption = [], ""
        elif tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td"):
            self.text = []
            self.cell = (tag == "th", "report-text" in kind)
        elif tag == "img":
            self._image(given.get("alt") or "")
        elif tag == "span" and "report-interval" in kind:
            self.text.append("<br/>")
        elif tag in ("b", "strong"):
            self.text.append('<font name="DejaVu-Bold">')
        elif tag == "dd":
            self.text.append(": ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("b", "strong"):
            self.text.append("</font>")
        elif tag in ("h2", "h3", "summary"):
            self._add(_style("h3" if tag == "summary" else tag, bold=True))
        elif tag in ("p", "figcaption", "li", "dd"):
            self._add(_style("li" if tag in ("li", "dd") else "p"), bullet=tag == "li")
        elif tag == "caption":
            self.caption = self._take()
        elif tag in ("th", "td") and self.cell is not None:
            self.rows[-1].append((self._take(), *self.cell))
        elif tag == "table" and self.rows:
            self._table()

    def handle_data(self, data: str) -> None:
        self.text.append(escape(data))

    def _take(self) -> str:
        text, self.text = "".join(self.text).strip(), []
        return text

    def _add(self, style: ParagraphStyle, *, bullet: bool = False) -> None:
        text = self._take()
        if text:
            # What announces a list stays with it.
            style.keepWithNext = style.keepWithNext or text.endswith(":")
            self.flow.append(Paragraph(text, style, bulletText="•" if bullet else None))

    def _table(self) -> None:
        """Keep a short table whole; let a long one begin where it stands, below its headings."""
        heading = Paragraph(self.caption, _style("caption", bold=True))
        table = _set(self.rows)
        if len(self.rows) <= SHORT_TABLE:
            self.flow += [KeepTogether([heading, table]), Spacer(1, 2.5 * mm)]
            return
        lead = [heading]
        while self.flow and self.flow[-1].getKeepWithNext():
            lead.insert(0, self.flow.pop())
        for words in lead:
            # Else the whole table would have to fit under them, and move on to a new page.
            words.keepWithNext = 0
        self.flow += [CondPageBreak(TABLE_BEGINS), *lead, table, Spacer(1, 2.5 * mm)]

    def _image(self, alt: str) -> None:
        image = Image(_halved(self.images[alt]))
        scale = min(1.0, WIDTH / image.imageWidth, MAX_IMAGE / image.imageHeight)
        scale = min(scale, 72 / PRINT_DPI)
        image.drawWidth, image.drawHeight = image.imageWidth * scale, image.imageHeight * scale
        image.hAlign = "LEFT"
        image.spaceBefore = 3 * mm
        image.keepWithNext = 1  # its caption
        self.flow.append(image)


def _halved(png: bytes) -> BytesIO:
    """Halve the resolution."""
    out = BytesIO()
    with PillowImage.open(BytesIO(png)) as image:
        image.convert("RGB").reduce(2).save(out, "PNG")
    out.seek(0)
    return out


def _set(rows: list[list[tuple[str, bool, bool]]]) -> LongTable:
    cells = [[Paragraph(text, _cell_style(head, left)) for text, head, left in row] for row in rows]
    table = LongTable(cells, colWidths=_widths(rows), repeatRows=1, hAlign="LEFT")
    table.setStyle(
        TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, 0), 0.8, colors.HexColor("#59616b")),
                ("LINEBELOW", (0, 1), (-1, -1), 0.25, colors.HexColor("#d5dade")),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 1.5),
                ("RIGHTPADDING", (0, 0), (-1, -1), 1.5),
                ("TOPPADDING", (0, 0), (-1, -1), 1),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
            ]
        )
    )
    return table


def _widths(rows: list[list[tuple[str, bool, bool]]]) -> list[float]:
    """Share the width by the longest line of each column; no column takes more than two fifths."""
    longest = []
    for column in zip(*rows, strict=True):
        lines = [
            max(map(len, re.sub(r"<(?!br)[^>]+>", "", text).split("<br/>")))
            for text, _, _ in column
        ]
        word = max(
            len(w) for text, _, _ in column for w in re.sub(r"<[^>]+>", " ", text).split() or [""]
        )
        longest.append(max(word, min(max(lines), 45)))
    wanted = [max(n, 3) * _LETTER * _SIZES["cell"] + _PADDING for n in longest]
    scale = min(1.0, WIDTH / sum(wanted))
    return [width * scale for width in wanted]


def _style(kind: str, *, bold: bool = False) -> ParagraphStyle:
    size = _SIZES[kind]
    return ParagraphStyle(
        kind,
        fontName="DejaVu-Bold" if bold else "DejaVu",
        fontSize=size,
        leading=1.3 * size,
        spaceBefore=size * (1.1 if kind in ("h2", "h3") else 0.35),
        spaceAfter=size * 0.35,
        keepWithNext=kind in ("h2", "h3", "caption"),
        leftIndent=8 if kind == "li" else 0,
        bulletFontName="DejaVu",
        bulletFontSize=size,
    )


def _cell_style(head: bool, left: bool) -> ParagraphStyle:
    style = _style("cell", bold=False)
    style.alignment = TA_LEFT if left else TA_RIGHT
    style.spaceBefore = style.spaceAfter = 0
    style.textColor = colors.HexColor("#3b424a") if head else colors.black
    return style


def _footer(canvas: Any, document: Any) -> None:
    canvas.saveState()
    canvas.setFont("DejaVu", 6.5)
    canvas.drawRightString(A4[0] - MARGIN_MM * mm, 8 * mm, f"{document.page}")
    canvas.restoreState()


def _register() -> None:
    for name, file in (("DejaVu", "DejaVuSans.ttf"), ("DejaVu-Bold", "DejaVuSans-Bold.ttf")):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(_FONTS / file)))
