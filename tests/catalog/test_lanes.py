"""Which way an edit goes: every field has its class, and only a small staged edit takes the fast lane."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from catalog import listings, versions
from catalog.curation import lanes
from catalog.curation.lanes import Risk
from catalog.models import Lane, Listing, Product
from shop.db import db
from tests import make_catalog as shop
from tests.make import ACTOR, writing


def edited(piece: Product, **content: Any) -> Listing:
    """Open a copy of a live piece and write in it."""
    with writing() as session:
        copy = listings.open_draft(session, ACTOR, session.get_one(Product, piece.id))
        if content:
            listings.update(session, copy, content)
        listing_id = copy.id
    return db.session.get_one(Listing, listing_id)


def test_every_field_that_is_compared_has_a_class() -> None:
    assert versions.LABELS.keys() <= lanes.RISKS.keys()
    assert {name for name, risk in lanes.RISKS.items() if risk is Risk.AT_ONCE} == lanes.AT_ONCE.keys()


def test_a_new_piece_goes_before_the_panel(session: Session) -> None:
    submission = shop.submitted()
    assert submission.lane is Lane.PANEL
    listing = session.get_one(Listing, submission.listing_id)
    assert lanes.of_draft(session, listing).reasons[0].words == lanes.FIRST


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"care": "Cuci dengan tangan, jemur di tempat teduh. Simpan dalam kain."}, []),
        ({"title": "Selendang besurek rafflesia, biru", "measures": "200 x 60 cm"}, []),
        ({"story": "Satu kata lain. " * 30}, [lanes.MANY_WORDS]),
        ({"technique": "cap"}, [lanes.GRAVE]),
        ({"regency_code": "17.08"}, [lanes.GRAVE]),
        ({"technique": "cap", "motif": "Rafflesia"}, [lanes.GRAVE]),
        ({}, [lanes.NOTHING]),
    ],
)
def test_an_edit_goes_the_way_of_its_gravest_change(
    session: Session, content: dict[str, str], words: list[str]
) -> None:
    draft = edited(shop.piece(), **content)

    assert [reason.words for reason in lanes.of_draft(session, draft).reasons] == words
    submission = shop.submitted(draft)
    assert submission.lane is (Lane.PANEL if words else Lane.FAST)


def test_what_a_piece_is_inspired_by_and_the_workshop_s_name_are_the_panel_s(session: Session) -> None:
    piece = shop.piece()
    assert (
        lanes.of_draft(session, edited(piece, inspired_by_id=shop.craft("tenun-cual").id)).lane is Lane.PANEL
    )
    assert lanes.RISKS["workshop_name"] is lanes.RISKS["workshop_village"] is Risk.PANEL


def test_a_photograph_or_two_are_small_and_three_are_not(session: Session) -> None:
    draft = edited(shop.piece())
    for count in (1, 2):
        shop.add_photo(draft.id)
        assert lanes.of_draft(session, draft).lane is Lane.FAST, count
    shop.add_photo(draft.id)
    (reason,) = lanes.of_draft(session, draft).reasons
    assert (reason.words, reason.params["count"]) == (lanes.MANY_PHOTOS, 3)
