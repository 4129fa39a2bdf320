"""Guessing passwords is slow, and never keeps the owner out."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from shop import throttle
from shop.db import db, now, transaction
from shop.models import SignInAttempt, User
from tests import make
from tests.pages import Mailbox, Page

ELSEWHERE = {"REMOTE_ADDR": "203.0.113.9"}
HOME = {"REMOTE_ADDR": "198.51.100.7"}


@pytest.fixture
def sari(app: Flask) -> User:
    """Give somebody with an account."""
    return make.user(email="sari@contoh.id")


def browser(app: Flask, place: dict[str, str]) -> Page:
    page = Page(app)
    page.client.environ_base.update(place)
    return page


def sign_in(page: Page, password: str = make.PASSWORD, email: str = "sari@contoh.id") -> Page:
    return page.get("/account/sign-in").press("Masuk", email=email, password=password)


def guess(page: Page, times: int, email: str = "sari@contoh.id") -> None:
    for number in range(times):
        sign_in(page, f"tebakan nomor {number}", email)


def test_after_a_few_wrong_passwords_the_right_one_must_wait_too(app: Flask, sari: User) -> None:
    stranger = browser(app, ELSEWHERE)
    guess(stranger, throttle.PER_ACCOUNT)

    sign_in(stranger)

    assert stranger.status == 429
    assert "Terlalu banyak percobaan" in stranger.text
    assert stranger.one("[name=email]")["value"] == "sari@contoh.id"


def test_an_account_that_does_not_exist_is_throttled_alike(app: Flask, sari: User) -> None:
    known, unknown = browser(app, ELSEWHERE), browser(app, HOME)
    guess(known, throttle.PER_ACCOUNT + 1)

    guess(unknown, throttle.PER_ACCOUNT + 1, "siapa@contoh.id")

    assert known.status == unknown.status == 429
    assert known.text == unknown.text


def test_a_stranger_elsewhere_does_not_keep_the_owner_out(app: Flask, sari: User) -> None:
    guess(browser(app, ELSEWHERE), throttle.PER_ACCOUNT + 2)

    assert sign_in(browser(app, HOME)).path == "/account/"


def test_a_stranger_in_the_same_network_does_not_keep_out_a_browser_the_owner_has_used(
    app: Flask, sari: User
) -> None:
    own = browser(app, HOME)
    sign_in(own).press("Keluar", follow=False)

    guess(browser(app, HOME), throttle.PER_ACCOUNT + 2)

    assert sign_in(browser(app, HOME)).status == 429
    assert sign_in(own).path == "/account/"


def test_the_owner_gets_in_again_by_a_new_password(app: Flask, sari: User, mailbox: Mailbox) -> None:
    own = browser(app, HOME)
    guess(own, throttle.PER_ACCOUNT + 1)
    assert sign_in(own).status == 429

    own.get("/account/forgot").press("Kirim tautan", email="sari@contoh.id")
    own.get(mailbox.link("sari@contoh.id", "/reset/")).press(
        "Simpan kata sandi baru", password="anyaman rotan baru"
    )

    assert sign_in(own, "anyaman rotan baru").path == "/account/"


def test_a_device_mark_is_good_for_its_account_only(app: Flask, sari: User) -> None:
    make.user(email="ratna@contoh.id")
    own = browser(app, HOME)
    sign_in(own).press("Keluar", follow=False)
    guess(own, throttle.PER_ACCOUNT, "ratna@contoh.id")

    assert sign_in(own, email="ratna@contoh.id").status == 429


def test_a_device_mark_gives_no_more_tries_than_a_network(app: Flask, sari: User) -> None:
    own = browser(app, HOME)
    sign_in(own).press("Keluar", follow=False)

    guess(own, throttle.PER_ACCOUNT)

    assert sign_in(own).status == 429


def test_one_network_cannot_try_one_password_on_all_accounts(session: Session) -> None:
    with transaction():
        for number in range(throttle.PER_NETWORK):
            throttle.note(session, throttle.buckets(f"orang{number}@contoh.id", "203.0.113.9", None))
    fresh = throttle.buckets("lain@contoh.id", "203.0.113.200", None)
    with transaction():
        throttle.note(session, fresh)

    with pytest.raises(throttle.TooManyAttempts):
        throttle.check(session, fresh)


def test_waiting_helps(session: Session) -> None:
    counters = throttle.buckets("sari@contoh.id", "203.0.113.9", None)
    with transaction():
        for _ in range(throttle.PER_ACCOUNT + 1):
            throttle.note(session, counters)
    with pytest.raises(throttle.TooManyAttempts):
        throttle.check(session, counters)

    with transaction():
        session.execute(sa.update(SignInAttempt).values(at=now() - throttle.WINDOW - timedelta(seconds=1)))

    throttle.check(session, counters)


def test_signing_in_forgets_the_wrong_tries_and_old_ones_are_dropped(app: Flask, sari: User) -> None:
    own = browser(app, HOME)
    guess(own, throttle.PER_ACCOUNT - 1)
    sign_in(own)
    rows = db.session.scalars(sa.select(SignInAttempt.bucket)).all()
    assert {bucket.partition(":")[0] for bucket in rows} == {"network"}, "only the network remembers"

    with transaction() as session:
        session.execute(sa.update(SignInAttempt).values(at=now() - timedelta(hours=1)))
    throttle.forget_old()

    assert db.session.scalars(sa.select(SignInAttempt)).all() == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.9", "203.0.113.250", True),
        ("203.0.113.9", "203.0.114.9", False),
        ("2001:db8:0:1::1", "2001:db8:0:ff::9", True),
        ("2001:db8:0:1::1", "2001:db8:0:100::1", False),
        ("::ffff:203.0.113.9", "203.0.113.10", True),
        ("", "no address", True),
    ],
)
def test_what_one_customer_is_given_counts_as_one_network(one: str, other: str, same: bool) -> None:
    assert (throttle.network(one) == throttle.network(other)) is same


def test_no_address_is_kept_in_the_counters(session: Session) -> None:
    counters = throttle.buckets("sari@contoh.id", "203.0.113.9", None)

    assert not [bucket for bucket in counters if "sari" in bucket]
    assert max(len(bucket) for bucket in throttle.buckets("s@contoh.id", "2001:db8:aaaa:bb00::1", None)) <= 80
