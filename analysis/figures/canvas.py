"""What all figures share: sizes, colours, fonts, and files of the same bytes each time.

Figures are built without pyplot, so a web server's threads share no state of it. Matplotlib reads
some settings while it draws: `style` is set under a lock.
"""

import base64
import re
import string
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import matplotlib as mpl
import matplotlib.style
import pandas as pd
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

MM = 1 / 25.4
ONE_COLUMN_MM, MIDDLE_MM, TWO_COLUMNS_MM = 90.0, 140.0, 190.0
NOTE_MM = 4.0
# Height of a strip with one line of text below the panels.
DPI = 600
# What journals ask of line art with text.
#: Okabe and Ito's colours, ordered so that neighbours differ in grey, too.
COLOURS = ("#0072B2", "#E69F00", "#000000", "#56B4E9", "#D55E00", "#F0E442", "#009E73", "#CC79A7")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
HATCHES = (None, "////", "....", "xxxx")
SYNTHETIC_NOTE = "SYNTHETIC: made from phantoms, not from patients"
_STYLE: Any = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Arial", "Helvetica", "sans-serif"],
    "font.size": 7,
    "axes.titlesize": 7,
    "axes.labelsize": 7,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.labelsize": 6.5,
    "ytick.labelsize": 6.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "legend.fontsize": 6.5,
    "legend.frameon": False,
    "hatch.linewidth": 0.5,
    "svg.fonttype": "none",
    "pdf.fonttype": 42,
    "svg.hashsalt": "second-look",
}
FONT = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
DROPPED = ["FFTM", "GSUB", "GPOS", "GDEF", "kern", "DSIG"]
# Tables of the font that short labels do without.
_LOCK = threading.Lock()
#: File and page show the same drawing, made once; it goes when the figure goes.
_SVG: WeakKeyDictionary[Figure, bytes] = WeakKeyDictionary()


@contextmanager
def style() -> Iterator[None]:
    """Set the style of our figures, for one thread at a time.

    It starts from matplotlib's defaults, so neither a user's matplotlibrc nor a library that
    changes the settings of the process (nnU-Net's does) changes a figure.
    """
    with _LOCK, matplotlib.style.context(_STYLE, after_reset=True):
        yield


def sign(figure: Figure, text: str) -> None:
    """Let a figure's files say what it was made of, in their metadata: another hand may hold them.

    The label of a figure is drawn nowhere.
    """
    figure.set_label(text)


def svg_bytes(figure: Figure) -> bytes:
    """Render as SVG; text stays text in an embedded font, and one figure gives the same bytes."""
    if figure not in _SVG:
        about = {"Date": None, "Creator": "Second Look", "Description": _signature(figure)}
        drawn = _render(figure, format="svg", metadata=about)
        _SVG[figure] = _with_font(drawn.decode()).encode()
    return _SVG[figure]


def png_bytes(figure: Figure) -> bytes:
    """Render as PNG at 600 dpi; the same figure gives the same bytes."""
    about = {"Software": "Second Look", "Description": _signature(figure) or ""}
    return _render(figure, format="png", dpi=DPI, metadata=about)


def pdf_bytes(figure: Figure) -> bytes:
    """Render as PDF with embedded TrueType fonts; the same figure gives the same bytes."""
    about = {"CreationDate": None, "Producer": "Second Look", "Subject": _signature(figure)}
    return _render(figure, format="pdf", metadata=about)


def _signature(figure: Figure) -> str | None:
    """Give what the figure was signed with, None for an unsigned one."""
    return str(figure.get_label()) or None


def _with_font(svg: str) -> str:
    """Put the glyphs of DejaVu Sans that the drawing needs into it."""
    data = f"data:font/ttf;base64,{_font(_letters(svg))}"
    face = f'@font-face{{font-family:"DejaVu Sans";src:url({data})}}'
    return svg.replace("<defs>", f"<defs><style>{face}</style></defs><defs>", 1)


def _letters(svg: str) -> frozenset[str]:
    """Give the letters of a drawing, and always those of ASCII: so most figures share a font."""
    return frozenset("".join(re.findall(r">([^<]+)<", svg)) + string.printable.strip())


@lru_cache(maxsize=16)
def _font(letters: frozenset[str]) -> str:
    font = TTFont(FONT, recalcTimestamp=False)
    chosen = Subsetter(Options(hinting=False, notdef_outline=True, drop_tables=DROPPED))
    chosen.populate(unicodes=sorted(map(ord, letters)))
    chosen.subset(font)
    buffer = BytesIO()
    font.save(buffer)
    return base64.b64encode(buffer.getvalue()).decode()


def _render(figure: Figure, **options: Any) -> bytes:
    buffer = BytesIO()
    with style():
        if isinstance(figure.get_layout_engine(), ConstrainedLayoutEngine):
            # Once is enough, and the order of the files can't change the layout.
            figure.draw_without_rendering()
            figure.set_layout_engine("none")
        figure.savefig(buffer, **options)
    return buffer.getvalue()


def new_figure(width_mm: float, height_mm: float, synthetic: bool, x_label: str = "") -> Figure:
    """Give an empty figure with strips at the bottom for a label of all panels and the notice."""
    figure = Figure(figsize=(width_mm * MM, height_mm * MM), layout="constrained")
    FigureCanvasAgg(figure)
    if synthetic:
        figure.text(0.01, 0.01, SYNTHETIC_NOTE, ha="left", va="bottom", fontsize=5.5, color="0.3")
    strip = NOTE_MM * (synthetic + bool(x_label)) / height_mm
    if x_label:
        y = (NOTE_MM * synthetic + 1) / height_mm
        figure.text(0.5, y, x_label, ha="center", va="bottom")
    figure.set_layout_engine("constrained", rect=(0, strip, 1, 1 - strip))
    return figure


def legend_columns(labels: Sequence[str], width_mm: float) -> int:
    """Give as many columns as fit: 1.4 mm a character and 12 mm for symbol and gaps."""
    widest = 12 + 1.4 * max(map(len, labels))
    return max(1, min(len(labels), int(width_mm / widest)))


def n_text(table: pd.DataFrame, column: str) -> str:
    """Say how many answers: one number where the raters agree, else one a rater."""
    n = [int(value) for value in table.drop_duplicates("rater")[column]]
    shown = n[:1] if len(set(n)) == 1 else n
    return "n = " + " / ".join(map(str, shown)) if len(shown) <= 4 else f"n = {min(n)} to {max(n)}"
