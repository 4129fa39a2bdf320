"""What people type is taken strictly, the same on every page and both databases."""

from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from shop import forms, i18n, inputs
from shop.inputs import Unreadable
from shop.money import MAX_AMOUNT


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1250000", 1_250_000),
        ("1.250.000", 1_250_000),
        ("Rp 1.250.000", 1_250_000),
        ("rp1.250.000", 1_250_000),
        ("Rp. 1.250.000,-", 1_250_000),
        ("Rp\N{NO-BREAK SPACE}1.250.000,00", 1_250_000),
        ("  75000 ", 75_000),
        ("0", 0),
    ],
)
def test_rupiah_are_understood_as_people_write_them(typed: str, amount: int) -> None:
    assert inputs.rupiah(typed) == amount


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "1,250,000",
        "1.25",
        "12.50",
        "1.2500",
        "-1",
        "1e6",
        "1_000",
        "٣٠٠",
        "１２",
        "0x10",
        "1.250.000,50",
        "dua",
    ],
)
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(Unreadable):
        inputs.rupiah(typed)


def test_an_amount_stays_within_its_bounds() -> None:
    assert inputs.rupiah("10.000.000.000") == MAX_AMOUNT
    with pytest.raises(Unreadable, match=r"10\.000\.000\.000"):
        inputs.rupiah("10.000.000.001")
    with pytest.raises(Unreadable, match=r"from Rp 1\.000"):
        inputs.rupiah("999", least=1000)


@pytest.mark.parametrize(
    "typed",
    ["0", "01", "-1", "+1", "1.0", "10000", "1_0", "٣", "１", "1e3", "", "dua", "1\x00", " 1", "1\n"],
)
def test_a_quantity_is_one_to_9999_in_plain_digits_and_nothing_else(typed: str) -> None:
    assert inputs.quantity("9999") == 9999
    with pytest.raises(Unreadable):
        inputs.quantity(typed)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0812-3456-7890", "+6281234567890"),
        ("+62 812 3456 7890", "+6281234567890"),
        ("6281234567890", "+6281234567890"),
        ("(021) 555-1234", "+62215551234"),
    ],
)
def test_a_telephone_number_is_kept_in_one_form(typed: str, number: str) -> None:
    assert inputs.phone(typed) == number


@pytest.mark.parametrize("typed", ["", "12", "0812", "+1 202 555 0100", "٠٨١٢٣٤٥٦٧٨٩٠", "0812-3456-789x"])
def test_what_is_no_indonesian_number_is_refused(typed: str) -> None:
    with pytest.raises(Unreadable):
        inputs.phone(typed)


def test_an_address_is_kept_in_lower_case() -> None:
    assert inputs.email(" Sari.Puspita@Contoh.ID ") == "sari.puspita@contoh.id"
    assert inputs.sign_in_email(" Sari.Puspita@Contoh.ID ") == "sari.puspita@contoh.id"


