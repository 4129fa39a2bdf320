"""A parcel as it was shown: for every piece in it, the listing as it was bought, attribute by attribute.

The version is that of the order line, whatever the listing says since. Read by the buyer's comparison, by the
studio and by the arbitration page; each gives its own addresses of photographs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import Session, joinedload

from catalog import materials, photos, taxonomy
from catalog.curation import certificates, tolerances
from catalog.curation.tolerances import Tolerance
from catalog.models import Certificate, CertificateState, Council, Craft, Listing, ListingPhoto, Picture
from catalog.pictures import PhotoView
from checkout import parcels
from checkout.claims import comparison
from checkout.claims.comparison import Range
from checkout.models import OrderLine, Shipment
from checkout.models.claim import What
from shop.i18n import WIB, current_locale
from shop.texts import mark

LABELS = {
    What.LOOK: mark("It looks like the photographs"),
    What.COLOUR: mark("Choice, colour and motif"),
    What.MEASURES: mark("Size"),
    What.WEIGHT: mark("Weight"),
    What.MATERIALS: mark("Material"),
    What.TECHNIQUE: mark("Technique"),
    What.CERTIFICATES: mark("Certificate"),
    What.QUANTITY: mark("Number of pieces"),
    What.CONDITION: mark("Whole and undamaged"),
    What.PACKAGING: mark("The parcel was packed well"),
    What.ARRIVAL: mark("The parcel has arrived"),
}
"""What is compared, in words (msgids)."""
Address = Callable[[int, int, int, str], str]
"""`(order_line_id, picture_id, width, ending)` to the address of a photograph of the listing as bought."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that the listing said."""

    what: What
    shown: str
    """In the words of the listing; empty where the photographs say it."""
    lang: str = ""
    """The language of the words, where it is not that of the page."""
    may_be: tuple[str, ...] = ()
    """What may be measured, the tolerance included, in centimetres or grams."""
    percent: int = 0
    """The tolerance."""

    @property
    def label(self) -> str:
        """Give the name of what is compared (a msgid)."""
        return LABELS[self.what]


@dataclass(frozen=True, slots=True)
class LineShown:
    """One piece of a parcel as it was shown."""

    line: OrderLine
    pieces: int
    """So many of it travel in this parcel."""
    photos: tuple[PhotoView, ...]
    facts: tuple[Fact, ...]
    variation: str
    """What may differ from piece to piece because it is made by hand, in the maker's words."""
    tolerance: Tolerance
    version: int


@dataclass(frozen=True, slots=True)
class ParcelShown:
    """A whole parcel as it was shown."""

    shipment: Shipment
    lines: tuple[LineShown, ...]
    packaging: Fact = Fact(What.PACKAGING, "")

    def fact(self, line_id: int | None, what: What) -> Fact | None:
        """Give one fact of a line, or of the parcel."""
        if line_id is None:
            return self.packaging if what is What.PACKAGING else Fact(what, "")
        facts = next((one.facts for one in self.lines if one.line.id == line_id), ())
        return next((fact for fact in facts if fact.what is what), None)


def of_parcel(
    session: Session, parcel: Shipment, bought_at: datetime, address: Address, locale: str | None = None
) -> ParcelShown:
    """Give everything that was said of the pieces in a parcel."""
    locale = locale or current_locale()
    found = []
    for inside in parcels.contents(session, parcel.id):
        line = session.get_one(OrderLine, inside.order_line_id)
        found.append(_line(session, line, inside.quantity, bought_at, address, locale))
    return ParcelShown(parcel, tuple(found))


def _line(
    session: Session, line: OrderLine, pieces: int, bought_at: datetime, address: Address, locale: str
) -> LineShown:
    listing = session.scalars(
        sa.select(Listing).where(Listing.id == line.listing_id).options(joinedload(Listing.craft))
    ).one()
    council = session.get_one(Council, line.council_id)
    tolerance = tolerances.holds(session, council, listing.craft_id)

    def where(picture_id: int, width: int, ending: str) -> str:
        return address(line.id, picture_id, width, ending)

    papers = _certificates(session, line.workshop_id, listing.craft, bought_at)
    return LineShown(
        line=line,
        pieces=pieces,
        photos=tuple(photos.views(session, listing.id, where)),
        facts=tuple(_facts(line, listing, pieces, tolerance, papers, locale)),
        variation=listing.variation,
        tolerance=tolerance,
        version=listing.version,
    )


