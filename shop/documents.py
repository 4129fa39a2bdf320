"""Papers: PDF with the house's own type, letterhead, page numbers, tables, lines to sign on, codes to scan.

Called by the rooms that hand something out (minutes of a round, certificates). The same words at the same moment
give the same bytes: nothing of a paper depends on when or where it is set. Knows no council and no piece.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from shop.paper import Paper


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What stands on top of every page."""

    council: str
    place: str = ""
    """The region under the name."""


@dataclass(frozen=True, slots=True)
class Signing:
    """A line to sign on."""

    name: str
    office: str


def paper(
    title: str,
    *,
    language: str,
    made: datetime,
    head: Letterhead,
    foot: str = "",
    landscape: bool = False,
) -> "Paper":
    """Begin an A4 paper, which is written from top to bottom and given as bytes by its `finish()`.

    :param made: the moment that the paper says; it is part of the bytes.
    :param foot: words at the foot of every page, before the page's number.
    """
    from shop.paper import Paper

    return Paper(title, language=language, made=made, head=head, foot=foot, landscape=landscape)


def code_svg(address: str) -> Markup:
    """Draw a code that leads to an address, for a page."""
    import segno  # loaded where it is used: it takes megabytes of every web process

    drawn = segno.make(address, error="m").svg_inline(border=2, scale=4, omitsize=True, title=address)
    return Markup(drawn)  # noqa: S704 - drawn by segno of our own address
