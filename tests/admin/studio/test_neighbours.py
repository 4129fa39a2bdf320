"""Everything of another workshop answers 404, to read and to change; strangers are led to the sign-in."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from catalog.models import Listing, Product, Workshop
from shop.models import AuditEntry, Role, User
from tests import make, make_catalog
from tests.pages import Page

READ = ("", "/words", "/photos", "/photos/states", "/variants", "/variants/new", "/check", "/verdict", "/preview",
        "/ask/discard", "/ask/withdraw", "/variants/{variant}")  # fmt: skip
CHANGE = ("/words", "/open", "/rest", "/discard", "/withdraw", "/submit", "/take-back", "/photos", "/photos/arrange",
          "/photos/put-back", "/variants/new", "/variants/{variant}", "/variants/{variant}/remove",
          "/variants/{variant}/rest", "/verdict/answers")  # fmt: skip


@pytest.fixture
def piece(shop: Workshop) -> Product:
    """Give a live product that is being edited."""
    return make_catalog.piece(shop)


def address(piece: Product, part: str) -> str:
    return f"/studio/listings/{piece.id}" + part.format(variant=make_catalog.variant_of(piece).id)


def test_a_neighbour_reads_nothing(neighbour: Page, piece: Product) -> None:
    for part in READ:
        assert neighbour.get(address(piece, part)).status == 404, part


def test_a_neighbour_changes_nothing(neighbour: Page, piece: Product, session: Session) -> None:
    before = session.query(AuditEntry).count()
    sent = {"edits": 0, "name": "x", "price": "1.000", "kind": "ready", "on_hand": 1, "weight_g": 1, "length_cm": 1,
            "width_cm": 1, "height_cm": 1, "removed": "1.0", "declared": "y"}  # fmt: skip

    for part in CHANGE:
        assert neighbour.post(address(piece, part), sent).status == 404, part
    assert (
        neighbour.post(f"/studio/stock/{make_catalog.variant_of(piece).id}", {"count": 0, "seen": 5}).status
        == 404
    )

    session.rollback()
    assert session.query(AuditEntry).count() == before
    assert session.query(Listing).count() == 1


def test_a_variant_is_reached_only_through_its_own_piece(
    artisan: Page, shop: Workshop, piece: Product
) -> None:
    other = make_catalog.piece(shop)
    variant = make_catalog.variant_of(other).id

    assert artisan.get(f"/studio/listings/{piece.id}/variants/{variant}").status == 404
    assert artisan.post(f"/studio/listings/{piece.id}/variants/{variant}/rest", {"to": "rest"}).status == 404


def test_a_stranger_is_led_to_the_sign_in_and_a_buyer_to_opening_a_workshop(
    page: Page, piece: Product, signed_in: Callable[[User], Page]
) -> None:
    for path in ("/studio/", "/studio/listings", address(piece, ""), "/studio/stock", "/studio/parcels"):
        assert "/account/sign-in" in page.get(path, follow=False).location
    buyer = signed_in(make.user("Pembeli"))
    assert buyer.get("/studio/").title == "Buka bengkel"
    assert buyer.all(".tab-bar") == []  # the rooms of those who have a workshop
    assert buyer.get("/studio/listings").status == 403
    without = signed_in(make.staff(Role.ARTISAN))
    assert without.get("/studio/stock").title == "Buka bengkel"


def test_reading_changes_nothing(artisan: Page, piece: Product, session: Session) -> None:
    before = session.query(AuditEntry).count()

    for part in READ:
        artisan.get(address(piece, part))
    for room in ("", "listings", "listings/new", "workshop", "stock", "parcels", "earnings"):
        assert artisan.get(f"/studio/{room}").status == 200
        assert artisan.get(f"/en/studio/{room}").status == 200

    session.rollback()
    assert session.query(AuditEntry).count() == before
    assert session.query(Listing).count() == 1
