"""The cart: a wish that reserves nothing, says what changed, and follows its owner."""

import pytest
from sqlalchemy.orm import Session

from catalog import publication, stock, variants
from catalog.models import Product, Variant, Workshop
from checkout import carts, contents
from checkout.carts import Owner
from checkout.contents import Contents, Problem
from checkout.models import Cart
from shop.db import db, transaction
from tests import make, make_catalog, make_checkout
from tests.make import ACTOR
from tests.pages import Page


def variant_id(piece: Product) -> int:
    return make_catalog.variant_of(piece).id


def put(page: Page, piece: Product, quantity: object = 1, **headers: str) -> Page:
    return page.post(
        "/cart/lines", {"variant_id": variant_id(piece), "quantity": str(quantity)}, headers=headers
    )


def restock(piece: Product, count: int) -> None:
    wanted = variant_id(piece)
    with transaction() as session:
        stock.set_on_hand(session, ACTOR, wanted, count)


def view(basket: Cart) -> Contents:
    db.session.rollback()
    return contents.view(db.session(), db.session.get(Cart, basket.id))


def view_line(basket: Cart, piece: Product) -> int:
    """Give the line of a piece in a cart."""
    return next(line.id for line in view(basket).lines if line.variant_id == variant_id(piece))


# --- rules -------------------------------------------------------------------------------------------


def test_a_cart_reserves_nothing(session: Session) -> None:
    piece = make_catalog.piece(on_hand=2)

    make_checkout.cart((piece, 2))

    assert make_checkout.numbers(piece) == (2, 0, 0)


def test_the_same_piece_put_in_twice_is_one_line_of_two(session: Session) -> None:
    piece = make_catalog.piece(on_hand=5)

    basket = make_checkout.cart((piece, 1), (piece, 1))

    assert [line.quantity for line in view(basket).lines] == [2]


def test_more_than_there_are_cannot_be_put_in(session: Session) -> None:
    piece = make_catalog.piece(on_hand=2)

    with pytest.raises(carts.NotEnough):
        make_checkout.cart((piece, 3))
    with pytest.raises(carts.NotEnough):
        make_checkout.cart((piece, 1), (piece, 2))


def test_only_what_is_public_can_be_put_in(session: Session) -> None:
    draft = make_catalog.draft()
    hidden = db.session.get_one(Product, draft.product_id)

    with pytest.raises(carts.NotForSale):
        make_checkout.cart((hidden, 1))


def test_a_cart_groups_by_workshop(session: Session) -> None:
    here, there = make_catalog.piece(), make_catalog.piece(make_checkout.workshop_in())
    more = make_catalog.piece(db.session.get_one(Workshop, here.workshop_id))

    shown = view(make_checkout.cart((here, 1), (there, 1), (more, 1)))

    assert [len(group.lines) for group in shown.groups] == [2, 1]
    assert shown.total == 3 * 350_000


def test_a_cart_says_what_changed_since(session: Session) -> None:
    dearer, fewer, gone = (make_catalog.piece(on_hand=3) for _ in range(3))
    basket = make_checkout.cart((dearer, 1), (fewer, 3), (gone, 1))
    with transaction() as writing:
        variants.reprice(writing, ACTOR, writing.get_one(Variant, variant_id(dearer)), 500_000)
        publication.withdraw(writing, ACTOR, writing.get_one(Product, gone.id))
    restock(fewer, 2)

    shown = view(basket)

    lines = {line.variant_id: line for line in shown.lines}
    assert lines[variant_id(dearer)].price_was == 350_000
    assert lines[variant_id(fewer)].problem is Problem.FEWER
    assert [line.problem for line in shown.gone] == [Problem.GONE]
    assert shown.blocked


def test_signing_in_joins_the_visitor_s_cart_with_one_s_own(session: Session) -> None:
    sari = make.user()
    both, only_mine, only_guest = (make_catalog.piece(on_hand=9) for _ in range(3))
    make_checkout.cart((both, 2), (only_mine, 1), user=sari)
    token = carts.new_token()
    with transaction() as writing:
        guest = carts.current(writing, Owner(token=token))
        carts.add_line(writing, guest, variant_id(both), 3)
        carts.add_line(writing, guest, variant_id(only_guest), 1)

    with transaction() as writing:
        carts.merge(writing, writing.merge(sari, load=False), {"kriya_cart": token})

    db.session.rollback()
    own = carts.find(session, Owner(user_id=sari.id))
    assert own is not None
    assert {line.variant_id: line.quantity for line in carts.lines_of(session, own)} == {
        variant_id(both): 3,
        variant_id(only_mine): 1,
        variant_id(only_guest): 1,
    }
    assert carts.find(session, Owner(token=token)) is None


