"""The typesetting of a paper with fpdf2. Imported when one is asked for: `shop.documents` is the door."""

import logging
import tempfile
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import segno
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer
from fpdf import FPDF
from fpdf.enums import TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace

from shop.documents import Letterhead, Signing
from shop.web import STATIC

FONTS = STATIC / "vendor" / "fonts"
MARGIN = 18
"""Millimetres on every side."""
INK, GREY, INDIGO = (31, 27, 22), (107, 98, 87), (34, 51, 95)
LINE, GROUND = (206, 195, 178), (241, 233, 220)
SANS, SERIF = "Jakarta", "Fraunces"
SIGNING_WIDTH, SIGNING_HEIGHT = 84.0, 32.0
_cast_fonts = tempfile.TemporaryDirectory(prefix="kriya-fonts-")
"""Where this process keeps one weight of each font; it goes with the process."""
logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells every glyph


@cache
def _cast(name: str, **axes: float) -> Path:
    """Give one weight of a font of the pages, cut from the font of all weights once in a process."""
    font = TTFont(FONTS / f"{name}.woff2", recalcTimestamp=False)
    instancer.instantiateVariableFont(font, axes, inplace=True, static=True)
    font.flavor = None
    file = Path(_cast_fonts.name) / f"{name}-{'-'.join(str(value) for value in axes.values())}.ttf"
    font.save(file)
    return file


