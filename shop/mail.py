"""Letters: promised in the transaction that causes them, rendered and sent by a job.

`queue` is called by rules. A letter has a template `templates/mail/<name>.{subject.txt,txt,html}`, a JSON context and
the reader's language. With `KRIYA_SMTP_URL=outbox:` letters stay in the table, where /demo/outbox shows them.
"""

import smtplib
import ssl
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Any
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa
from flask import Flask, render_template
from sqlalchemy.orm import Session

from shop import config, i18n, jobs
from shop.config import Settings
from shop.db import db, glance, now, transaction
from shop.models import Mail, User
from shop.writes import add_each_once, add_last


def queue(
    session: Session, *, to: str, template: str, locale: str, context: dict[str, Any], key: str | None = None
) -> None:
    """Promise one letter; with a `key`, once, whatever runs twice.

    `context` is JSON: names, numbers and paths, never secrets beyond the link that the letter is for.
    """
    letter = {"key": key, "to": to, "template": template, "locale": locale, "context": context}
    add_last(session, _write, letter | {"created_at": now()})


def _write(session: Session, letters: list[Mapping[str, Any]]) -> None:
    """Keep letters that are not there yet, and promise each of them."""
    for mail_id in add_each_once(session, Mail, letters):
        jobs.enqueue(session, deliver, mail_id=mail_id)


_MAILS: Any = Mail.__table__
_LETTER = sa.select(_MAILS).where(_MAILS.c.id == sa.bindparam("mail_id"))
_KEEPING = sa.update(_MAILS).where(_MAILS.c.id == sa.bindparam("mail_id"))


@jobs.job(own_transactions=True)
def deliver(mail_id: int) -> Callable[[Session], None] | None:
    """Render a letter if that has not happened, and send it if it has not been sent."""
    db.session.rollback()
    letter = next(iter(glance(_LETTER, {"mail_id": mail_id})), None)
    if letter is None or letter.sent_at is not None:
        return None
    settings, rendered = config.current(), dict[str, Any]()
    if letter.text is None:
        subject, text, html = render(letter.template, letter.locale, letter.context)
        rendered = {"subject": subject, "text": text, "html": html}
    if not settings.smtp_url.startswith("outbox:"):
        if rendered:  # kept before it goes out: sent twice, it says the same
            with transaction() as session:
                _keep(session, mail_id, rendered)
            letter = glance(_LETTER, {"mail_id": mail_id})[0]
        send(settings, compose(settings, letter))  # no transaction is open while the server is spoken to
    return lambda session: _keep(session, mail_id, rendered | {"sent_at": now()})


def _keep(session: Session, mail_id: int, values: dict[str, Any]) -> None:
    session.connection().execute(_KEEPING, {"mail_id": mail_id, **values})


def render(template: str, locale: str, context: dict[str, Any]) -> tuple[str, str, str]:
    """Give subject, plain text and HTML of a letter in the reader's language."""
    with i18n.in_locale(locale):
        subject = " ".join(render_template(f"mail/{template}.subject.txt", **context).split())
        text = render_template(f"mail/{template}.txt", **context)
        html = render_template(f"mail/{template}.html", subject=subject, **context)
    return subject, text, html


def compose(settings: Settings, letter: Any) -> EmailMessage:
    """Build the message of a row of mail; header values come from our own templates and a checked address."""
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = letter.to
    message["Subject"] = letter.subject or ""
    message["Date"] = formatdate(letter.created_at.timestamp())
    message["Message-ID"] = make_msgid(f"kriya-{letter.id}", domain=urlsplit(settings.base_url).hostname)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text or "")
    message.add_alternative(letter.html or "", subtype="html")
    message["Content-Language"] = letter.locale  # last: add_alternative moves Content-… into the text part
    return message


def send(settings: Settings, message: EmailMessage) -> None:
    """Hand a letter to the SMTP server `smtp://user:password@host:port` (or `smtps://`).

    :raise OSError: when the server does not answer; the job tries again.
    """
    parts = urlsplit(settings.smtp_url)
    host = parts.hostname or "localhost"
    tls = ssl.create_default_context()
    server: smtplib.SMTP
    if parts.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=settings.smtp_timeout, context=tls)
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=settings.smtp_timeout)
    with server:
        if parts.scheme == "smtp" and parts.username:
            server.starttls(context=tls)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)


def init_app(app: Flask, settings: Settings) -> None:
    """Check the address of the mail server when the application starts."""
    if urlsplit(settings.smtp_url).scheme not in {"smtp", "smtps", "outbox"}:
        raise config.SettingsError("KRIYA_SMTP_URL must begin with smtp://, smtps:// or be outbox:")
    if settings.smtp_url.startswith("outbox:") and not settings.demo and not app.testing:
        raise config.SettingsError("KRIYA_SMTP_URL=outbox: is for demonstration mode only")


def outbox(session: Session, reader: User | None, page: int = 1, size: int = 30) -> list[Mail]:
    """Give the latest letters that a visitor of the demonstration's outbox may read."""
    letters = sa.select(Mail).where(_readable(reader)).order_by(Mail.id.desc())
    return list(session.scalars(letters.offset((page - 1) * size).limit(size)))


def in_outbox(session: Session, reader: User | None, mail_id: int) -> Mail | None:
    """Give one letter, if this visitor may read it."""
    return session.scalar(sa.select(Mail).where(Mail.id == mail_id, _readable(reader)))


def _readable(reader: User | None) -> sa.ColumnElement[bool]:
    """Say which letters stand open: one's own, a guest's, and those that let somebody in.

    What goes to somebody with an account may speak of what the public must not see: a verdict, a parcel to pack.
    """
    to_somebody = sa.exists().where(User.email == Mail.to)
    own = Mail.to == reader.email if reader else sa.false()
    return own | Mail.template.startswith("account_", autoescape=True) | ~to_somebody
