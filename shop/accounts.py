"""Accounts: signing up, proving an address, signing in, changing what one signs in with, and roles.

Called by the account pages and `flask accounts`. What a stranger asks (sign up, forgotten password) is answered
alike whether the address is known or not; what differs is the letter, and a job writes that. Hashing passwords
takes long, so callers do it with `shop.passwords` before they open a transaction and hand in the hash.
"""

import enum
import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shop import audit, jobs, mail, passwords, sessions, throttle
from shop.audit import Actor
from shop.db import insert, now, transaction
from shop.errors import Conflict, Gone, Invalid, NotFound
from shop.models import AccountToken, Role, RoleGrant, User


class Purpose(enum.StrEnum):
    """What a link in a letter is good for."""

    CONFIRM = "confirm"
    RESET = "reset"
    NEW_EMAIL = "new-email"


LIFETIMES = {
    Purpose.CONFIRM: timedelta(days=3),
    Purpose.RESET: timedelta(minutes=60),
    Purpose.NEW_EMAIL: timedelta(minutes=60),
}
LETTERS_PER_HOUR = 4
"""Links of one purpose to one person: whoever asks more often fills somebody's letterbox."""
NEED_COUNCIL = frozenset({Role.CURATOR, Role.COUNCIL_ADMIN})
MAY_HAVE_COUNCIL = NEED_COUNCIL | {Role.FINANCE}

on_sign_in: list[Callable[[Session, User, Mapping[str, str]], None]] = []
"""Called in the transaction of a sign-in with the cookies of the request: an area may bring along what the
visitor had before, such as a cart."""


class NoSuchPerson(NotFound):
    """Nobody has that address."""

    message = "Nobody has an account with this address."


class LinkSpent(Gone):
    """The link was used, is too old, or never was one."""

    message = "This link has been used already or is too old."


class AddressTaken(Conflict):
    """Somebody else has that address by now."""

    message = "Another account uses this address by now."


class WrongScope(Invalid):
    """A role within a council came without one, or the other way round."""

    message = "Curators and council administrators need a council; artisans and administrators have none."


# --- finding -----------------------------------------------------------------------------------------


def by_email(session: Session, email: str) -> User:
    """Give the person with an address. :raise NoSuchPerson:"""
    found = _find(session, email)
    if found is None:
        raise NoSuchPerson
    return found


def _find(session: Session, email: str) -> User | None:
    return session.scalar(sa.select(User).where(User.email == email))


def prove(session: Session, email: str, password: str) -> User | None:
    """Give the person whose address and password these are; takes as long when there is nobody."""
    person = _find(session, email)
    right = passwords.matches(person.password_hash if person else None, password)
    return person if right and person is not None and person.is_active else None


# --- signing up --------------------------------------------------------------------------------------


def sign_up(
    session: Session, actor: Actor, *, email: str, name: str, password_hash: str, locale: str
) -> None:
    """Make an account that waits for its address to be proved.

    For an address that is known, its owner gets a letter instead. Until an address is proved nobody owns it: who
    signs up last has said what the name and the password are.
    """
    values = {"email": email, "name": name, "password_hash": password_hash, "locale": locale}
    fresh = session.scalar(
        insert(session, User).values(**values, created_at=now()).on_conflict_do_nothing().returning(User.id)
    )
    person = by_email(session, email)
    if person.confirmed_at is not None:
        audit.record(session, actor, "account.asked-for-again", person)
        jobs.enqueue(session, send_already_known, user_id=person.id)
        return
    if fresh is None:
        _void(session, person.id, Purpose.CONFIRM)  # it would prove the other password too
        person.name, person.password_hash, person.locale = name, password_hash, locale
    audit.record(session, actor, "account.created", person, after={"email": masked(email), "locale": locale})
    jobs.enqueue(session, send_confirmation, user_id=person.id)


def ask_for_confirmation(session: Session, user_id: int) -> None:
    """Promise the letter of a new account once more."""
    jobs.enqueue(session, send_confirmation, user_id=user_id)


def confirm(session: Session, actor: Actor, token: str) -> User:
    """Take an address as proved. :raise LinkSpent:"""
    person = _use(session, token, Purpose.CONFIRM)
    person.confirmed_at = person.confirmed_at or now()
    _void(session, person.id, Purpose.CONFIRM)
    audit.record(session, _as(actor, person), "account.confirmed", person)
    return person


