"""Names of craft forms that a listing may not claim, in its title, motif and story; and in its workshop's own words.

Asked by the studio while one writes, and by `submissions.submit`, which refuses what is left. A workshop may use
the names of its own region, of what it claims (which is then signed or not), and of common forms; the story and
the note on technique may also name the form that the piece says it is inspired by.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import heritage_names, heritage_register
from catalog.curation import claims
from catalog.models import Craft, HeritageForm, Listing, Product, Workshop
from shop.errors import Invalid

CLAIMING = ("title", "title_en", "motif")
"""Fields in which a name is a claim, whatever the piece is inspired by."""
TELLING = ("story", "story_en", "technique_note", "variation")


class NamesElsewhere(Invalid):
    """The listing names a craft form of another region as if it were one."""

    message = (
        "A title, motif or story names a craft form that is at home in another region. "
        "This page says which words, and what you can do."
    )


@dataclass(frozen=True, slots=True)
class NameClaim:
    """Words of one field that claim a form."""

    field: str
    words: str
    craft: Craft
    may_inspire: bool
    """Choosing the form as what inspired the piece would settle it."""


def of_listing(session: Session, listing: Listing) -> list[NameClaim]:
    """Give every name in a listing that it may not use, in the order of the fields."""
    forms = _elsewhere(session, listing)
    found: list[tuple[str, heritage_names.Found]] = []
    for field in CLAIMING:
        found += [(field, one) for one in heritage_names.find(getattr(listing, field), forms)]
    told = {craft_id: names for craft_id, names in forms.items() if craft_id != listing.inspired_by_id}
    for field in TELLING:
        found += [(field, one) for one in heritage_names.find(getattr(listing, field), told)]
    crafts = {
        craft.id: craft
        for craft in session.scalars(
            sa.select(Craft).where(Craft.id.in_({one.craft_id for _f, one in found}))
        )
    }
    return [NameClaim(field, one.words, crafts[one.craft_id], field in TELLING) for field, one in found]


def of_workshop(session: Session, listing: Listing, name: str, about: str) -> list[str]:
    """Give the names in what a workshop says of itself that it may not claim, in its own words.

    To tell of a craft is free, and only people can tell it from a claim: nothing is refused for these, the studio says
    so before sending and the panel reads them beside the words.
    """
    forms = _elsewhere(session, listing)
    told = {craft_id: names for craft_id, names in forms.items() if craft_id != listing.inspired_by_id}
    found = [*heritage_names.find(name, forms), *heritage_names.find(about, told)]
    return list(dict.fromkeys(one.words for one in found))


def _elsewhere(session: Session, listing: Listing) -> Mapping[int, list[str]]:
    """Give the names of the guarded forms that are at home elsewhere, without the one that the piece claims."""
    workshop = session.scalars(
        sa.select(Workshop)
        .join(Product, Product.workshop_id == Workshop.id)
        .where(Product.id == listing.product_id)
    ).one()
    rows = session.execute(
        sa.select(HeritageForm.craft_id, HeritageForm.also_called).where(HeritageForm.guarded)
    )
    names: dict[int, list[str]] = {row.craft_id: row.also_called for row in rows}
    foreign = heritage_register.foreign(session, names.keys(), workshop.regency_code)
    mine = {listing.craft_id} | claims.signed(session, listing.product_id, workshop.id, listing.craft_id)
    return {craft_id: names[craft_id] for craft_id in sorted(foreign - mine)}


def check(session: Session, listing: Listing) -> None:
    """Refuse names that the listing may not use. :raise NamesElsewhere:"""
    if of_listing(session, listing):
        raise NamesElsewhere
