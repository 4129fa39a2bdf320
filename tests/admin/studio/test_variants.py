"""Variants: price, stock and packing hold at once, names wait for the council, pieces that exist once stay single."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from catalog import listings
from catalog.models import Product, Variant, Workshop
from shop.db import transaction
from shop.models import User
from tests import make_catalog
from tests.make import ACTOR
from tests.pages import Page

Browser = Callable[[User], Page]


@pytest.fixture
def piece(shop: Workshop) -> Product:
    """Give a live product of the workshop with one variant."""
    return make_catalog.piece(shop, price=350_000, on_hand=5)


def address(piece: Product) -> str:
    return f"/studio/listings/{piece.id}/variants/{make_catalog.variant_of(piece).id}"


def test_a_price_holds_at_once_and_says_so(artisan: Page, piece: Product, page: Page) -> None:
    slug = piece.slug
    artisan.get(address(piece)).press("Simpan", price="Rp 425.000", on_hand="3")

    assert "Berlaku mulai sekarang" in artisan.html
    assert "425.000" in page.get(f"/products/{slug}").text
    assert make_catalog.variant_of(piece).on_hand == 3


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"price": "1e9"}, "price"),
        ({"price": "999"}, "price"),
        ({"price": "-5"}, "price"),
        ({"on_hand": "1_000"}, "on_hand"),
        ({"on_hand": "٣"}, "on_hand"),
        ({"weight_g": "0"}, "weight_g"),
        ({"length_cm": "301"}, "length_cm"),
        ({"kind": "made", "lead_days": ""}, "lead_days"),
    ],
)
def test_what_cannot_be_sent_or_promised_is_refused_beside_its_field(
    artisan: Page, piece: Product, wrong: dict[str, str], field: str
) -> None:
    artisan.get(address(piece)).press("Simpan", **wrong)

    assert artisan.status == 422
    assert artisan.all(f"#{field}-error")
    assert make_catalog.variant_of(piece).price == 350_000


def test_a_second_window_does_not_bring_an_old_price_back(
    shop: Workshop, piece: Product, signed_in: Browser
) -> None:
    owner = make_catalog.member(shop)
    first, second = (signed_in(owner).get(address(piece)) for _ in range(2))

    first.press("Simpan", price="400000")
    second.press("Simpan", weight_g="800")

    assert second.status == 409
    assert second.one("[name=weight_g]")["value"] == "800"
    assert make_catalog.variant_of(piece).price == 400_000


def test_the_name_of_a_live_variant_changes_only_with_an_approved_edit(
    artisan: Page, piece: Product, page: Page, session: Session
) -> None:
    slug = piece.slug
    artisan.get(address(piece))
    assert not artisan.all("input[name=name]:not([type=hidden])")

    artisan.get(f"/studio/listings/{piece.id}").press("Sunting halaman")
    artisan.get(address(piece)).press("Simpan", name="Merah manggis")

    assert "Merah manggis" not in page.get(f"/products/{slug}").html
    assert "Merah manggis" in artisan.get(f"/studio/listings/{piece.id}/variants").text


def test_a_new_variant_is_on_sale_with_the_approved_edit_only(
    artisan: Page, piece: Product, page: Page
) -> None:
    slug = piece.slug
    artisan.get(f"/studio/listings/{piece.id}").press("Sunting halaman")
    artisan.get(address(piece)).press("Simpan", name="Merah")
    artisan.get(f"/studio/listings/{piece.id}/variants").follow("Tambah varian").press(
        "Simpan", name="Biru laut", price="375.000", on_hand="2"
    )

    assert "Biru laut" in artisan.text
    assert "Biru laut" not in page.get(f"/products/{slug}").html
    artisan.follow("Tambah varian").press("Simpan", name="Biru laut", price="375.000")
    assert artisan.status == 422
    assert artisan.one("[name=name]")["value"] == "Biru laut"


def test_a_variant_goes_off_sale_at_once_and_comes_back(artisan: Page, piece: Product, page: Page) -> None:
    slug = piece.slug
    artisan.get(address(piece)).press("Berhenti menjualnya sekarang")
    assert not page.get(f"/products/{slug}").all("form.buy")

    artisan.get(address(piece)).press("Jual lagi")
    assert page.get(f"/products/{slug}").all("form.buy")


def test_a_piece_that_exists_once_has_one_variant_one_piece_and_no_lead_time(
    artisan: Page, shop: Workshop, session: Session
) -> None:
    with transaction() as writing:
        mine = writing.get_one(Workshop, shop.id)
        product_id = listings.create(writing, ACTOR, mine, one_of_a_kind=True).product_id
    new = f"/studio/listings/{product_id}/variants/new"
    terms = {"price": "900.000", "weight_g": 500, "length_cm": 30, "width_cm": 30, "height_cm": 10}

    artisan.get(new).press("Simpan", on_hand="2", **terms)
    assert artisan.status == 422
    artisan.post(new, terms | {"kind": "made", "lead_days": 3})
    assert artisan.status == 422
    artisan.get(new).press("Simpan", on_hand="1", **terms)
    assert artisan.status == 200

    artisan.post(new, terms | {"kind": "ready", "on_hand": 1, "name": "Kedua"})
    assert artisan.status == 422
    session.rollback()
    assert [v.on_hand for v in session.query(Variant).filter_by(product_id=product_id)] == [1]
