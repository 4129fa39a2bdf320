"""Two persons for a setting of bank transfers: one proposes it, another lets it hold. Called by `accounts` and `terms`."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout.models import ReceivingAccount, SettingState, TransferTerms
from shop import audit
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict, Forbidden

Setting = ReceivingAccount | TransferTerms


class SamePerson(Forbidden):
    """Whoever proposes does not approve."""

    message = "You have prepared this yourself. Another person of finance has to approve it."


class AlreadyDecided(Conflict):
    """Somebody was faster."""

    message = "Somebody else has decided this in the meantime. Please look again."


def person(actor: Actor) -> int:
    """Give the id of the signed-in person who acts. :raise Forbidden: for anybody else."""
    if actor.user_id is None:
        raise Forbidden
    return actor.user_id


def approve(session: Session, actor: Actor, setting: Setting, action: str) -> None:
    """Let a proposed setting hold. :raise SamePerson: :raise AlreadyDecided:"""
    who = person(actor)
    if setting.proposed_by_id == who:
        raise SamePerson
    kind = type(setting)
    won = session.execute(
        sa.update(kind)
        .where(kind.id == setting.id, kind.state == SettingState.PROPOSED)
        .values(state=SettingState.ACTIVE, approved_by_id=who, approved_at=now())
        .returning(kind.id)
    )
    if won.scalar() is None:
        raise AlreadyDecided
    _record(session, actor, setting, action, SettingState.PROPOSED)


def close(session: Session, actor: Actor, setting: Setting, action: str) -> None:
    """End a setting, or decline a proposed one. :raise AlreadyDecided:"""
    kind, before = type(setting), setting.state
    won = session.execute(
        sa.update(kind)
        .where(kind.id == setting.id, kind.state != SettingState.CLOSED)
        .values(state=SettingState.CLOSED, closed_at=now())
        .returning(kind.id)
    )
    if won.scalar() is None:
        raise AlreadyDecided
    _record(session, actor, setting, action, before)


def _record(session: Session, actor: Actor, setting: Setting, action: str, before: SettingState) -> None:
    session.refresh(setting)
    audit.record(session, actor, action, setting, before={"state": before}, after={"state": setting.state})
