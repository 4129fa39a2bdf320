"""A forgotten password, a new one, another address, and signing out everywhere."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from shop import accounts, passwords, sessions
from shop.accounts import LinkSpent, Purpose
from shop.db import db, now, transaction
from shop.models import AccountToken, AuditEntry, User, UserSession
from tests import make
from tests.pages import Mailbox, Page

NEW_PASSWORD = "anyaman rotan dari kalimantan"


@pytest.fixture
def sari(app: Flask) -> User:
    """Give somebody with an account."""
    return make.user(email="sari@contoh.id")


def forgot(page: Page, email: str) -> Page:
    return page.get("/account/forgot").press("Kirim tautan", email=email)


def sign_in(page: Page, password: str, email: str = "sari@contoh.id") -> Page:
    return page.get("/account/sign-in").press("Masuk", email=email, password=password)


def test_a_forgotten_password_is_replaced_by_a_link(page: Page, mailbox: Mailbox, sari: User) -> None:
    forgot(page, "Sari@contoh.id")
    page.get(mailbox.link("sari@contoh.id", "/account/reset/"))
    assert page.one("#account")["value"] == "sari@contoh.id"

    page.press("Simpan kata sandi baru", password=NEW_PASSWORD)

    assert "Silakan masuk" in page.text
    assert sign_in(page, make.PASSWORD).status == 422
    assert sign_in(page, NEW_PASSWORD).path == "/account/"
    assert mailbox.latest("sari@contoh.id").subject == "Kata sandi Anda telah diubah"


def test_asking_for_an_unknown_address_looks_the_same_and_sends_nothing(
    page: Page, mailbox: Mailbox, sari: User
) -> None:
    known = forgot(page, "sari@contoh.id").text

    unknown = forgot(page, "siapa@contoh.id").text

    assert known == unknown
    assert [letter.to for letter in mailbox.all()] == ["sari@contoh.id"]


def test_a_reset_signs_every_device_out(
    page: Page, mailbox: Mailbox, sari: User, signed_in: Callable[[User], Page]
) -> None:
    phone, laptop = signed_in(sari), signed_in(sari)
    forgot(page, "sari@contoh.id")

    page.get(mailbox.link("sari@contoh.id", "/reset/")).press("Simpan kata sandi baru", password=NEW_PASSWORD)

    assert phone.get("/account/").path.startswith("/account/sign-in")
    assert laptop.get("/account/").path.startswith("/account/sign-in")


def test_a_reset_link_works_once(page: Page, mailbox: Mailbox, sari: User) -> None:
    forgot(page, "sari@contoh.id")
    link = mailbox.link("sari@contoh.id", "/reset/")
    page.get(link).press("Simpan kata sandi baru", password=NEW_PASSWORD)

    page.post(link, {"password": "kata sandi yang lain"})

    assert page.status == 410
    assert sign_in(page, NEW_PASSWORD).path == "/account/"


def test_a_reset_link_ends_after_sixty_minutes(page: Page, mailbox: Mailbox, sari: User) -> None:
    forgot(page, "sari@contoh.id")
    link = mailbox.link("sari@contoh.id", "/reset/")
    lifetime = db.session.scalars(sa.select(AccountToken)).one()
    assert lifetime.expires_at - lifetime.created_at == timedelta(minutes=60)

    with transaction() as session:
        session.execute(sa.update(AccountToken).values(expires_at=now()))

    assert page.get(link).status == 410


def test_a_new_password_makes_earlier_links_worthless(page: Page, mailbox: Mailbox, sari: User) -> None:
    forgot(page, "sari@contoh.id")
    first = mailbox.link("sari@contoh.id", "/reset/")
    forgot(page, "sari@contoh.id")
    second = mailbox.link("sari@contoh.id", "/reset/")

    page.get(second).press("Simpan kata sandi baru", password=NEW_PASSWORD)

    assert page.get(first).status == 410


def test_a_weak_new_password_is_refused_and_the_link_still_works(
    page: Page, mailbox: Mailbox, sari: User
) -> None:
    forgot(page, "sari@contoh.id")
    page.get(mailbox.link("sari@contoh.id", "/reset/"))

    page.press("Simpan kata sandi baru", password="sari@contoh.id")
    assert page.status == 422
    page.press("Simpan kata sandi baru", password=NEW_PASSWORD)

    assert "Silakan masuk" in page.text


def test_a_reset_proves_the_address_too(page: Page, mailbox: Mailbox, session: Session) -> None:
    person = make.user(email="ratna@contoh.id", confirmed=False)
    forgot(page, "ratna@contoh.id")

    page.get(mailbox.link("ratna@contoh.id", "/reset/")).press(
        "Simpan kata sandi baru", password=NEW_PASSWORD
    )

    assert session.get_one(User, person.id).confirmed_at is not None


@pytest.mark.postgres
def test_of_two_that_use_a_link_at_once_one_succeeds(app: Flask) -> None:
    person = make.user(email="sari@contoh.id")
    with transaction() as session:
        accounts.send_reset(session, "sari@contoh.id")
    token = "x" * 43
    with transaction() as session:
        session.execute(sa.update(AccountToken).values(token_hash=sessions.token_hash(token)))
    other = db.engine.connect()
    with other.begin():
        other.execute(sa.update(AccountToken).where(AccountToken.used_at.is_(None)).values(used_at=now()))

    with pytest.raises(LinkSpent), transaction() as session:
        accounts.reset(session, make.ACTOR, token, "hash")

    other.close()
    assert passwords.matches(db.session.get_one(User, person.id).password_hash, make.PASSWORD)


def test_a_changed_password_keeps_this_device_and_signs_the_others_out(
    sari: User, signed_in: Callable[[User], Page], session: Session
) -> None:
    here, elsewhere = signed_in(sari), signed_in(sari)
    cookie = here.client.get_cookie("kriya")

    here.get("/account/password").press(
        "Simpan kata sandi baru", current=make.PASSWORD, password=NEW_PASSWORD
    )

    assert here.path == "/account/"
    assert here.client.get_cookie("kriya") != cookie, "the session is a new one"
    assert elsewhere.get("/account/").path.startswith("/account/sign-in")
    assert len(session.scalars(sa.select(UserSession)).all()) == 1


def test_a_new_password_needs_the_present_one(sari: User, signed_in: Callable[[User], Page]) -> None:
    here = signed_in(sari).get("/account/password")

    here.press("Simpan kata sandi baru", current="bukan kata sandinya", password=NEW_PASSWORD)

    assert here.status == 422
    assert "Ini bukan kata sandi Anda saat ini" in here.text
    assert passwords.matches(db.session.get_one(User, sari.id).password_hash, make.PASSWORD)


def test_another_address_counts_once_it_is_proved(
    page: Page, mailbox: Mailbox, sari: User, signed_in: Callable[[User], Page], session: Session
) -> None:
    here = signed_in(sari).get("/account/email")
    here.press("Kirim tautan", email="Sari.Baru@contoh.id", current=make.PASSWORD)
    assert session.get_one(User, sari.id).email == "sari@contoh.id"

    page.get(mailbox.link("sari.baru@contoh.id", "/account/email/")).press("Gunakan alamat ini")

    assert session.get_one(User, sari.id).email == "sari.baru@contoh.id"
    assert mailbox.latest("sari@contoh.id").subject == "Alamat Anda telah diubah"
    entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "account.email-changed")).one()
    assert (entry.before, entry.after) == ({"email": "s…@contoh.id"}, {"email": "s…@contoh.id"})


def test_another_address_needs_the_password(
    sari: User, signed_in: Callable[[User], Page], mailbox: Mailbox
) -> None:
    here = signed_in(sari).get("/account/email")

    here.press("Kirim tautan", email="baru@contoh.id", current="bukan kata sandinya")

    assert here.status == 422
    assert here.one("[name=email]")["value"] == "baru@contoh.id"
    assert mailbox.all() == []


def test_an_address_that_somebody_has_cannot_be_taken_nor_found_out(
    sari: User, signed_in: Callable[[User], Page], mailbox: Mailbox, session: Session
) -> None:
    make.user(email="ratna@contoh.id")
    here = signed_in(sari)
    free = (
        here.get("/account/email").press("Kirim tautan", email="baru@contoh.id", current=make.PASSWORD).text
    )

    taken = (
        here.get("/account/email").press("Kirim tautan", email="ratna@contoh.id", current=make.PASSWORD).text
    )

    assert taken == free
    assert mailbox.latest("ratna@contoh.id").subject == "Anda sudah memiliki akun"
    assert "/account/email/" not in (mailbox.latest("ratna@contoh.id").text or "")


def test_an_address_taken_in_the_meantime_is_refused(
    page: Page, sari: User, signed_in: Callable[[User], Page], mailbox: Mailbox
) -> None:
    signed_in(sari).get("/account/email").press("Kirim tautan", email="baru@contoh.id", current=make.PASSWORD)
    link = mailbox.link("baru@contoh.id", "/account/email/")
    make.user(email="baru@contoh.id")

    page.get(link).press("Gunakan alamat ini")

    assert page.status == 409


def test_a_person_sees_where_they_are_signed_in_and_signs_out_everywhere(
    app: Flask, sari: User, signed_in: Callable[[User], Page], session: Session
) -> None:
    phone = Page(app)
    phone.client.environ_base["HTTP_USER_AGENT"] = (
        "Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile Safari/537.36"
    )
    sign_in(phone, make.PASSWORD)
    laptop = signed_in(sari).get("/account/sessions")
    assert "Chrome · Android" in laptop.text
    assert laptop.text.count("perangkat ini") == 1

    laptop.press("Keluar dari semua perangkat")

    assert "Semua perangkat telah keluar" in laptop.text
    assert phone.get("/account/").path.startswith("/account/sign-in")
    assert session.scalars(sa.select(UserSession)).all() == []
    last = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert last is not None
    assert (last.action, last.after) == ("account.signed-out-everywhere", {"devices": 2})


def test_name_telephone_and_language_can_be_changed(
    sari: User, signed_in: Callable[[User], Page], session: Session
) -> None:
    here = signed_in(sari).get("/account/settings")

    here.press("Simpan", name="Sari  P.", phone="0812-3456-7890", locale="en")

    person = session.get_one(User, sari.id)
    assert (person.name, person.phone, person.locale) == ("Sari P.", "+6281234567890", "en")
    here.get("/account/settings").press("Simpan", phone="12")
    assert here.status == 422
    assert here.one("[name=phone]")["value"] == "12"


def test_private_pages_are_kept_by_nobody(sari: User, signed_in: Callable[[User], Page]) -> None:
    here = signed_in(sari)

    for path in (
        "/account/",
        "/account/settings",
        "/account/sessions",
        "/account/password",
        "/account/email",
    ):
        assert here.get(path).headers["Cache-Control"] == "no-store"


def test_a_link_is_good_for_one_purpose(app: Flask, sari: User) -> None:
    with transaction() as session:
        accounts.send_reset(session, "sari@contoh.id")
        session.execute(sa.update(AccountToken).values(token_hash=sessions.token_hash("t")))

    assert accounts.peek(db.session(), "t", Purpose.RESET).user_id == sari.id
    with pytest.raises(LinkSpent):
        accounts.peek(db.session(), "t", Purpose.CONFIRM)