def test_an_order_takes_the_cart_of_its_owner_and_nobody_s_without_one(session: Session) -> None:
    token, sari = carts.new_token(), make.user(name="Sari")
    with transaction() as writing:
        theirs = {
            "visitor": carts.current(writing, Owner(token=token)).id,
            "person": carts.current(writing, Owner(user_id=sari.id)).id,
        }
        carts.set_voucher(writing, carts.current(writing, Owner(token=token)), "HEMAT")
    with transaction() as writing:
        seen = carts.find(writing, Owner(token=token))
        taken = carts.take(writing, Owner(token=token))
        assert taken is seen
        assert taken is not None
        assert (taken.id, taken.voucher_code) == (theirs["visitor"], "HEMAT")
        own = carts.take(writing, Owner(user_id=sari.id))
        assert own is not None
        assert own.id == theirs["person"]
        assert carts.take(writing, own) is own
        for nobody in (None, Owner(), Owner(token=""), Owner(token=carts.new_token())):
            assert carts.take(writing, nobody) is None


def test_the_cookie_s_token_is_not_in_the_database(session: Session) -> None:
    token = carts.new_token()
    with transaction() as writing:
        cart = carts.current(writing, Owner(token=token))

    assert cart.token_hash
    assert token not in cart.token_hash


def test_what_is_kept_for_later_is_neither_counted_nor_ordered(session: Session) -> None:
    now, later = make_catalog.piece(on_hand=3), make_catalog.piece(on_hand=3)
    basket = make_checkout.cart((now, 1), (later, 2))
    with transaction() as writing:
        carts.save_for_later(writing, writing.get_one(Cart, basket.id), view_line(basket, later))

    placed = make_checkout.place(basket)

    assert [line.variant_id for line in make_checkout.lines(placed)] == [variant_id(now)]
    assert [line.quantity for line in view(basket).saved] == [2]


def test_a_piece_kept_for_later_comes_back_as_far_as_there_are_some_left(session: Session) -> None:
    piece = make_catalog.piece(on_hand=3)
    basket = make_checkout.cart((piece, 3))
    line_id = view_line(basket, piece)
    with transaction() as writing:
        carts.save_for_later(writing, writing.get_one(Cart, basket.id), line_id)
    restock(piece, 2)

    with transaction() as writing:
        carts.take_back(writing, writing.get_one(Cart, basket.id), line_id)

    assert [(line.quantity, line.problem) for line in view(basket).lines] == [(2, None)]


def test_other_days_and_prices_are_said_until_the_buyer_has_taken_note(session: Session) -> None:
    piece = make_catalog.piece(on_hand=3)
    basket = make_checkout.cart((piece, 3))
    with transaction() as writing:
        variants.reprice(writing, ACTOR, writing.get_one(Variant, variant_id(piece)), 300_000)
    restock(piece, 2)
    assert view(basket).changed

    with transaction() as writing:
        carts.take_note(writing, writing.get_one(Cart, basket.id))

    shown = view(basket)
    assert not shown.changed
    assert not shown.blocked
    assert shown.total == 600_000


def test_signing_in_brings_voucher_gift_message_and_what_was_kept(session: Session) -> None:
    sari, piece, kept = make.user(), make_catalog.piece(on_hand=9), make_catalog.piece(on_hand=9)
    token = carts.new_token()
    with transaction() as writing:
        guest = carts.current(writing, Owner(token=token))
        carts.add_line(writing, guest, variant_id(piece), 3)
        line = carts.add_line(writing, guest, variant_id(kept), 1)
        carts.save_for_later(writing, guest, line.id)
        carts.set_gift(writing, guest, piece.workshop_id, "Untuk Ibu.")
        carts.set_voucher(writing, guest, "BATIK10")

    with transaction() as writing:
        carts.merge(writing, writing.merge(sari, load=False), {"kriya_cart": token})

    db.session.rollback()
    shown = contents.view(session, carts.find(session, Owner(user_id=sari.id)))
    assert [group.gift for group in shown.groups] == ["Untuk Ibu."]
    assert [line.variant_id for line in shown.saved] == [variant_id(kept)]
    assert shown.voucher_code == "BATIK10"


# --- pages -------------------------------------------------------------------------------------------


def test_a_visitor_puts_a_piece_in_the_cart_and_sees_it(page: Page) -> None:
    piece = make_catalog.piece()

    put(page, piece)

    assert page.status == 200
    assert "Selendang besurek rafflesia" in page.text
    assert page.get("/me").json == {"name": None, "cart_count": 1}
    assert page.headers["Cache-Control"] == "no-store"


