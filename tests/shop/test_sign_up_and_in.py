"""Coming in: a new account, a proved address, signing in and out."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy.orm import Session

from shop import accounts, passwords, sessions
from shop.db import now, transaction
from shop.models import AccountToken, AuditEntry, Role, User, UserSession
from tests import make
from tests.pages import Mailbox, Page

NEW = {"name": "Sari Puspita", "email": "sari@contoh.id", "password": "batik tulis lima warna"}


def sign_up(page: Page, **changes: str) -> Page:
    return page.get("/account/sign-up").press("Buat akun ini", **(NEW | changes))


def sign_in(page: Page, email: str, password: str = make.PASSWORD) -> Page:
    return page.get("/account/sign-in").press("Masuk", email=email, password=password)


def actions(session: Session) -> list[str]:
    return list(session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))


def test_a_person_signs_up_proves_the_address_and_signs_in(
    page: Page, mailbox: Mailbox, session: Session
) -> None:
    sign_up(page, email="  SARI@Contoh.id ")
    assert page.title == "Silakan periksa email Anda"

    page.get(mailbox.link("sari@contoh.id", "/account/confirm/")).press("Konfirmasi alamat saya")
    assert "Alamat Anda sudah terkonfirmasi" in page.text
    page.press("Masuk", email="Sari@Contoh.ID", password=NEW["password"])

    assert page.path == "/account/"
    assert "Sari Puspita · sari@contoh.id" in page.text
    assert actions(session) == ["account.created", "account.confirmed", "account.signed-in"]


def test_the_letter_is_in_the_language_that_was_chosen(page: Page, mailbox: Mailbox) -> None:
    page.get("/en/account/sign-up").press("Create the account", **NEW)

    letter = mailbox.latest("sari@contoh.id")

    assert letter.subject == "Please confirm your address"
    assert mailbox.link("sari@contoh.id", "/confirm/").startswith("/en/account/confirm/")
    assert "Sari" not in (letter.text or ""), "the reader may be a stranger: nothing the other one typed"


def test_looking_at_the_link_does_not_confirm(page: Page, mailbox: Mailbox, session: Session) -> None:
    sign_up(page)

    page.get(mailbox.link("sari@contoh.id", "/account/confirm/"))

    assert session.scalars(sa.select(User)).one().confirmed_at is None


def test_a_link_confirms_once(page: Page, mailbox: Mailbox) -> None:
    sign_up(page)
    link = mailbox.link("sari@contoh.id", "/account/confirm/")
    page.get(link).press("Konfirmasi alamat saya")

    page.get(link)

    assert page.status == 410
    assert page.title == "Tautan ini tidak berlaku lagi"


def test_a_link_that_never_was_is_refused(page: Page) -> None:
    assert page.get("/account/confirm/abc").status == 410
    assert page.get("/account/reset/abc").status == 410
    assert page.get("/account/email/abc").status == 410


def test_signing_up_with_a_known_address_looks_the_same_and_tells_its_owner(
    page: Page, mailbox: Mailbox, session: Session
) -> None:
    owner = make.user("Ratna", email="ratna@contoh.id")
    stranger = sign_up(page).text

    known = sign_up(page, email="ratna@contoh.id", name="Bukan Ratna", password="kata sandi orang lain").text

    assert known == stranger
    letter = mailbox.latest("ratna@contoh.id")
    assert letter.subject == "Anda sudah memiliki akun"
    assert "Ratna" in (letter.text or "")
    assert session.get_one(User, owner.id).name == "Ratna"
    assert passwords.matches(session.get_one(User, owner.id).password_hash, make.PASSWORD)


def test_a_known_address_is_told_once_a_day(page: Page, mailbox: Mailbox) -> None:
    make.user(email="ratna@contoh.id")

    sign_up(page, email="ratna@contoh.id")
    sign_up(page, email="ratna@contoh.id")

    assert len(mailbox.to("ratna@contoh.id")) == 1


def test_until_an_address_is_proved_the_last_sign_up_counts(page: Page, mailbox: Mailbox) -> None:
    sign_up(page, password="kata sandi yang pertama")
    first = mailbox.link("sari@contoh.id", "/account/confirm/")
    sign_up(page, password="kata sandi yang kedua")

    assert page.get(first).status == 410, "the earlier link is worthless"
    page.get(mailbox.link("sari@contoh.id", "/account/confirm/")).press("Konfirmasi alamat saya")

    assert (
        "Alamat atau kata sandi tidak benar"
        in sign_in(page, "sari@contoh.id", "kata sandi yang pertama").text
    )
    assert sign_in(page, "sari@contoh.id", "kata sandi yang kedua").path == "/account/"


def test_signing_in_before_the_address_is_proved_sends_the_letter_again(page: Page, mailbox: Mailbox) -> None:
    sign_up(page)
    assert len(mailbox.to("sari@contoh.id")) == 1

    sign_in(page, "sari@contoh.id", NEW["password"])

    assert page.title == "Silakan periksa email Anda"
    assert len(mailbox.to("sari@contoh.id")) == 2
    assert page.get("/account/").path != "/account/", "nobody is signed in"


def test_nobody_can_fill_a_letterbox(page: Page, mailbox: Mailbox) -> None:
    sign_up(page)
    mailbox.all()

    for _ in range(8):
        sign_in(page, "sari@contoh.id", NEW["password"])
        mailbox.all()

    assert len(mailbox.to("sari@contoh.id")) == accounts.LETTERS_PER_HOUR


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "Mohon diisi."),
        ({"name": "x" * 121}, "paling banyak 120 karakter"),
        ({"name": "a\u202eb"}, "karakter yang tidak dapat disimpan"),
        ({"email": "sari"}, "nama@contoh.id"),
        ({"email": "sari@contoh.id\nBcc: x@contoh.id"}, "nama@contoh.id"),
        ({"password": "pendek"}, "paling sedikit 10 karakter"),
        ({"password": "Indonesia1945"}, "yang pertama kali dicoba orang"),
        ({"password": "aaaaaaaaaaaa"}, "yang pertama kali dicoba orang"),
        ({"password": "sari.puspita", "email": "sari.puspita@contoh.id"}, "nama atau alamat Anda sendiri"),
        ({"password": "x" * 201}, "paling banyak 200 karakter"),
    ],
)
def test_what_cannot_be_used_is_said_beside_the_field_and_the_rest_is_kept(
    page: Page, session: Session, changes: dict[str, str], words: str
) -> None:
    sign_up(page, **changes)

    assert page.status == 422
    assert words in page.one(".field-error").get_text()
    assert words in page.one(".error-summary").get_text()
    for name in {"name", "email"} - set(changes):
        assert page.one(f"[name={name}]")["value"] == NEW[name]
    assert not page.one("[name=password]").get("value"), "a password is never shown again"
    assert session.scalars(sa.select(User)).all() == []


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(page: Page) -> None:
    make.user(email="sari@contoh.id")

    wrong = sign_in(page, "sari@contoh.id", "bukan kata sandinya").text
    wrong_status = page.status
    unknown = sign_in(page, "siapa@contoh.id", "bukan kata sandinya").text

    assert wrong == unknown
    assert wrong_status == page.status == 422


def test_a_failed_sign_in_leaves_the_same_traces_for_known_and_unknown(page: Page, session: Session) -> None:
    make.user(email="sari@contoh.id")
    sign_in(page, "sari@contoh.id", "bukan kata sandinya")
    sign_in(page, "siapa@contoh.id", "bukan kata sandinya")

    entries = session.scalars(sa.select(AuditEntry)).all()

    assert [entry.action for entry in entries] == ["account.sign-in-failed"] * 2
    assert {entry.object_type for entry in entries} == {"sign_in_attempts"}
    assert "contoh.id" not in str([entry.after for entry in entries])


def test_a_closed_account_cannot_be_used(page: Page, signed_in: Callable[[User], Page]) -> None:
    person = make.user(email="sari@contoh.id")
    browser = signed_in(person)
    with transaction():
        person.disabled_at = now()

    assert browser.get("/account/").path.startswith("/account/sign-in")
    assert "tidak benar" in sign_in(page, "sari@contoh.id").text


def test_after_signing_in_one_is_where_one_wanted_to_go(page: Page) -> None:
    make.user(email="sari@contoh.id")
    page.get("/account/sessions")
    assert page.path == "/account/sign-in?next=/account/sessions"

    page.press("Masuk", email="sari@contoh.id", password=make.PASSWORD)

    assert page.path == "/account/sessions"


@pytest.mark.parametrize(
    "target", ["https:evil", "//evil.example", "////evil", "/\\evil", "https://evil.example", "/a\nb"]
)
def test_nobody_is_sent_elsewhere_after_signing_in(page: Page, target: str) -> None:
    make.user(email="sari@contoh.id")
    page.get("/account/sign-in", query_string={"next": target})

    page.press("Masuk", email="sari@contoh.id", password=make.PASSWORD)

    assert page.path == "/account/"


def test_signing_in_gives_a_new_session(page: Page) -> None:
    make.user(email="sari@contoh.id")
    page.get("/account/sign-in")
    before = page.client.get_cookie("kriya")
    token = page.csrf_token()

    page.press("Masuk", email="sari@contoh.id", password=make.PASSWORD)

    after = page.client.get_cookie("kriya")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert page.post("/account/sign-out", {"csrf_token": token}).status == 400, "the old token is worthless"


def test_a_cookie_replayed_after_signing_out_is_nobodys(page: Page, app: Flask) -> None:
    make.user(email="sari@contoh.id")
    sign_in(page, "sari@contoh.id")
    stolen = page.client.get_cookie("kriya")
    assert stolen is not None
    thief = Page(app)
    thief.client.set_cookie("kriya", stolen.value)
    assert thief.get("/account/").path == "/account/"

    page.get("/account/").press("Keluar", follow=False)

    assert page.location == "/"
    assert thief.get("/account/").path.startswith("/account/sign-in")


def test_a_changed_cookie_is_nobodys(page: Page) -> None:
    make.user(email="sari@contoh.id")
    sign_in(page, "sari@contoh.id")
    cookie = page.client.get_cookie("kriya")
    assert cookie is not None

    page.client.set_cookie("kriya", cookie.value[:-3] + "abc")

    assert page.get("/account/").path.startswith("/account/sign-in")


def test_a_session_ends_by_itself(signed_in: Callable[[User], Page], session: Session) -> None:
    browser = signed_in(make.user())
    with transaction() as writing:
        writing.execute(sa.update(UserSession).values(expires_at=now() - timedelta(seconds=1)))

    assert browser.get("/account/").path.startswith("/account/sign-in")
    sessions.forget_expired()
    assert session.scalars(sa.select(UserSession)).all() == []


def test_staff_stay_signed_in_for_half_a_day_and_buyers_for_a_month(page: Page, session: Session) -> None:
    make.staff(Role.CURATOR, "17", email="ratna@contoh.id")
    make.user(email="sari@contoh.id")

    sign_in(page, "ratna@contoh.id").press("Keluar", follow=False)
    staff_until = session.scalars(sa.select(UserSession.expires_at)).all()
    sign_in(page, "ratna@contoh.id")
    lifetime = session.scalars(sa.select(UserSession)).one()

    assert staff_until == [], "signing out deletes the row"
    assert lifetime.expires_at - now() <= sessions.STAFF_LIFETIME
    assert sessions.STAFF_LIFETIME < sessions.LIFETIME


def test_an_outdated_hash_is_renewed_at_sign_in(page: Page, session: Session) -> None:
    person = make.user(email="sari@contoh.id")
    with transaction():
        person.password_hash = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(make.PASSWORD)
    assert passwords.is_outdated(person.password_hash)

    sign_in(page, "sari@contoh.id")

    assert not passwords.is_outdated(session.get_one(User, person.id).password_hash)
    assert session.get_one(User, person.id).password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_an_area_may_bring_along_what_the_visitor_had(page: Page) -> None:
    person = make.user(email="sari@contoh.id")
    seen: list[tuple[int, str | None]] = []

    def bring(_session: Session, user: User, cookies: object) -> None:
        seen.append((user.id, dict(cookies).get("cart")))  # type: ignore[call-overload]

    accounts.on_sign_in.append(bring)
    try:
        page.client.set_cookie("cart", "wish")
        sign_in(page, "sari@contoh.id")
    finally:
        accounts.on_sign_in.remove(bring)

    assert seen == [(person.id, "wish")]


def test_only_hashes_of_passwords_and_tokens_are_kept(page: Page, mailbox: Mailbox, session: Session) -> None:
    sign_up(page)
    token = mailbox.link("sari@contoh.id", "/confirm/").rpartition("/")[2]

    kept = session.scalars(sa.select(AccountToken)).one()

    assert kept.token_hash == sessions.token_hash(token) != token
    assert NEW["password"] not in session.scalars(sa.select(User)).one().password_hash
