"""Nonsense sent to every route, by a visitor, an artisan and a council: always a plain answer, never a broken shop."""

import socket
from pathlib import Path

import pytest
from flask import Flask

from catalog.models import Product
from shop import accounts
from shop.db import db
from shop.models import Role, User
from tests import make, make_catalog, make_checkout
from tests.checkout.conftest import bank
from tests.journeys import mischief
from tests.journeys.mischief import BODIES, HEADERS, QUERIES, RAW, WORDS, Mischief
from tests.journeys.running import running_shop
from tests.pages import Page

__all__ = ["bank"]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
WHO = ("visitor", "artisan", "council")
ROLES = {
    "visitor": {"public"},
    "artisan": {"signed in", "artisan"},
    "council": {"signed in", "curator", "council-admin"},
}
MOST_FIELDS = 10
"""Of the fields of one form; the table of shipping rates has a hundred of one kind."""
SOME = ("/", "/search", "/suggest", "/products/x", "/cart", "/checkout/places", "/account/sign-in", "/me", "/orders/x",
        "/studio/", "/desk/", "/media/public/x.webp", "/static/css/base.css", "/healthz", "/en/crafts")  # fmt: skip


@pytest.fixture
def known(bank: object) -> dict[str, str]:
    """Give a shop in which everything exists once: what stands for it in addresses."""
    owner = make.user("Melur", email="melur@contoh.id")
    shop = make_catalog.workshop(owner, name="Sanggar Melur")
    piece, draft = make_catalog.piece(shop), make_catalog.draft(shop)
    product = db.session.get_one(Product, draft.product_id)
    waiting = make_catalog.submitted(make_catalog.draft(shop, title="Kain yang menunggu"))
    order = make_checkout.paid((piece, 1))
    return {
        "slug": piece.slug,
        "live_variant": str(make_catalog.variant_of(piece).id),
        "product_id": str(draft.product_id),
        "variant_id": str(make_catalog.variant_of(product).id),
        "picture_id": str(make_catalog.photo_ids(draft.id)[0]),
        "submission_id": str(waiting.id),
        "workshop_id": str(shop.id),
        "shipment_id": str(make_checkout.parcels(order.id)[0].id),
        "number": order.number,
        "key": make_checkout.link(order).partition("key=")[2],
        "width": "320",
        "ending": "jpg",
        "what": "withdraw",
    }


def person(who: str) -> User:
    """Give the account of an artisan or of somebody of the council."""
    with make.writing() as session:
        if who == "artisan":
            return accounts.by_email(session, "melur@contoh.id")
        staff = make.staff(Role.CURATOR, "17")
        accounts.grant(session, make.ACTOR, staff, Role.COUNCIL_ADMIN, "17")
        return staff


def visitor(app: Flask, who: str) -> Mischief:
    """Open the browser of one of them."""
    page = Page(app)
    return Mischief(app, page if who == "visitor" else page.sign_in(person(who)))


@pytest.mark.parametrize("who", WHO)
def test_no_address_breaks_the_shop(app: Flask, known: dict[str, str], who: str) -> None:
    mischievous = visitor(app, who)
    for place, route in enumerate(mischief.routes(app)):
        if "GET" not in route["methods"] or not mischief.is_for(route, ROLES[who]):
            continue
        for path in mischief.strange_paths(route["path"]):
            mischievous.send("GET", path)
        path = mischief.real_path(route["path"], known)
        for value in WORDS[place % 2 :: 2]:
            mischievous.send("GET", path, query_string=dict.fromkeys(QUERIES, value))
        for raw in RAW:
            mischievous.send("GET", f"{path}?" + "&".join(f"{name}={raw}" for name in QUERIES))

    assert not mischievous.faults, "\n".join(mischievous.faults)
    assert mischievous.asked > 300


@pytest.mark.parametrize("who", WHO)
def test_no_form_breaks_the_shop(app: Flask, known: dict[str, str], who: str) -> None:
    """Every form, as it stands on its page, with nonsense in one field after the other; then nonsense throughout."""
    mischievous = visitor(app, who)
    mischievous.send("POST", "/cart/lines", data={"variant_id": known["live_variant"], "quantity": "1"})
    reach = [route for route in mischief.routes(app) if mischief.is_for(route, ROLES[who])]
    for route in reach:
        if "GET" in route["methods"]:
            for form in mischief.forms(mischievous.send("GET", mischief.real_path(route["path"], known))):
                fill_in_badly(mischievous, *form)
    for route in reach:
        if "POST" in route["methods"] and route["endpoint"] != "accounts.sign_out":
            path = mischief.real_path(route["path"], known)
            for value in WORDS[::3]:
                mischievous.post(path, dict.fromkeys(QUERIES, value))
            mischievous.post_raw(path, list(QUERIES), "%ff%00%ED%A0%80")

    assert not mischievous.faults, "\n".join(mischievous.faults)
    assert mischievous.asked > 300


