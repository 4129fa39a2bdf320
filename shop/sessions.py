"""Sign-ins as rows: the cookie holds a token, the row decides. Deleting the row signs the device out at once."""

import hashlib
import secrets
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask, request, session
from flask_login import LoginManager, login_user, logout_user
from sqlalchemy.orm import Session

from shop.db import db, now, transaction
from shop.jobs import periodic
from shop.models import Role, User, UserSession

LIFETIME = timedelta(days=30)
STAFF_LIFETIME = timedelta(hours=12)
STAFF = (Role.CURATOR, Role.COUNCIL_ADMIN, Role.FINANCE, Role.ADMIN)

manager = LoginManager()


def token_hash(token: str) -> str:
    """Give what is stored in place of a secret token (SHA-256, hex)."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_for(db_session: Session, user: User) -> None:
    """Sign a person in on this device: a fresh row, a fresh cookie, nothing kept of what was there before."""
    token = secrets.token_urlsafe(32)
    lifetime = STAFF_LIFETIME if user.holds(*STAFF) else LIFETIME
    db_session.add(
        UserSession(
            token_hash=token_hash(token),
            user_id=user.id,
            created_at=now(),
            expires_at=now() + lifetime,
            ip=request.remote_addr or "",
            user_agent=request.headers.get("User-Agent", "")[:200],
        )
    )
    session.clear()
    user.session_token = token
    session.permanent = True
    login_user(user)


def close_current(db_session: Session) -> None:
    """Sign this device out; its cookie is worthless afterwards, also when it is replayed."""
    token = session.get("_user_id", "")
    db_session.execute(sa.delete(UserSession).where(UserSession.token_hash == token_hash(token)))
    logout_user()
    session.clear()


def close_all(db_session: Session, user_id: int) -> int:
    """Sign a person out on every device; give on how many."""
    gone = db_session.execute(
        sa.delete(UserSession).where(UserSession.user_id == user_id).returning(UserSession.id)
    )
    return len(gone.all())


def of_user(db_session: Session, user_id: int) -> list[UserSession]:
    """Give a person's open sign-ins, newest first."""
    mine = sa.select(UserSession).where(UserSession.user_id == user_id, UserSession.expires_at > now())
    return list(db_session.scalars(mine.order_by(UserSession.created_at.desc())))


@manager.user_loader
def _load(token: str) -> User | None:
    found = db.session.scalar(
        sa.select(User)
        .join(UserSession, UserSession.user_id == User.id)
        .where(
            UserSession.token_hash == token_hash(token),
            UserSession.expires_at > now(),
            User.disabled_at.is_(None),
        )
    )
    if found is not None:
        found.session_token = token
    return found


@periodic(every=3600)
def forget_expired() -> None:
    """Drop sign-ins that ran out."""
    with transaction() as db_session:
        db_session.execute(sa.delete(UserSession).where(UserSession.expires_at < now()))


def init_app(app: Flask) -> None:
    """Attach sign-in to the application."""
    app.config["PERMANENT_SESSION_LIFETIME"] = LIFETIME
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    manager.session_protection = None  # the row knows the device; addresses change on phones
    # Not `manager.init_app`: that asks for the session at the end of every request and in every template, and
    # public pages would vary by cookie.
    app.login_manager = manager  # type: ignore[attr-defined]
