"""The audit trail that people may later ask about: who changed what, when, from where, in the same transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from shop.db import now
from shop.models import AuditEntry, User
from shop.writes import add_last, add_rows


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a signed-in person, a visitor, or a part of the shop itself."""

    label: str
    user_id: int | None = None
    ip: str = ""
    request_id: str = ""

    @classmethod
    def system(cls, part: str) -> "Actor":
        """Stand for a part of the shop that acts by itself, such as the worker."""
        return cls(label=f"system:{part}")

    @classmethod
    def of(cls, user: User, ip: str = "", request_id: str = "") -> "Actor":
        """Stand for a person."""
        return cls(label=user.name, user_id=user.id, ip=ip, request_id=request_id)


def record(
    session: Session,
    actor: Actor,
    action: str,
    obj: Any,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    scope: str = "",
) -> None:
    """Write down one change of state, with the object's table and key, before and after as JSON values.

    `action` is `noun.verb-in-the-past` ("listing.approved"); `scope` is a council's code.
    """
    if obj.id is None:
        session.flush()  # a new object has its key only after this
    row = {
        "at": now(),
        "actor_id": actor.user_id,
        "actor_label": actor.label[:120],
        "ip": actor.ip,
        "request_id": actor.request_id,
        "action": action,
        "object_type": obj.__tablename__,
        "object_id": str(obj.id),
        "scope": scope,
        "before": dict(before or {}),
        "after": dict(after or {}),
    }
    add_last(session, _write, row)


def _write(session: Session, rows: list[dict[str, Any]]) -> None:
    add_rows(session, AuditEntry, rows)