def signed_in(
    session: Session, actor: Actor, person: User, fresh_hash: str | None, cookies: Mapping[str, str]
) -> None:
    """Note a sign-in and let the areas bring along what the visitor had; `fresh_hash` replaces an outdated one."""
    if fresh_hash is not None:
        person.password_hash = fresh_hash
    audit.record(session, _as(actor, person), "account.signed-in", person)
    for hook in on_sign_in:
        hook(session, person, cookies)


# --- changing what one signs in with -----------------------------------------------------------------


def ask_for_reset(session: Session, email: str) -> None:
    """Promise a letter with a link to choose a new password, if there is anybody with that address."""
    jobs.enqueue(session, send_reset, email=email)


def reset(session: Session, actor: Actor, token: str, password_hash: str) -> User:
    """Set a new password by the link of a letter; every device is signed out. :raise LinkSpent:"""
    person = _use(session, token, Purpose.RESET)
    person.confirmed_at = person.confirmed_at or now()  # the letter reached its reader
    throttle.forgive_account(session, person.email)
    _set_password(session, _as(actor, person), person, password_hash, "account.password-reset")
    return person


def change_password(session: Session, actor: Actor, person: User, password_hash: str) -> None:
    """Set a new password; every device is signed out, the one in hand too."""
    _set_password(session, actor, person, password_hash, "account.password-changed")


def _set_password(session: Session, actor: Actor, person: User, password_hash: str, action: str) -> None:
    person.password_hash = password_hash
    devices = sessions.close_all(session, person.id)
    _void(session, person.id)
    audit.record(session, actor, action, person, after={"devices_signed_out": devices})
    mail.queue(
        session,
        to=person.email,
        template="account_password_changed",
        locale=person.locale,
        context={"name": person.name},
    )


def ask_for_email(session: Session, actor: Actor, person: User, email: str) -> None:
    """Promise a letter to a new address with the link that proves it; until then the old one stays."""
    audit.record(session, actor, "account.email-asked", person, after={"email": masked(email)})
    jobs.enqueue(session, send_new_email, user_id=person.id, email=email)


def change_email(session: Session, actor: Actor, token: str) -> User:
    """Take a new address as proved, and tell the old one. :raise LinkSpent: :raise AddressTaken:"""
    found = peek(session, token, Purpose.NEW_EMAIL)
    if _find(session, found.email) is not None:
        raise AddressTaken
    person = _use(session, token, Purpose.NEW_EMAIL)
    old, person.email = person.email, found.email
    _void(session, person.id)
    before, after = {"email": masked(old)}, {"email": masked(person.email)}
    audit.record(session, _as(actor, person), "account.email-changed", person, before=before, after=after)
    mail.queue(
        session,
        to=old,
        template="account_email_changed",
        locale=person.locale,
        context={"name": person.name, "email": after["email"]},
    )
    return person


def update(
    session: Session, actor: Actor, person: User, *, name: str, phone: str | None, locale: str
) -> None:
    """Change how the shop calls a person, by which number and in which language."""
    before = {"name": person.name, "locale": person.locale}
    person.name, person.phone, person.locale = name, phone, locale
    audit.record(
        session, actor, "account.updated", person, before=before, after={"name": name, "locale": locale}
    )


# --- links in letters --------------------------------------------------------------------------------


def peek(session: Session, token: str, purpose: Purpose) -> AccountToken:
    """Give the row of a link that still works, without using it up. :raise LinkSpent:"""
    found = session.scalar(sa.select(AccountToken).where(*_still_good(token, purpose)))
    if found is None:
        raise LinkSpent
    return found


def _still_good(token: str, purpose: Purpose) -> list[sa.ColumnElement[bool]]:
    return [
        AccountToken.token_hash == sessions.token_hash(token),
        AccountToken.purpose == purpose.value,
        AccountToken.used_at.is_(None),
        AccountToken.expires_at > now(),
    ]


def _use(session: Session, token: str, purpose: Purpose) -> User:
    """Use a link up: of two that arrive at once, one finds it unused."""
    used = sa.update(AccountToken).where(*_still_good(token, purpose)).values(used_at=now())
    user_id = session.scalar(used.returning(AccountToken.user_id))
    if user_id is None:
        raise LinkSpent
    person = session.get_one(User, user_id)
    if not person.is_active:
        raise LinkSpent
    return person


def _void(session: Session, user_id: int, *purposes: Purpose) -> None:
    """Make the links that are still out there worthless."""
    names = [purpose.value for purpose in purposes or Purpose]
    session.execute(
        sa.update(AccountToken)
        .where(
            AccountToken.user_id == user_id, AccountToken.purpose.in_(names), AccountToken.used_at.is_(None)
        )
        .values(used_at=now())
    )


