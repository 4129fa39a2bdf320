"""Vouchers of a workshop: its own, for its own pieces, and nobody else's."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.models import Product, Workshop
from checkout import carts
from checkout.models import Cart, Voucher
from checkout.voucher_book import Giver
from shop.db import db
from shop.models import User
from tests import make_catalog, make_checkout, make_vouchers
from tests.checkout.conftest import bank
from tests.fake_gateway import FakeGateway
from tests.make import writing
from tests.pages import Page

__all__ = ["bank"]

FORM = {
    "name": "Terima kasih",
    "kind": "amount",
    "amount": "25.000",
    "first_on": "2026-11-01",
    "code": "MAKASIH",
}


def member(piece: Product) -> User:
    """Give the maker of a piece."""
    return make_catalog.member(db.session.get_one(Workshop, piece.workshop_id))


def test_a_workshop_makes_and_changes_its_own_voucher(page: Page, session: Session) -> None:
    mine = make_catalog.piece()
    page.sign_in(member(mine))

    page.get("/studio/vouchers/new").press("Buat voucer", **FORM)
    assert "MAKASIH sudah dibuat" in page.text
    page.press("Simpan voucer", amount="30.000", piece=f"/products/{mine.slug}")

    db.session.rollback()
    made = db.session.scalars(sa.select(Voucher)).one()
    assert (made.workshop_id, made.amount, made.only_product_id) == (mine.workshop_id, 30_000, mine.id)
    assert page.get("/studio/vouchers").has_link("MAKASIH")


def test_a_workshop_takes_nothing_off_the_pieces_of_another(page: Page, session: Session) -> None:
    mine, other = make_catalog.piece(), make_catalog.piece(make_checkout.workshop_in())
    page.sign_in(member(mine))

    page.get("/studio/vouchers/new").press("Buat voucer", **(FORM | {"piece": other.slug}))

    assert page.status == 422
    assert page.one("input[name=piece]")["value"] == other.slug
    db.session.rollback()
    assert db.session.scalars(sa.select(Voucher)).all() == []


def test_the_voucher_of_another_workshop_is_not_there(page: Page, session: Session) -> None:
    mine, other = make_catalog.piece(), make_checkout.workshop_in()
    theirs = make_vouchers.voucher(Giver(workshop_id=db.session.get_one(Workshop, other.id).id))
    page.sign_in(member(mine))

    assert page.get(f"/studio/vouchers/{theirs.id}").status == 404
    assert page.post(f"/studio/vouchers/{theirs.id}", FORM).status == 404
    assert page.post(f"/studio/vouchers/{theirs.id}/stop").status == 404


def test_a_gift_message_is_read_when_packing_and_stands_on_the_label(
    page: Page, session: Session, bank: FakeGateway
) -> None:
    mine = make_catalog.piece()
    basket = make_checkout.cart((mine, 1)).id
    with writing() as writer:
        carts.set_gift(writer, writer.get_one(Cart, basket), mine.workshop_id, "Untuk Ibu, <b>selamat</b>.")
    paid = make_checkout.settle(make_checkout.place(db.session.get_one(Cart, basket)))
    parcel = make_checkout.parcels(paid.id)[0].id
    page.sign_in(member(mine))

    for path in (f"/studio/parcels/{parcel}", f"/studio/parcels/{parcel}/label"):
        assert "Untuk Ibu, <b>selamat</b>." in page.get(path).text
    assert "Untuk Ibu, <b>selamat</b>." in page.get(make_checkout.link(paid)).text
