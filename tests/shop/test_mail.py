"""Letters are promised with the change that causes them, and sent by a job."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from shop import config, mail
from shop.db import transaction
from shop.models import Job, JobState, Mail
from tests import make, shops
from tests.pages import Mailbox, Page
from tests.servers.smtp import Letterbox


def queue(session: Session, *, key: str | None = None, name: str = "Sari", locale: str = "id") -> None:
    mail.queue(
        session,
        to="sari@contoh.id",
        template="account_already_known",
        locale=locale,
        context={"name": name},
        key=key,
    )


def test_a_letter_of_a_rolled_back_change_is_never_sent(session: Session, mailbox: Mailbox) -> None:
    def change_of_mind() -> None:
        with transaction():
            queue(session)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_of_mind()

    assert mailbox.all() == []


def test_a_letter_with_a_key_is_sent_once(session: Session, mailbox: Mailbox) -> None:
    for _ in range(2):
        with transaction():
            queue(session, key="order-paid:17")

    assert len(mailbox.all()) == 1


def test_names_cannot_break_out_of_a_letter(session: Session, mailbox: Mailbox) -> None:
    with transaction():
        queue(session, name='<img src=x> & "Sari"')

    letter = mailbox.latest("sari@contoh.id")

    assert "<img src=x>" in (letter.text or ""), "plain text is plain"
    assert "<img src=x>" not in (letter.html or "")
    assert "&lt;img src=x&gt; &amp;" in (letter.html or "")


def test_a_letter_has_both_forms_and_headers_of_our_own(session: Session, mailbox: Mailbox) -> None:
    with transaction():
        queue(session, locale="en")
    letter = mailbox.latest("sari@contoh.id")

    message = mail.compose(config.current(), letter)

    assert message["To"] == "sari@contoh.id"
    assert message["Subject"] == "You already have an account"
    assert message["Content-Language"] == "en"
    assert message["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_letters_go_out_over_smtp_and_wait_while_the_server_refuses(
    app: Flask, session: Session, smtp: Letterbox, run_jobs: Callable[[], int]
) -> None:
    kept = app.config["KRIYA"]
    app.config["KRIYA"] = replace(kept, smtp_url=smtp.url)
    try:
        with transaction():
            queue(session)
        smtp.refuse_with = "451 try later"
        run_jobs()
        assert session.scalars(sa.select(Job.state).where(Job.state != JobState.DONE)).all() == [JobState.DUE]
        assert smtp.messages == []

        smtp.refuse_with = ""
        with transaction():
            session.execute(sa.update(Job).values(run_at=sa.text("created_at")))
        run_jobs()
    finally:
        app.config["KRIYA"] = kept

    assert smtp.recipients == [["sari@contoh.id"]]
    assert smtp.messages[0]["Subject"] == "Anda sudah memiliki akun"
    assert session.scalars(sa.select(Mail)).one().sent_at is not None


def test_a_real_shop_does_not_keep_its_letters(tmp_path: Path) -> None:
    chosen = shops.settings(f"sqlite:///{tmp_path / 'x.sqlite'}", tmp_path, demo=False)

    with pytest.raises(config.SettingsError, match="demonstration mode only"):
        shops.build(chosen)


def test_the_outbox_of_the_demonstration_shows_what_was_sent(
    session: Session, mailbox: Mailbox, page: Page
) -> None:
    with transaction():
        queue(session)
    mailbox.all()

    page.get("/demo/outbox").follow("Anda sudah memiliki akun")

    assert page.status == 200
    assert page.get("/demo/outbox/999999").status == 404


def test_a_letter_to_somebody_with_an_account_is_for_their_eyes(
    session: Session, mailbox: Mailbox, page: Page
) -> None:
    somebody = make.user("sari@contoh.id")
    with transaction():
        for to in (somebody.email, "tamu@contoh.id"):
            mail.queue(
                session, to=to, template="account_already_known", locale="id", context={"name": "Sari"}
            )
    with transaction():
        session.execute(sa.update(Mail).values(template="order_paid"))
    theirs, guests = [letter.id for letter in mailbox.all()]

    assert page.get(f"/demo/outbox/{theirs}").status == 404
    assert somebody.email not in page.get("/demo/outbox").text
    assert page.get(f"/demo/outbox/{guests}").status == 200

    page.sign_in(somebody)

    assert page.get(f"/demo/outbox/{theirs}").status == 200
