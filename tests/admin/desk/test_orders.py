"""Orders at the desk: the region's share of each, and who may send money back."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from catalog.models import Product
from checkout import ledger
from checkout.models import OrderState, Refund
from shop import accounts
from shop.db import db
from shop.models import Role, User
from tests import make, make_catalog, make_checkout
from tests.pages import Page

Browser = Callable[[User], Page]


def two_regions() -> tuple[Product, Product]:
    """Make a piece of Bengkulu and one of Palembang."""
    bengkulu = make_catalog.piece(make_catalog.workshop(name="Sanggar Bengkulu"), title="Selendang pantai")
    return bengkulu, make_catalog.piece(
        make_catalog.workshop(name="Sanggar Palembang", regency="16.71"), title="Songket hulu"
    )


def test_each_council_sees_its_own_parcels_of_a_shared_order(
    bank: Any, curator: Page, neighbour: Page, finance: Page
) -> None:
    here, there = two_regions()
    order = make_checkout.paid((here, 2), (there, 1))

    curator.get("/desk/orders").follow(order.number)
    assert "Selendang pantai" in curator.text
    assert "Songket hulu" not in curator.html
    assert "Sanggar Palembang" not in curator.html
    assert "paket dari dewan lain" in curator.text
    assert "Songket hulu" in neighbour.get(f"/desk/orders/{order.number}").text
    both = finance.get(f"/desk/orders/{order.number}").text
    assert "Songket hulu" in both
    assert "Selendang pantai" in both


def test_orders_of_other_regions_are_not_there(bank: Any, neighbour: Page) -> None:
    order = make_checkout.paid((make_catalog.piece(), 1))

    assert order.number not in neighbour.get("/desk/orders").text
    assert neighbour.get(f"/desk/orders/{order.number}").status == 404
    assert neighbour.get(f"/desk/orders?number={order.number}").text.count(order.number) == 0


def test_a_council_administrator_refunds_an_order_of_the_region(
    bank: Any, officer: Page, run_jobs: Callable[[], int]
) -> None:
    piece = make_catalog.piece()
    order = make_checkout.paid((piece, 1))
    button = f"Kembalikan Rp {order.total:,}".replace(",", ".")

    officer.get(f"/desk/orders/{order.number}").press(button, reason="")
    assert officer.status == 422
    officer.press(button, reason="Pecah di jalan.")
    assert "sedang dikembalikan" in officer.text
    run_jobs()

    assert make_checkout.fresh(order.id).state is OrderState.REFUNDED
    assert make_checkout.numbers(piece) == (5, 0, 0)
    assert make_checkout.books_are_even()[ledger.GATEWAY] == 0
    officer.get(f"/desk/orders/{order.number}")
    assert "Pecah di jalan." in officer.text
    assert not officer.all("form[action$=refund]")
    # the second press of somebody who still has the page open keeps the words and sends nothing
    officer.post(f"/desk/orders/{order.number}/refund", {"reason": "Sekali lagi."})
    assert officer.status == 409
    assert db.session.scalar(sa.select(sa.func.count(Refund.id))) == 1


def test_curators_do_not_refund_and_nobody_refunds_for_another_council(
    bank: Any, curator: Page, neighbour: Page, officer: Page, signed_in: Browser
) -> None:
    here, there = two_regions()
    shared, own = make_checkout.paid((here, 1), (there, 1)), make_checkout.paid((here, 1))
    far = signed_in(make.staff(Role.COUNCIL_ADMIN, "16"))
    wish = {"reason": "Ingin saja."}

    assert not curator.get(f"/desk/orders/{own.number}").all("form[action$=refund]")
    assert curator.post(f"/desk/orders/{own.number}/refund", wish).status == 403
    assert far.post(f"/desk/orders/{own.number}/refund", wish).status == 404
    assert not officer.get(f"/desk/orders/{shared.number}").all("form[action$=refund]")
    assert officer.post(f"/desk/orders/{shared.number}/refund", wish).status == 403
    assert make_checkout.fresh(shared.id).state is OrderState.PAID


def test_national_finance_refunds_what_many_councils_share(bank: Any, finance: Page) -> None:
    order = make_checkout.paid(*((piece, 1) for piece in two_regions()))

    finance.get(f"/desk/orders/{order.number}")
    finance.post(f"/desk/orders/{order.number}/refund", {"reason": "Batal bersama."})

    assert make_checkout.fresh(order.id).state is OrderState.REFUNDED


def test_a_curator_here_who_is_administrator_there_refunds_only_there(bank: Any, signed_in: Browser) -> None:
    here, there = two_regions()
    ours, theirs = make_checkout.paid((here, 1)), make_checkout.paid((there, 1))
    person = make.staff(Role.CURATOR, "17")
    with make.writing() as session:
        accounts.grant(session, make.ACTOR, session.get_one(User, person.id), Role.COUNCIL_ADMIN, "16")
    both = signed_in(person)

    assert not both.get(f"/desk/orders/{ours.number}").all("form[action$=refund]")
    assert both.post(f"/desk/orders/{ours.number}/refund", {"reason": "x"}).status == 404
    assert both.get(f"/desk/orders/{theirs.number}").all("form[action$=refund]")


def test_the_page_of_an_order_tells_what_happened_to_it(bank: Any, curator: Page) -> None:
    order = make_checkout.paid((make_catalog.piece(), 1))
    make_checkout.sent(order)

    curator.get(f"/desk/orders/{order.number}")

    for words in ("Pesanan dibuat", "Pembayaran diterima", "Paket dikirim"):
        assert words in curator.text, words