class Paper(FPDF):
    """An A4 paper in millimetres, written from top to bottom.

    :param made: the moment that the paper says; it is part of the bytes.
    :param foot: words at the foot of every page, before the page's number.
    """

    def __init__(
        self,
        title: str,
        *,
        language: str,
        made: datetime,
        head: Letterhead,
        foot: str = "",
        landscape: bool = False,
    ) -> None:
        super().__init__(orientation="L" if landscape else "P", unit="mm", format="A4")
        self._head, self._foot = head, foot
        self.set_title(title)
        self.set_lang("id-ID" if language == "id" else "en-GB")
        self.set_creator("Kriya")
        self.set_producer("Kriya")
        self.set_author(head.council)
        self.set_creation_date(made)
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(True, margin=MARGIN + 4)
        self._load_fonts()
        self.alias_nb_pages("{n}")
        self.add_page()

    def _load_fonts(self) -> None:
        for part in ("latin", "latin-ext"):
            name = "" if part == "latin" else "-ext"
            sans = f"plus-jakarta-sans-{part}-wght-normal"
            self.add_font(SANS + name, "", _cast(sans, wght=400))
            self.add_font(SANS + name, "B", _cast(sans, wght=700))
        self.add_font(SERIF, "", _cast("fraunces-latin-opsz-normal", opsz=36, wght=600))
        self.set_fallback_fonts([SANS + "-ext"], exact_match=False)

    def cell(self, *args: Any, **keywords: Any) -> bool:
        """Write a line; the next one names its font again, which fpdf2 forgets after a letter of another font."""
        broken = bool(super().cell(*args, **keywords))
        self.current_font_is_set_on_page = False
        return broken

    def multi_cell(self, *args: Any, **keywords: Any) -> Any:
        """Write lines; as `cell`."""
        given = super().multi_cell(*args, **keywords)
        self.current_font_is_set_on_page = False
        return given

    def another(self, head: Letterhead, foot: str = "") -> None:
        """Begin the next paper of a bundle on a page of its own, under its own letterhead."""
        self._head = head
        self.add_page()  # sets the foot of the page before
        self._foot = foot

    # --- every page ---------------------------------------------------------------------------------------

    def header(self) -> None:
        """Set the letterhead."""
        self.set_text_color(*INDIGO)
        self.set_font(SERIF, "", 15)
        self.cell(0, 7, "Kriya", align="R", new_x=XPos.LMARGIN, new_y=YPos.TOP)
        self.set_font(SANS, "B", 10.5)
        self.cell(self.epw - 24, 5.5, self._head.council, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_text_color(*GREY)
        self.set_font(SANS, "", 8.5)
        self.cell(0, 4.5, self._head.place, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.rule()
        self.ln(4)
        self._plain()

    def footer(self) -> None:
        """Set the words at the foot and the page's number."""
        self.set_y(-MARGIN + 3)
        self.set_text_color(*GREY)
        self.set_font(SANS, "", 7.5)
        self.cell(self.epw - 24, 4, self._foot, new_x=XPos.LMARGIN, new_y=YPos.TOP)
        self.cell(0, 4, f"{self.page_no()} / {{n}}", align="R")
        self._plain()

    def rule(self) -> None:
        """Draw a line across the page."""
        self.set_draw_color(*LINE)
        self.set_line_width(0.35)
        self.line(self.l_margin, self.get_y() + 1.5, self.w - self.r_margin, self.get_y() + 1.5)
        self.ln(3)

    def _plain(self, size: float = 9.5) -> None:
        self.set_text_color(*INK)
        self.set_font(SANS, "", size)

    # --- what is written ------------------------------------------------------------------------------------

    def heading(self, words: str, level: int = 1) -> None:
        """Write a heading; it stays with what follows it."""
        size = {1: 20.0, 2: 13.5}.get(level, 10.5)
        if self.will_page_break(size + 16):
            self.add_page()
        self.ln(1 if level == 1 else 3)
        self.set_text_color(*(INK if level == 1 else INDIGO))
        self.set_font(SERIF if level < 3 else SANS, "" if level < 3 else "B", size)
        self.multi_cell(0, size * 0.47, words, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(1.5)
        self._plain()

    def paragraph(
        self, words: str, *, small: bool = False, bold: bool = False, centred: bool = False
    ) -> None:
        """Write a paragraph."""
        self._plain(8 if small else 9.5)
        if small:
            self.set_text_color(*GREY)
        if bold:
            self.set_font(SANS, "B", 9.5)
        align = "C" if centred else "L"
        self.multi_cell(0, 4.2 if small else 5, words, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(1.2)
        self._plain()

    def facts(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Write names and what they are, a line each; empty ones are left out."""
        for name, words in pairs:
            if not words:
                continue
            if self.will_page_break(10):
                self.add_page()
            top = self.get_y()
            self.set_text_color(*GREY)
            self.multi_cell(46, 5, name, align="L", new_x=XPos.RIGHT, new_y=YPos.TOP)
            self._plain()
            self.set_xy(self.l_margin + 48, top)
            self.multi_cell(0, 5, words, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(1.5)

    def grid(
        self,
        head: Sequence[str],
        rows: Sequence[Sequence[str]],
        widths: Sequence[float],
        right: Sequence[int] = (),
    ) -> None:
        """Write a table; its head is repeated on each page. `right` are the columns of figures."""
        self._plain(8)
        aligns: Any = tuple("RIGHT" if number in right else "LEFT" for number in range(len(head)))
        self.set_draw_color(*LINE)
        self.set_line_width(0.2)
        with self.table(
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            col_widths=tuple(widths),
            text_align=aligns,
            headings_style=FontFace(emphasis="BOLD", color=INK, fill_color=GROUND),
            line_height=4.2,
            padding=1.1,
        ) as table:
            for cells in (head, *rows):
                table.row([str(cell) for cell in cells])
        self.ln(3)
        self._plain()

    def signing(self, lines: Sequence[Signing]) -> None:
        """Give everybody a line to sign on, two beside each other."""
        for number in range(0, len(lines), 2):
            if self.will_page_break(SIGNING_HEIGHT):
                self.add_page()
            top = self.get_y()
            for place, one in enumerate(lines[number : number + 2]):
                left = self.l_margin + place * (SIGNING_WIDTH + 6)
                self.set_draw_color(*GREY)
                self.set_line_width(0.25)
                self.line(left, top + 19, left + SIGNING_WIDTH - 8, top + 19)
                self.set_xy(left, top + 20)
                self.set_font(SANS, "B", 9)
                self.cell(SIGNING_WIDTH, 4.6, one.name, new_x=XPos.LEFT, new_y=YPos.NEXT)
                self.set_font(SANS, "", 8)
                self.set_text_color(*GREY)
                self.cell(SIGNING_WIDTH, 4.2, one.office)
                self._plain()
            self.set_xy(self.l_margin, top + SIGNING_HEIGHT)

    def code(self, address: str, size: float = 30, *, x: float | None = None, y: float | None = None) -> None:
        """Draw a code that leads to an address, `size` millimetres wide, here or at a place of the page."""
        rows = [list(row) for row in segno.make(address, error="m").matrix]
        step = size / len(rows)
        left = self.get_x() if x is None else x
        top = self.get_y() if y is None else y
        self.set_fill_color(*INK)
        for down, row in enumerate(rows):
            for across, dark in enumerate(row):
                if dark:  # a hair wider than its step, so that no light line runs between two
                    self.rect(left + across * step, top + down * step, step + 0.02, step + 0.02, style="F")

    def finish(self) -> bytes:
        """Give the paper."""
        return bytes(self.output())
