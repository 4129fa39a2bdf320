"""Whole public pages are kept for exactly as long as what they show stays as it is."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask, request
from sqlalchemy.exc import OperationalError

from catalog import artisans, councils, publication, stock, variants
from catalog.models import Council, Product, Variant, Workshop, WorkshopState
from shop import kept_pages, preparing
from shop.db import db
from shop.kept_pages import KeptPages
from tests import make, make_catalog, shops
from tests.make import ACTOR, writing
from tests.pages import Page

PAGES = (
    "/", "/artisans", "/regions/bengkulu", "/crafts/batik-besurek", "/councils", "/councils/dekranasda-bengkulu",
    "/new",
)  # fmt: skip
GZIP = {"headers": {"Accept-Encoding": "gzip"}}


@pytest.fixture
def keeping(app: Flask) -> Iterator[Flask]:
    """Give another process of the same shop, which keeps its pages."""
    shop = shops.build(replace(app.config["KRIYA"], page_cache_mb=8))
    try:
        yield shop
    finally:
        layer(shop).version = None  # lets go of its connection, before the next test takes the file away
        with shop.app_context():
            db.engine.dispose()


def layer(shop: Flask) -> KeptPages:
    found: KeptPages = shop.extensions["kriya.kept_pages"]
    return found


def asked(shop: Flask) -> list[str]:
    """Give the list in which every address that reaches Flask is written down."""
    reached: list[str] = []
    shop.before_request_funcs.setdefault(None, []).insert(0, lambda: reached.append(request.path))
    return reached


def addresses(product: Product) -> list[str]:
    workshop = db.session.get_one(Workshop, product.workshop_id)
    own = [f"/products/{product.slug}", f"/en/products/{product.slug}", f"/artisans/{workshop.slug}"]
    return [*PAGES, *own]


def body(shop: Flask, address: str) -> tuple[int, bytes]:
    answer = shop.test_client().get(address, base_url=shops.BASE_URL)
    return answer.status_code, answer.data.replace(answer.headers["X-Request-ID"].encode(), b"")


def test_the_next_visitor_gets_the_same_page_without_asking_flask(keeping: Flask) -> None:
    product = make_catalog.piece()
    reached = asked(keeping)
    address = f"/products/{product.slug}"

    first = keeping.test_client().get(address, base_url=shops.BASE_URL)
    visitor = Page(keeping).get(address, headers={"X-Request-ID": "from-the-proxy"})

    assert reached == [address]
    assert visitor.html == first.get_data(as_text=True)
    assert visitor.headers["X-Request-ID"] == "from-the-proxy"
    assert visitor.headers["ETag"] == first.headers["ETag"]
    assert visitor.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]
    assert visitor.get(address, headers={"If-None-Match": first.headers["ETag"]}).status == 304
    assert visitor.client.head(address, base_url=shops.BASE_URL).data == b""
    assert reached == [address]
    packed = visitor.client.get(address, base_url=shops.BASE_URL, **GZIP)
    again = visitor.client.get(address, base_url=shops.BASE_URL, **GZIP)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert again.data == packed.data
    assert reached == [address, address], "packed and plain are kept apart"


def change(product_id: int) -> dict[str, Callable[[], object]]:
    """Give what can happen to a piece, in an order in which it can happen."""

    def on(rule: Callable[..., object], *values: object) -> None:
        with writing() as session:
            rule(session, ACTOR, session.get_one(Product, product_id), *values)

    def of_variant(rule: Callable[..., object], *values: object) -> None:
        with writing() as session:
            query = sa.select(Variant).where(Variant.product_id == product_id)
            rule(session, ACTOR, session.scalars(query).one(), *values)

    def of_council(rule: Callable[..., object], *values: object) -> None:
        with writing() as session:
            council = session.scalars(sa.select(Council).where(Council.code == "17")).one()
            rule(session, ACTOR, council, *values)

    def opened(*values: str) -> None:
        with writing() as session:
            councils.open_regional(session, ACTOR, *values)

    def count(pieces: int) -> None:
        of_variant(lambda session, actor, v: stock.set_on_hand(session, actor, v.id, pieces))

    def reserve() -> None:
        of_variant(lambda session, _actor, v: stock.reserve(session, {v.id: 1}, "KR-1"))

    def suspend(to: WorkshopState) -> None:
        on(lambda session, actor, p: artisans.move(session, actor, workshop_of(p), to, "Alasan."))

    def workshop_of(product: Product) -> Workshop:
        return db.session.get_one(Workshop, product.workshop_id)

    return {
        "another price": lambda: of_variant(variants.reprice, 777_000),
        "counted anew": lambda: count(3),
        "set aside for an order": reserve,
        "given back": lambda: of_variant(lambda s, _a, v: stock.release(s, {v.id: 1}, "KR-1")),
        "sold out": lambda: count(0),
        "back": lambda: count(9),
        "paused": lambda: on(publication.pause),
        "resumed": lambda: on(publication.resume),
        "a new piece": lambda: make_catalog.piece(title="Keranjang pandan yang baru"),
        "a suspended workshop": lambda: suspend(WorkshopState.SUSPENDED),
        "a workshop back": lambda: suspend(WorkshopState.ACTIVE),
        "withdrawn": lambda: on(publication.withdraw),
        "a council's own words": lambda: of_council(
            councils.describe, "Kami duduk bersama perajin.", "We sit."
        ),
        "another council": lambda: opened(
            "17.01", "dekranasda-bengkulu-selatan", "Dekranasda Bengkulu Selatan"
        ),
    }


def test_every_change_shows_at_once_in_every_process(app: Flask, keeping: Flask) -> None:
    product = make_catalog.piece()
    looked_at = addresses(product)
    for name, happen in change(product.id).items():
        before = {address: body(keeping, address) for address in looked_at}
        happen()
        after = {address: body(keeping, address) for address in looked_at}
        layer(keeping).clear()
        made_of_kept_parts = {address: body(keeping, address) for address in looked_at}
        shops.forget_what_is_kept(app)

        assert after != before, f"{name}: some page has to tell of it"
        assert after == made_of_kept_parts, name
        assert after == {address: body(app, address) for address in looked_at}, name


def test_what_belongs_to_one_person_is_never_kept(keeping: Flask) -> None:
    reached = asked(keeping)
    person = make.user("sari@contoh.id")
    theirs = Page(keeping).sign_in(person)
    reached.clear()

    for address in ("/me", "/cart", "/account/"):
        theirs.get(address)
        nobody = Page(keeping).get(address)
        assert person.name not in nobody.text
        assert reached.count(address) == 2, address


def test_pages_outlive_a_database_that_does_not_answer_for_seconds_only(
    keeping: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    product = make_catalog.piece()
    address = f"/products/{product.slug}"
    kept = layer(keeping)
    fresh = body(keeping, address)

    def broken() -> int:
        raise OperationalError("SELECT", {}, Exception("the server is starting"))

    kept.version = broken
    reached = asked(keeping)

    assert body(keeping, address) == fresh
    assert not reached

    monkeypatch.setattr(kept_pages, "STALE", 0)
    body(keeping, address)
    assert reached == [address], "after that, the page is asked for, and answers what it can"


def test_memory_has_a_limit(keeping: Flask) -> None:
    kept = layer(keeping)
    kept._limit = 200_000
    for number in range(1, 40):
        body(keeping, f"/about?visitor={number}")

    assert 0 < kept._size <= 200_000


def test_what_nobody_will_be_given_again_is_let_go_of_now_and_then(
    keeping: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    product = make_catalog.piece()
    reached = asked(keeping)
    for address in ("/search", f"/products/{product.slug}"):
        Page(keeping).get(address)
    later = time.monotonic() + 60  # after the 2 seconds of a search, before the 10 minutes of a piece
    monkeypatch.setattr(time, "monotonic", lambda: later)

    preparing.let_go(keeping)

    kept = [key.split("\n")[3] for key in layer(keeping)._pages]
    assert kept == [f"/products/{product.slug}"]
    Page(keeping).get(f"/products/{product.slug}")
    assert reached == ["/search", f"/products/{product.slug}"]