def _send_link(session: Session, person: User, purpose: Purpose, template: str, email: str) -> None:
    recent = sa.select(sa.func.count()).where(
        AccountToken.user_id == person.id,
        AccountToken.purpose == purpose.value,
        AccountToken.created_at > now() - timedelta(hours=1),
    )
    if (session.scalar(recent) or 0) >= LETTERS_PER_HOUR:
        return
    token, moment = secrets.token_urlsafe(32), now()
    session.add(
        AccountToken(
            token_hash=sessions.token_hash(token),
            user_id=person.id,
            purpose=purpose.value,
            email=email,
            created_at=moment,
            expires_at=moment + LIFETIMES[purpose],
        )
    )
    context: dict[str, Any] = {"name": person.name, "token": token}
    mail.queue(session, to=email, template=template, locale=person.locale, context=context)


@jobs.job()
def send_confirmation(session: Session, user_id: int) -> None:
    """Send the link that proves the address of a new account; no name in it, for its reader may be a stranger."""
    person = session.get_one(User, user_id)
    if person.confirmed_at is None:
        _void(session, person.id, Purpose.CONFIRM)
        _send_link(session, person, Purpose.CONFIRM, "account_confirm", person.email)


@jobs.job()
def send_already_known(session: Session, user_id: int) -> None:
    """Tell the owner of an address that somebody signed up with it; once a day."""
    person = session.get_one(User, user_id)
    _tell_already_known(session, person)


def _tell_already_known(session: Session, person: User) -> None:
    mail.queue(
        session,
        to=person.email,
        template="account_already_known",
        locale=person.locale,
        context={"name": person.name},
        key=f"account-already-known:{person.id}:{now():%Y-%m-%d}",
    )


@jobs.job()
def send_reset(session: Session, email: str) -> None:
    """Send the link to choose a new password, to an address that is known."""
    person = _find(session, email)
    if person is not None and person.is_active:
        _send_link(session, person, Purpose.RESET, "account_reset", person.email)


@jobs.job()
def send_new_email(session: Session, user_id: int, email: str) -> None:
    """Send the link that proves a new address to that address, or tell its owner that it is known."""
    other = _find(session, email)
    if other is not None:
        _tell_already_known(session, other)
        return
    _send_link(session, session.get_one(User, user_id), Purpose.NEW_EMAIL, "account_new_email", email)


@jobs.periodic(every=86_400)
def forget_links() -> None:
    """Drop links that have been worthless for a month."""
    with transaction() as session:
        session.execute(sa.delete(AccountToken).where(AccountToken.expires_at < now() - timedelta(days=30)))


# --- roles -------------------------------------------------------------------------------------------


def grant(session: Session, actor: Actor, person: User, role: Role, scope: str = "") -> None:
    """Give a person a role; curators and council administrators within the council of that code.

    Finance may have one: that council's books, or with none the whole shop's.

    :raise WrongScope:
    """
    if (role in NEED_COUNCIL and not scope) or (scope and role not in MAY_HAVE_COUNCIL):
        raise WrongScope
    given = session.scalar(
        insert(session, RoleGrant)
        .values(user_id=person.id, role=role, scope=scope, created_at=now())
        .on_conflict_do_nothing()
        .returning(RoleGrant.id)
    )
    session.expire(person, ["grants"])
    if given is not None:
        after = {"role": role.value, "scope": scope}
        audit.record(session, actor, "role.granted", person, after=after, scope=scope)


def revoke(session: Session, actor: Actor, person: User, role: Role, scope: str = "") -> None:
    """Take a role away; it ends with the person's next request."""
    gone = session.scalar(
        sa.delete(RoleGrant)
        .where(RoleGrant.user_id == person.id, RoleGrant.role == role, RoleGrant.scope == scope)
        .returning(RoleGrant.id)
    )
    session.expire(person, ["grants"])
    if gone is not None:
        before = {"role": role.value, "scope": scope}
        audit.record(session, actor, "role.revoked", person, before=before, scope=scope)


# --- small things ------------------------------------------------------------------------------------


def masked(email: str) -> str:
    """Write an address so that its owner knows it and nobody else learns it: `s…@contoh.id`."""
    name, _, domain = email.partition("@")
    return f"{name[:1]}…@{domain}"


def _as(actor: Actor, person: User) -> Actor:
    """Give the visitor who has just proved to be a person."""
    return Actor.of(person, ip=actor.ip, request_id=actor.request_id)