@pytest.mark.parametrize(
    "typed",
    [
        "sari",
        "sari@",
        "@contoh.id",
        "sari@contoh",
        "a b@contoh.id",
        "a@contoh.id,b@contoh.id",
        "x" * 250 + "@contoh.id",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(Unreadable):
        inputs.email(typed)


@pytest.mark.parametrize("typed", ["a\x00b", "a\x1bb", "\ud800", "a\u202eb", "\ufdd0", "a\ufffdb"])
def test_text_that_a_database_or_a_reader_would_stumble_over_is_refused(typed: str) -> None:
    with pytest.raises(Unreadable):
        inputs.text(typed)


def test_text_is_kept_in_one_form() -> None:
    assert inputs.text("  Rumah  Kain\tCual ") == "Rumah Kain Cual"
    assert inputs.text("cafe\u0301") == "caf\u00e9"
    assert inputs.text("satu\r\ndua\rtiga", lines=True) == "satu\ndua\ntiga"
    assert inputs.text("satu\ndua") == "satu dua"


@given(st.text())
def test_text_that_is_taken_can_be_stored_and_taken_again(typed: str) -> None:
    try:
        kept = inputs.text(typed, most=10_000, lines=True)
    except Unreadable:
        return
    assert "\x00" not in kept
    kept.encode("utf-8")
    assert inputs.text(kept, most=10_000, lines=True) == kept


@given(st.text())
def test_whatever_is_typed_is_a_number_or_refused(typed: str) -> None:
    for parse in (inputs.quantity, inputs.rupiah, inputs.whole):
        try:
            value = parse(typed)
        except Unreadable:
            continue
        assert 0 <= value <= MAX_AMOUNT


class Wish(forms.Form):
    """A form with one field of each kind."""

    class Meta(forms.Form.Meta):
        """No token, as no browser sends it."""

        csrf = False

    note = forms.TextField("Note", required=False, most=10)
    pieces = forms.QuantityField("Pieces")
    price = forms.RupiahField("Price", required=False, least=1000)
    colour = forms.ChoiceField("Colour", choices=[("blue", "Blue"), ("red", "Red")], required=False)
    days = forms.ChoicesField("Days", choices=[("mo", "Monday"), ("tu", "Tuesday")], required=False)


def wish(**typed: str) -> Wish:
    return Wish(MultiDict(typed))


def test_a_form_gives_values_and_shows_what_was_typed(app: Flask) -> None:
    with i18n.in_locale("id"):
        form = wish(note=" biru ", pieces="3", price="Rp 75.000", colour="red", days="tu")

        assert form.validate()
        assert (form.note.data, form.pieces.data, form.price.data) == ("biru", 3, 75_000)
        assert (form.colour.data, form.days.data) == ("red", ["tu"])
        assert 'value="Rp 75.000"' in form.price()


def test_a_refused_form_keeps_every_word_and_says_why_in_the_language(app: Flask) -> None:
    with i18n.in_locale("id"):
        form = wish(note="lebih dari sepuluh", pieces="dua", price="10", colour="green")

        assert not form.validate()
        assert form.note.errors == ["Gunakan paling banyak 10 karakter; ini 18 karakter."]
        assert form.pieces.errors == ["Isikan jumlah barang dari 1 sampai 9999, dengan angka."]
        assert form.price.errors == ["Isikan jumlah dari Rp 1.000 sampai Rp 10.000.000.000."]
        assert form.colour.errors == ["Pilihan ini tidak ada."]
        assert 'value="dua"' in form.pieces()
        assert 'value="lebih dari sepuluh"' in form.note()


def test_an_empty_field_is_an_error_only_where_it_is_needed(app: Flask) -> None:
    with i18n.in_locale("en"):
        form = wish(note="", pieces=" ")

        assert not form.validate()
        assert dict(form.errors) == {"pieces": ["Please fill this in."]}
        assert form.price.data is None
        assert form.note.data == ""


def test_a_stored_amount_is_shown_with_its_dots(app: Flask) -> None:
    with i18n.in_locale("id"):
        form = Wish(MultiDict(), data={"price": 1_250_000})
        form.price.raw_data = None
        form.price.data = 1_250_000

        assert 'value="1.250.000"' in form.price()


class Press(forms.Form):
    """A form that changes something."""

    pieces = forms.QuantityField("Pieces")

    class Meta(forms.Form.Meta):
        """No token here: the sentence is about the fields."""

        csrf = False


def test_a_form_sent_empty_or_as_something_else_misses_its_fields(app: Flask) -> None:
    empty: list[dict[str, Any]] = [{"data": b""}, {"data": b"{"}, {"json": {"pieces": "3"}}, {"json": [[]]}]
    for sent in empty:
        with app.test_request_context("/", method="POST", **sent):
            form = Press()
            assert not form.is_sent()
            assert "pieces" in form.errors
    with app.test_request_context("/", method="POST", data={"pieces": "3"}):
        assert Press().is_sent()


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("01.234.567.8-901.000", "0012345678901000"),
        ("0012345678901000", "0012345678901000"),
        ("1771 0250 0190 0001", "1771025001900001"),
    ],
)
def test_tax_numbers_are_understood_as_cards_show_them(typed: str, digits: str) -> None:
    assert inputs.tax_number(typed) == digits


@pytest.mark.parametrize(
    "typed", ["", "12345", "9999999999999999", "١٧٧١٠٢٥٠٠١٩٠٠٠٠١", "1771023001900000", "0" * 17]
)
def test_what_no_card_shows_is_no_tax_number(typed: str) -> None:
    with pytest.raises(Unreadable):
        inputs.tax_number(typed)


@pytest.mark.parametrize("typed", ["", "-1", "+1", "1_0", "1.0", "١", " 1", "1\n", "1234567890", "x"])
def test_what_a_page_did_not_write_is_no_number_and_nobody_is_told(typed: str) -> None:
    assert inputs.digits(typed, -1) == -1
    assert inputs.digits("123456789", -1) == 123_456_789
    assert inputs.digits("1234567", None, most=6) is None