def fill_in_badly(mischievous: Mischief, path: str, fields: dict[str, str], sent: list[str]) -> None:
    """Send one form many times, each time with one field that is nonsense."""
    if "sign-out" in path:
        return
    names = [name for name in fields if name != "csrf_token"]
    for place, name in enumerate(names[:: -(-len(names) // MOST_FIELDS) or 1]):
        for value in WORDS[place % 3 :: 3]:
            mischievous.post(path, fields | {"csrf_token": mischievous.token, name: value})
        mischievous.post_raw(path, [name], RAW[place % len(RAW)])
        mischievous.post(path, {n: v for n, v in fields.items() if n not in {name, "csrf_token"}})
    for name in sent:
        for file in mischief.files():
            mischievous.post(path, fields | {"csrf_token": mischievous.token, name: file})


@pytest.mark.parametrize("who", WHO)
def test_no_method_breaks_the_shop(app: Flask, known: dict[str, str], who: str) -> None:
    mischievous = visitor(app, who)
    for route in mischief.routes(app):
        path = mischief.real_path(route["path"], known)
        for method in ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "BREW", "POST"):
            if method not in route["methods"]:
                mischievous.send(method, path)

    assert not mischievous.faults, "\n".join(mischievous.faults)


def test_no_header_and_no_body_breaks_the_shop(app: Flask, known: dict[str, str]) -> None:
    mischievous = visitor(app, "visitor")
    for path in SOME:
        for headers in HEADERS:
            mischievous.send("GET", path, headers=headers)
    for path in (
        "/cart/lines",
        "/checkout",
        "/checkout/quote",
        "/account/sign-in",
        "/stripe/webhook",
        "/search",
    ):
        for data, kind in BODIES:
            mischievous.send("POST", path, data=data, content_type=kind)
            mischievous.send(
                "POST", path, data=data, content_type=kind, headers={"Accept": "application/json"}
            )
        for headers in HEADERS:
            mischievous.send("POST", path, data=b"quantity=1&variant_id=1", headers=headers)

    assert not mischievous.faults, "\n".join(mischievous.faults)


def test_the_language_in_the_address_is_read_once(app: Flask, known: dict[str, str], page: Page) -> None:
    mischievous = visitor(app, "visitor")
    for path in ("/en/en/", "/en/en/search", "/en//", "//en/", "/EN/", "/en%2f", "/%65n/", "/en/id/", "/id/", "/en.", "/en/../",
                 "/en\\", "/en;/", "/en?/en/", "/en/products/en"):  # fmt: skip
        mischievous.send("GET", path)
    for raw in ("/products/\xff\xfe", "/\xed\xa0\x80", "/en/\xc3\x28", "/search/\x00", "/en\xff/"):
        mischievous.send("GET", "/", environ_overrides={"PATH_INFO": raw})

    assert not mischievous.faults, "\n".join(mischievous.faults)
    assert page.get("/en/en/").status == 404


RAW_REQUESTS = (
    b"GET /products/\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /search?q=\xed\xa0\x80 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00", b"BREW /cart HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 20_000 + b"\r\n\r\n",
    b"POST /cart/lines HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n", b"GET http://evil.example/ HTTP/1.1\r\nHost: x\r\n\r\n",
    b"POST /cart/lines HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n", b"GET / HTTP/1.0\r\nHost: \xff\r\n\r\n",
    b"POST /cart/lines HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
)  # fmt: skip


def test_broken_requests_are_refused_by_the_running_shop(app: Flask, tmp_path: Path) -> None:
    with running_shop(tmp_path, app.config["KRIYA"].database_url, web_workers=1) as shop:
        for request in RAW_REQUESTS:
            with socket.create_connection(("127.0.0.1", shop.port), timeout=60) as connection:
                connection.sendall(request)
                connection.shutdown(socket.SHUT_WR)
                answer = connection.recv(4096)
            assert (
                not answer.startswith((b"HTTP/1.1 5", b"HTTP/1.0 5"))
                or b" 501 " in answer[:20]
                or b" 505 " in answer[:20]
            ), (
                request[:60],
                answer[:200],
            )