def _facts(
    line: OrderLine, listing: Listing, pieces: int, tolerance: Tolerance, papers: Sequence[str], locale: str
) -> list[Fact]:
    label = taxonomy.TECHNIQUES.get(line.technique or listing.technique)
    technique = (label.name_en if locale == "en" else label.name_id) if label else ""
    note = ", ".join(part for part in (technique, listing.technique_note) if part)
    words, lang = _materials(listing.materials, locale)
    colour = ", ".join(part for part in (line.variant_name, listing.motif) if part)
    facts = [Fact(What.LOOK, ""), Fact(What.COLOUR, colour, "id")]
    sizes = comparison.ranges(listing.measures, tolerance)
    if listing.measures:
        facts.append(
            Fact(
                What.MEASURES, listing.measures, "", tuple(_centimetres(one) for one in sizes), tolerance.size
            )
        )
    weights = comparison.weights(listing.measures, tolerance)
    if weights:
        grams = tuple(f"{one.low}–{one.high} g" for one in weights)
        facts.append(Fact(What.WEIGHT, listing.measures, "", grams, tolerance.weight))
    if words:
        facts.append(Fact(What.MATERIALS, words, lang))
    if note:
        facts.append(Fact(What.TECHNIQUE, note, "id" if listing.technique_note else ""))
    if papers:
        facts.append(Fact(What.CERTIFICATES, "; ".join(papers)))
    return [*facts, Fact(What.QUANTITY, str(pieces)), Fact(What.CONDITION, "")]


def _materials(names: Sequence[str], locale: str) -> tuple[str, str]:
    in_english = [materials.in_english(name) for name in names]
    if locale == "en" and in_english and all(in_english):
        return ", ".join(word.lower() for word in in_english), ""
    return ", ".join(names), "id"


def _centimetres(size: Sequence[Range]) -> str:
    """Write what a size may be: `190–210 × 52–58 cm`."""
    return " × ".join(f"{_cm(side.low)}–{_cm(side.high)}" for side in size) + " cm"


def _cm(millimetres: int) -> str:
    whole, rest = divmod(millimetres, 10)
    mark_ = "." if current_locale() == "en" else ","
    return f"{whole}{mark_}{rest}" if rest else str(whole)


def _certificates(session: Session, workshop_id: int, craft: Craft | None, bought_at: datetime) -> list[str]:
    """Give the certificates that stood on a page on the day of the order."""
    if craft is None:
        return []
    query = (
        sa.select(Certificate)
        .where(
            Certificate.workshop_id == workshop_id,
            Certificate.craft_id == craft.id,
            Certificate.state.in_((CertificateState.CHECKED, CertificateState.EXPIRED)),
            Certificate.checked_at <= bought_at,
            sa.or_(
                Certificate.valid_until.is_(None),
                Certificate.valid_until >= bought_at.astimezone(WIB).date(),
            ),
        )
        .order_by(Certificate.id)
    )
    return [
        f"{one.name or gettext(certificates.KINDS[one.kind])}, {one.number} ({one.holder})"
        for one in session.scalars(query)
    ]


def picture(session: Session, order_line_id: int, order_id: int, picture_id: int) -> Picture | None:
    """Give a photograph of the listing as it was bought in an order, for those who may see that order."""
    found: Picture | None = session.scalar(
        sa.select(Picture)
        .join(ListingPhoto, ListingPhoto.picture_id == Picture.id)
        .join(OrderLine, OrderLine.listing_id == ListingPhoto.listing_id)
        .where(OrderLine.id == order_line_id, OrderLine.order_id == order_id, Picture.id == picture_id)
    )
    return found
