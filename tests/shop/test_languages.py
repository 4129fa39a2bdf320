"""Two languages: Indonesian at the root, English below /en."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask, url_for
from flask_babel import gettext

from shop import i18n, money
from tests.pages import Page


def test_the_address_decides_the_language(page: Page) -> None:
    assert page.get("/account/sign-in").title == "Masuk"
    assert page.get("/en/account/sign-in").title == "Sign in"
    assert page.soup.html is not None
    assert page.soup.html["lang"] == "en"


def test_links_and_forms_stay_in_the_language(page: Page) -> None:
    page.get("/en/account/sign-in")

    assert page.one("main form")["action"] == "/en/account/sign-in?next=/en/account/"
    assert page.follow("Create an account").path == "/en/account/sign-up"


def test_the_other_language_is_one_press_away_and_keeps_the_question(page: Page) -> None:
    page.get("/account/sign-in?next=/account/sessions")
    english = {str(link["href"]) for link in page.all("a[hreflang=en]")}
    assert english == {"/en/account/sign-in?next=/account/sessions"}

    page.get(english.pop())

    assert {str(link["href"]) for link in page.all("a[hreflang=id]")} == {
        "/account/sign-in?next=/account/sessions"
    }


@pytest.mark.parametrize("path", ["/english", "/enx/account/sign-in", "/en/en/account/sign-in"])
def test_only_the_prefix_is_a_language(page: Page, path: str) -> None:
    assert page.get(path).status == 404


def test_letters_are_written_in_the_language_of_their_reader(app: Flask) -> None:
    with i18n.in_locale("id"):
        assert url_for("accounts.sign_in", _external=True) == "http://localhost/account/sign-in"
        assert gettext("Sign in") == "Masuk"
    with i18n.in_locale("en"):
        assert url_for("accounts.sign_in", _external=True) == "http://localhost/en/account/sign-in"
        assert gettext("Sign in") == "Sign in"


def test_days_moments_and_numbers_are_written_as_people_read_them(app: Flask) -> None:
    moment = datetime(2026, 11, 21, 17, 5, tzinfo=UTC)

    with i18n.in_locale("id"):
        assert i18n.write_date(date(2026, 5, 2)) == "2 Mei 2026"
        assert i18n.write_date(moment) == "22 November 2026"
        assert i18n.write_datetime(moment) == "22 November 2026, 00.05 WIB"
        assert i18n.write_number(1234567.5) == "1.234.567,5"
    with i18n.in_locale("en"):
        assert i18n.write_date(date(2026, 5, 2)) == "2 May 2026"
        assert i18n.write_datetime(moment) == "22 November 2026, 00:05 WIB"
        assert i18n.write_number(1234567.5) == "1,234,567.5"


def test_rupiah_are_written_alike_in_both_languages() -> None:
    assert money.rupiah(1_250_000) == "Rp\N{NO-BREAK SPACE}1.250.000"
    assert money.rupiah(-500) == "-Rp\N{NO-BREAK SPACE}500"
    assert money.rupiah(0) == "Rp\N{NO-BREAK SPACE}0"


def test_an_amount_is_shared_out_to_the_last_rupiah() -> None:
    assert money.split(100, [1, 1, 1]) == [34, 33, 33]
    assert sum(money.split(999_999, [7, 11, 13])) == 999_999
    assert money.share(99_999, 800) == 8_000
    assert money.to_gateway(150_000) == 15_000_000
    with pytest.raises(ValueError):
        money.split(100, [0, 0])
