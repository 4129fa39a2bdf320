"""A claim as its three sides read it: what was shown, what arrived, what was said and done, who has to act now.

Read by the buyer's page, the studio and the desk; each gives its own addresses of photographs. Changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy.orm import Session

from catalog import photos
from catalog.pictures import PhotoView
from checkout.claims import as_shown, comparison, deadlines, finding, terms
from checkout.claims.as_shown import Fact, LineShown, ParcelShown
from checkout.claims.comparison import Outcome
from checkout.claims.finding import Whole
from checkout.models import Claim, ClaimPhoto, ClaimPoint, Side
from checkout.models.claim import What
from shop.texts import mark

PhotoAddress = Callable[[int, int, str], str]
"""`(picture_id, width, ending)` to the address of a photograph of the claim."""
ALT = {
    Side.BUYER: mark("Photograph %(number)s, by the buyer"),
    Side.WORKSHOP: mark("Photograph %(number)s, by the workshop"),
    Side.COUNCIL: mark("Photograph %(number)s, by the council"),
    Side.SHOP: "",
}
"""For those who do not see them (msgids)."""


@dataclass(frozen=True, slots=True)
class PointView:
    """One thing that is not as shown."""

    point: ClaimPoint
    line: LineShown | None
    fact: Fact
    outcome: Outcome | None
    """How far what was measured is from what was shown, where both can be read."""


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A whole claim."""

    claim: Claim
    whole: Whole
    shown: ParcelShown
    points: tuple[PointView, ...]
    photos: tuple[tuple[ClaimPhoto, PhotoView | None], ...]
    turn: Side | None
    most: int
    """Rupiah that can go back for the pieces, without postage."""
    postage: int
    """Rupiah of postage that go back with all the pieces."""
    pieces: int

    @property
    def lines(self) -> tuple[LineShown, ...]:
        """Give the pieces that it is about, or all of the parcel."""
        mine = tuple(one for one in self.shown.lines if one.line.id in self.whole.lines)
        return mine or self.shown.lines

    @property
    def title(self) -> str:
        """Name the first piece that it is about."""
        return self.lines[0].line.title if self.lines else ""

    def photos_of(self, side: Side | str) -> list[tuple[ClaimPhoto, PhotoView | None]]:
        """Give the photographs of one side."""
        return [(photo, view) for photo, view in self.photos if photo.side == side]


def of(session: Session, claim: Claim, address: PhotoAddress, shown_address: as_shown.Address) -> ClaimView:
    """Give a claim with everything that its page needs."""
    whole = finding.whole(session, claim)
    shown = as_shown.of_parcel(session, claim.shipment, claim.order.created_at, shown_address)
    return ClaimView(
        claim=claim,
        whole=whole,
        shown=shown,
        points=tuple(_point(point, shown) for point in whole.points),
        photos=tuple(
            (photo, photos.private_view(photo.picture, gettext(ALT[photo.side], number=number), address))
            for number, photo in enumerate(whole.photos, 1)
        ),
        turn=deadlines.whose_turn(session, claim),
        most=terms.most(session, claim),
        postage=terms.postage_left(session, claim),
        pieces=sum(terms.asked(session, claim).values()),
    )


def _point(point: ClaimPoint, shown: ParcelShown) -> PointView:
    line = next((one for one in shown.lines if one.line.id == point.order_line_id), None)
    fact = shown.fact(point.order_line_id, point.what) or Fact(point.what, point.shown)
    return PointView(point, line, fact, _outcome(point, line))


def _outcome(point: ClaimPoint, line: LineShown | None) -> Outcome | None:
    if line is None:
        return None
    if point.what is What.MEASURES:
        return comparison.sizes(point.shown, point.said, line.tolerance)
    if point.what is What.WEIGHT:
        return comparison.weight(point.shown, point.said, line.tolerance)
    return None
