"""Pages of a report: headings that are bookmarks, pairs of a label and a text, and a foot on every page."""

import logging
import re
from datetime import datetime
from typing import Literal

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.prefs import ViewerPreferences

from webui.report.fonts import Fonts

MAXIMUM_TEXT = 20_000
"""How many characters of one text are printed."""

MARGIN = 18.0
"""In millimetres, like every distance here."""

INNER = 210 - 2 * MARGIN
"""How wide a line is."""

_FOOT = 14.0
_LINE = 5.0
_LABEL = 40.0
_NUMBER = 24.0
_FAMILY = "report"
_PAGES = "{number of all pages}"
_TEXT, _MUTED, _RULE = (23, 26, 33), (86, 93, 108), (224, 227, 234)
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")
# Written from right to left, or with letters that depend on their neighbours.
_COMPLEX = re.compile(r"[\u0590-\u109f\u1780-\u17ff\ufb1d-\ufdff\ufe70-\ufeff]")

# A letter that the font lacks is a box in the text: no more need be said of it.
for _name in ("fpdf", "fontTools"):
    logging.getLogger(_name).setLevel(logging.ERROR)

Style = Literal["", "B"]


class _Pages(FPDF):
    foot = ""

    def footer(self) -> None:
        self.set_text_shaping(use_shaping_engine=False)
        self.set_y(-_FOOT)
        self.set_font(_FAMILY, "", 7.5)
        self.set_text_color(*_MUTED)
        self.cell(self.epw - _NUMBER, 5, self.foot)
        # From its left: how long the number of all pages is, is known at the end only.
        self.cell(_NUMBER, 5, f"Page {self.page_no()} of {_PAGES}")


class Paper:
    """Writes from the top to the bottom, page after page."""

    def __init__(self, fonts: Fonts, *, title: str, foot: str, at: datetime) -> None:
        """Begin; the same texts at the same time `at` make the same bytes."""
        pdf = self.pdf = _Pages(format="A4")
        pdf.foot = clean(foot)
        pdf.alias_nb_pages(_PAGES)
        pdf.add_font(_FAMILY, "", fonts.regular)
        pdf.add_font(_FAMILY, "B", fonts.bold)
        pdf.set_margins(MARGIN, MARGIN)
        pdf.c_margin = 0
        pdf.set_auto_page_break(auto=True, margin=MARGIN + 2)
        pdf.set_title(clean(title))
        pdf.set_lang("en")
        pdf.set_producer("Idflow")
        pdf.set_creation_date(at)
        pdf.viewer_preferences = ViewerPreferences(display_doc_title=True)
        pdf.add_page()

    def title(self, text: str) -> None:
        """Write the title of the report."""
        self._font("B", 17)
        self._write(text, 8)
        self.pdf.ln(2)

    def heading(self, text: str, level: int = 0) -> None:
        """Begin a section, which is also a bookmark."""
        self._room(24)
        self.pdf.ln(5 if level == 0 else 2)
        self.pdf.start_section(clean(text), level)
        self._font("B", 12.5 if level == 0 else 10)
        self._write(text, 7 if level == 0 else 5.5)
        if level == 0:
            self.pdf.set_draw_color(*_RULE)
            self.pdf.line(MARGIN, self.pdf.y, MARGIN + self.pdf.epw, self.pdf.y)
            self.pdf.ln(2)

    def text(self, text: str, *, muted: bool = False, indent: float = 0) -> None:
        """Write a paragraph."""
        self._font("", 9, muted=muted)
        self._write(text, _LINE, indent)

    def pair(self, label: str, text: str, *, style: Style = "", muted: bool = False, indent: float = 0) -> None:
        """Write a label, and a text beside it."""
        self._room(2 * _LINE)
        self._font("", 9, muted=True)
        page, top = self.pdf.page, self.pdf.y
        self._write(label, _LINE, indent, _LABEL - 2)
        below = self.pdf.y
        if self.pdf.page == page:
            self.pdf.set_y(top)
        self._font(style, 9, muted=muted)
        self._write(text, _LINE, _LABEL + indent)
        if self.pdf.page == page:
            self.pdf.set_y(max(below, self.pdf.y))

    def code(self, text: str) -> None:
        """Write a text as it stands, with its spaces."""
        self._font("", 8)
        shown = "\n".join(_held(line) for line in text.split("\n"))
        self._write(shown, 4.3)

    def turn(self, orientation: Literal["landscape", "portrait"]) -> None:
        """Begin a new page that lies, or stands again."""
        self.pdf.add_page(orientation=orientation)

    def room(self, height: float) -> float:
        """Begin a new page unless there is room for this; return where the room begins."""
        self._room(height)
        return self.pdf.y

    def small(self, size: float, *, bold: bool = False) -> None:
        """Go on with letters of this size, in points."""
        self._font("B" if bold else "", size)

    def shape(self, text: str) -> None:
        """Go on as the letters of this text need it: that takes four times as long, and most need it not."""
        self.pdf.set_text_shaping(use_shaping_engine=_COMPLEX.search(text) is not None)

    def finish(self) -> bytes:
        """Return the file."""
        return bytes(self.pdf.output())

    def _room(self, height: float) -> None:
        if self.pdf.will_page_break(height):
            self.pdf.add_page()

    def _font(self, style: Style, size: float, *, muted: bool = False) -> None:
        self.pdf.set_font(_FAMILY, style, size)
        self.pdf.set_text_color(*(_MUTED if muted else _TEXT))

    def _write(self, text: str, line: float, indent: float = 0, width: float = 0) -> None:
        text = clean(text)
        if len(text) > MAXIMUM_TEXT:
            text = f"{text[:MAXIMUM_TEXT]}… ({len(text) - MAXIMUM_TEXT:,} more characters are in the JSON export)"
        self.shape(text)
        self.pdf.set_x(MARGIN + indent)
        self.pdf.multi_cell(width, line, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def clean(text: str) -> str:
    """Return a text without what no page can show."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n").replace("\t", "    "))


def _held(line: str) -> str:
    stripped = line.lstrip(" ")
    return "\N{NO-BREAK SPACE}" * (len(line) - len(stripped)) + stripped