def test_the_cart_cookie_is_out_of_reach_of_scripts(page: Page) -> None:
    piece = make_catalog.piece()

    page.post("/cart/lines", {"variant_id": variant_id(piece), "quantity": 1}, follow=False)

    cookie = next(value for value in page.headers.getlist("Set-Cookie") if value.startswith("kriya_cart="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_looking_at_a_cart_makes_none(page: Page, session: Session) -> None:
    page.get("/cart")

    assert page.status == 200
    assert session.query(Cart).count() == 0
    assert "kriya_cart" not in str(page.headers.getlist("Set-Cookie"))


@pytest.mark.parametrize(
    "quantity", ["0", "-1", "1_000", "١", "1e3", "1.0", "", " ", "5" * 5_000, "10000", "0x10", "1\x00"]
)
def test_a_strange_quantity_is_refused_and_changes_nothing(page: Page, quantity: str) -> None:
    piece = make_catalog.piece()

    put(page, piece, quantity)

    assert page.status == 422
    assert page.get("/me").json["cart_count"] == 0


@pytest.mark.parametrize("variant", ["999999999", "x", "1; drop table", "", "-1", "9" * 400])
def test_a_strange_piece_is_refused(page: Page, variant: str) -> None:
    page.post("/cart/lines", {"variant_id": variant, "quantity": "1"})

    assert page.status in {409, 422}


def test_another_site_cannot_fill_a_cart(page: Page) -> None:
    piece = make_catalog.piece()

    for headers in (
        {"Origin": "https://elsewhere.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "null"},
    ):
        assert put(page, piece, **headers).status == 403
    assert put(page, piece, **{"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}).status == 200


def test_a_line_is_changed_and_taken_out_and_put_back(page: Page) -> None:
    put(page, make_catalog.piece(on_hand=5))

    page.press("Perbarui", quantity=3)
    assert page.get("/me").json["cart_count"] == 3
    page.get("/cart").submit(page.one("form[action$='/remove']"))
    assert "Keranjang Anda kosong" in page.text
    page.press("Masukkan lagi")

    assert page.get("/me").json["cart_count"] == 3


def test_a_line_is_kept_for_later_and_put_back(page: Page) -> None:
    put(page, make_catalog.piece(on_hand=5))

    page.submit(page.one("form[action$='/save']"))
    assert "Keranjang Anda kosong" in page.text
    assert page.get("/me").json["cart_count"] == 0
    page.get("/cart").press("Pindahkan ke keranjang")

    assert page.get("/me").json["cart_count"] == 1


def test_what_changed_is_said_plainly_and_taken_with_one_press(page: Page) -> None:
    piece = make_catalog.piece(on_hand=3)
    put(page, piece, 3)
    with transaction() as session:
        variants.reprice(session, ACTOR, session.get_one(Variant, variant_id(piece)), 300_000)
    restock(piece, 2)

    page.get("/cart")
    assert (
        "Harganya turun: tadinya Rp\N{NO-BREAK SPACE}350.000, sekarang Rp\N{NO-BREAK SPACE}300.000."
        in page.html
    )
    assert "Tinggal 2; Anda ingin 3." in page.text
    page.press("Baik, lanjutkan begini")

    assert "Harganya turun" not in page.text
    assert page.has_link("Lanjut ke pembayaran")


def test_a_gift_message_is_kept_with_its_parcel(page: Page) -> None:
    put(page, make_catalog.piece())

    page.press("Simpan pesan", message="Selamat ulang tahun, Ibu.\nDari kami semua")
    assert "Selamat ulang tahun, Ibu." in page.text
    page.press("Simpan pesan", message="x" * 301)

    assert page.status == 422
    assert str(page.one("textarea")["id"]).startswith("gift-")
    assert "x" * 301 in page.html
    assert page.get("/cart").one("textarea").text.strip().startswith("Selamat")


def test_the_cart_says_what_sending_it_to_me_costs(page: Page) -> None:
    put(page, make_catalog.piece())

    assert "dihitung di langkah berikutnya" in page.get("/cart").text
    page.press("Hitung", to="38222")
    assert "Ke Kota Bengkulu Rp\N{NO-BREAK SPACE}10.000, 1 kg" in page.html
    choices = [link for link in page.get("/cart?to=banjar").all("a") if "/cart?to=" in str(link["href"])]
    assert len(choices) > 1
    assert page.get("/cart?to=zzzz").all("[role=alert]")


def test_the_cookie_lives_a_month_from_the_last_change(page: Page) -> None:
    put(page, make_catalog.piece(on_hand=5))

    page.post("/cart/noted", follow=False)

    cookie = next(value for value in page.headers.getlist("Set-Cookie") if value.startswith("kriya_cart="))
    assert "Max-Age=2592000" in cookie


def test_somebody_else_s_line_is_not_there(page: Page) -> None:
    basket = make_checkout.cart((make_catalog.piece(on_hand=5), 1))
    line = view(basket).lines[0]
    put(page, make_catalog.piece())

    assert page.post(f"/cart/lines/{line.id}", {"quantity": "2"}).status == 404
    assert page.post(f"/cart/lines/{line.id}/remove").status == 404
    assert page.post(f"/cart/lines/{line.id}/save").status == 404
    assert page.post(f"/cart/lines/{line.id}/back").status == 404
    assert view(basket).count == 1


def test_a_withdrawn_piece_shows_not_even_its_title_in_the_cart(page: Page) -> None:
    piece = make_catalog.piece(title="Selendang yang ditarik kembali")
    put(page, piece)
    with transaction() as session:
        publication.withdraw(session, ACTOR, session.get_one(Product, piece.id))

    page.get("/cart")

    assert "ditarik kembali" not in page.html
    assert "sudah tidak dijual" in page.text


def test_the_cart_speaks_english_too(page: Page) -> None:
    put(page, make_catalog.piece())

    assert page.get("/en/cart").title == "Cart"
    assert page.has_link("To checkout")
