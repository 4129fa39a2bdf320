"""Stock in two taps: one more, one less, or a number; promised pieces, stale pages and one-of-a-kind are respected."""

import pytest
from sqlalchemy.orm import Session

from catalog import listings, stock
from catalog.models import Listing, Product, Variant, Workshop
from shop.db import db, transaction
from tests import make_catalog
from tests.make import ACTOR
from tests.pages import Page

JSON = {"Accept": "application/json"}


@pytest.fixture
def piece(shop: Workshop) -> Product:
    """Give a live product with five pieces."""
    return make_catalog.piece(shop, on_hand=5)


def on_hand(piece: Product) -> int:
    return make_catalog.variant_of(piece).on_hand


def row(piece: Product) -> str:
    return f"#v{make_catalog.variant_of(piece).id}"


def test_one_tap_takes_one_away_or_adds_one(artisan: Page, piece: Product) -> None:
    title = make_catalog.CONTENT["title"]
    artisan.get("/studio/stock").press(f"Kurangi satu: {title}", within=row(piece))
    assert on_hand(piece) == 4

    artisan.press(f"Tambah satu: {title}", within=row(piece))
    artisan.press(f"Tambah satu: {title}", within=row(piece))
    assert on_hand(piece) == 6
    assert "6 di bengkel" in artisan.html


def test_a_number_can_be_typed(artisan: Page, piece: Product) -> None:
    address = f"/studio/stock/{make_catalog.variant_of(piece).id}"
    artisan.get("/studio/stock").post(address, {"seen": 5, "count": "12"})
    assert on_hand(piece) == 12


@pytest.mark.parametrize("typed", ["-1", "1.5", "1_0", "٣", "", "banyak", "10000"])
def test_what_is_no_count_is_refused_beside_its_row(artisan: Page, piece: Product, typed: str) -> None:
    variant = make_catalog.variant_of(piece).id
    artisan.post(f"/studio/stock/{variant}", {"seen": 5, "count": typed})

    assert artisan.status == 422
    assert artisan.one(f"#count-{variant}")["value"] == typed
    assert artisan.one(f"#wrong-{variant}").get_text(strip=True)
    assert on_hand(piece) == 5


def test_a_page_that_is_out_of_date_counts_nothing(artisan: Page, piece: Product) -> None:
    variant = make_catalog.variant_of(piece).id
    artisan.post(f"/studio/stock/{variant}", {"seen": 5, "count": "7"})

    artisan.post(f"/studio/stock/{variant}", {"seen": 5, "by": "-1"})
    assert artisan.status == 409
    assert on_hand(piece) == 7

    artisan.post(f"/studio/stock/{variant}", {"seen": 5, "by": "-1"}, headers=JSON)
    assert artisan.status == 409
    assert artisan.json["on_hand"] == 7
    assert artisan.json["error"]


def test_promised_pieces_cannot_be_counted_away(artisan: Page, piece: Product) -> None:
    variant = make_catalog.variant_of(piece).id
    with transaction() as session:
        stock.reserve(session, {variant: 2}, "KR-TEST")

    artisan.post(f"/studio/stock/{variant}", {"seen": 5, "count": "1"})

    assert artisan.status == 409
    assert on_hand(piece) == 5
    assert "2 di antaranya dijanjikan" in artisan.get("/studio/stock").text


def test_a_piece_that_exists_once_is_there_or_not(artisan: Page, piece: Product, session: Session) -> None:
    with transaction() as writing:
        writing.get_one(Product, piece.id).one_of_a_kind = True
    variant = make_catalog.variant_of(piece).id

    artisan.post(f"/studio/stock/{variant}", {"seen": 5, "count": "2"})
    assert artisan.status == 422
    artisan.post(f"/studio/stock/{variant}", {"seen": 5, "count": "1"})
    assert on_hand(piece) == 1
    assert artisan.all(f"{row(piece)} button[value='1'][disabled]")


def test_what_is_made_to_order_is_not_counted(artisan: Page, shop: Workshop) -> None:
    piece = make_catalog.piece(shop, made_to_order=True, lead_days=14)
    variant = make_catalog.variant_of(piece).id

    assert "14 hari kerja" in artisan.get("/studio/stock?tab=made").text
    assert not artisan.all("form.count")
    artisan.post(f"/studio/stock/{variant}", {"seen": 0, "count": "3"})
    assert artisan.status == 409


def test_what_runs_out_is_on_the_first_page(artisan: Page, piece: Product) -> None:
    variant = make_catalog.variant_of(piece).id
    artisan.post(f"/studio/stock/{variant}", {"seen": 5, "count": "1"})

    assert "Hampir habis" in artisan.get("/studio/").text
    assert "sisa 1" in artisan.text
    assert len(artisan.get("/studio/stock?tab=low").all(".stock-row")) == 1


def test_a_variant_stands_once_in_the_list_while_its_page_is_edited(
    artisan: Page, piece: Product, session: Session
) -> None:
    with transaction() as writing:
        listing = listings.open_draft(writing, ACTOR, writing.get_one(Product, piece.id))
        listings.update(writing, listing, {"title": "Judul yang ditulis ulang"})

    assert len(artisan.get("/studio/stock").all(".stock-row")) == 1
    assert db.session.query(Variant).count() == 1
    assert db.session.query(Listing).count() == 2


@pytest.mark.parametrize("query", ["tab=x", "page=0", "page=999999", "page=-1", "page=1e3", "tab=low&page=2"])
def test_strange_addresses_show_a_list(artisan: Page, piece: Product, query: str) -> None:
    for room in ("stock", "listings", "parcels", "earnings"):
        assert artisan.get(f"/studio/{room}?{query}").status == 200
