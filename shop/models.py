"""The floor's tables: people, their sessions and roles, jobs, the audit trail, kept mail."""

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.db import Base, BigId


class Role(enum.StrEnum):
    """What a person may do; curator and council-admin are bound to a council."""

    ARTISAN = "artisan"
    CURATOR = "curator"
    COUNCIL_ADMIN = "council-admin"
    FINANCE = "finance"
    ADMIN = "admin"


class User(Base):
    """A person with an account: buyer, artisan, curator or all of them."""

    __tablename__ = "users"
    __allow_unmapped__ = True  # for session_token, which is not kept

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    """Lower case and NFC; what the person signs in with."""
    name: Mapped[str] = mapped_column(sa.String(120))
    password_hash: Mapped[str] = mapped_column(sa.String(255))
    locale: Mapped[str] = mapped_column(sa.String(5), default="id")
    phone: Mapped[str | None] = mapped_column(sa.String(20))
    confirmed_at: Mapped[datetime | None]
    """When the address was proved by the link in the mail."""
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    grants: Mapped[list["RoleGrant"]] = relationship(
        lazy="selectin", foreign_keys="RoleGrant.user_id", viewonly=True
    )

    # Flask-Login's protocol; the session row decides, not the cookie.
    session_token: str | None = None
    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        """Whether the account may be used."""
        return self.disabled_at is None

    def get_id(self) -> str:
        """Give the token of the server-side session that Flask-Login keeps in the cookie."""
        if self.session_token is None:
            raise RuntimeError("this user was not signed in through accounts.sign_in")
        return self.session_token

    def roles(self) -> set[Role]:
        """Give every role the person holds, in whatever council."""
        return {grant.role for grant in self.grants}

    def holds(self, *roles: Role) -> bool:
        """Say whether the person holds one of these roles."""
        return not self.roles().isdisjoint(roles)


class RoleGrant(Base):
    """One role of one person, within one council where the role has a scope."""

    __tablename__ = "role_grants"
    __table_args__ = (sa.Index("uq_role_grants_user_role_scope", "user_id", "role", "scope", unique=True),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    role: Mapped[Role]
    scope: Mapped[str] = mapped_column(sa.String(16), default="")
    """The code of the council (`17`, `17.71`, `nasional`), or empty for a role without a scope.
    A code and not a key, because the floor knows nothing of councils."""
    created_at: Mapped[datetime]


class UserSession(Base):
    """A sign-in on one device; deleting the row signs that device out."""

    __tablename__ = "sessions"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ip: Mapped[str] = mapped_column(sa.String(45), default="")
    user_agent: Mapped[str] = mapped_column(sa.String(200), default="")


class AccountToken(Base):
    """A link sent by mail, good once: to confirm an address or to choose a new password."""

    __tablename__ = "account_tokens"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    purpose: Mapped[str] = mapped_column(sa.String(20))
    email: Mapped[str] = mapped_column(sa.String(254))
    """The address that the link was sent to, and that it proves."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInAttempt(Base):
    """A failed sign-in, counted per account and per network."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (sa.Index("ix_sign_in_attempts_bucket_at", "bucket", "at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    bucket: Mapped[str] = mapped_column(sa.String(80))
    """`account:<hash>|<network>` or `network:<address block>`."""
    at: Mapped[datetime]


class JobState(enum.StrEnum):
    """Where a job stands."""

    DUE = "due"
    LEASED = "leased"
    DONE = "done"
    PARKED = "parked"
    """Failed too often; a person must look at it (`flask jobs parked`, `flask jobs retry ID`)."""


class Job(Base):
    """Work promised in a transaction, done by a worker afterwards."""

    __tablename__ = "jobs"
    __table_args__ = (
        sa.Index("ix_jobs_due", "state", "priority", "run_at"),
        sa.Index(
            "uq_jobs_unique_key", "unique_key", unique=True,
            sqlite_where=sa.text("state = 'due' AND unique_key IS NOT NULL"),
            postgresql_where=sa.text("state = 'due' AND unique_key IS NOT NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(80))
    args: Mapped[dict[str, Any]]
    priority: Mapped[int] = mapped_column(sa.SmallInteger, default=10, server_default="10")
    """Of what is due, the lowest is done first: shop.urgency.Priority."""
    unique_key: Mapped[str | None] = mapped_column(sa.String(120))
    """At most one *due* job per key: promised twice is done once."""
    state: Mapped[JobState] = mapped_column(default=JobState.DUE)
    run_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_token: Mapped[str | None] = mapped_column(sa.String(32))
    lease_until: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class PeriodicRun(Base):
    """When a periodic job is next due; the row makes one worker of many run it."""

    __tablename__ = "periodic_runs"

    name: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    next_run_at: Mapped[datetime]
    last_run_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(sa.Text)


class SettledMark(Base):
    """A token that every change of what is settled replaces (`shop.settled`); one row."""

    __tablename__ = "settled_mark"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    token: Mapped[int] = mapped_column(sa.BigInteger)


class AuditEntry(Base):
    """Who did what, when, from where, with the state before and after; append-only."""

    __tablename__ = "audit_entries"
    __table_args__ = (sa.Index("ix_audit_entries_object", "object_type", "object_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    actor_label: Mapped[str] = mapped_column(sa.String(120))
    ip: Mapped[str] = mapped_column(sa.String(45), default="")
    request_id: Mapped[str] = mapped_column(sa.String(64), default="")
    action: Mapped[str] = mapped_column(sa.String(60))
    object_type: Mapped[str] = mapped_column(sa.String(40))
    object_id: Mapped[str] = mapped_column(sa.String(40))
    scope: Mapped[str] = mapped_column(sa.String(16), default="", index=True)
    """Code of the council in whose history this belongs, or empty."""
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Mail(Base):
    """A letter: rendered by its job, then sent by SMTP, or kept for the outbox page in demonstration mode."""

    __tablename__ = "mails"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str | None] = mapped_column(sa.String(120), unique=True)
    """Makes a letter once, whatever runs twice: `order-paid:17`."""
    to: Mapped[str] = mapped_column(sa.String(254), index=True)
    template: Mapped[str] = mapped_column(sa.String(60))
    locale: Mapped[str] = mapped_column(sa.String(5))
    context: Mapped[dict[str, Any]]
    subject: Mapped[str | None] = mapped_column(sa.String(300))
    text: Mapped[str | None] = mapped_column(sa.Text)
    html: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
