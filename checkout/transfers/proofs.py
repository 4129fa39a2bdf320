"""Buyers' proofs: a picture of a transfer that has not been found yet, with what the buyer says of it.

A proof pays nothing: finance compares it with the statement and decides about the line (`lines`), or answers in
words. While one is open the order waits once more its whole time, once.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import pictures
from checkout import orders
from checkout.models import Order, OrderState, ProofState, TransferProof, TransferWait, WaitState
from checkout.transfers import terms, transfer_letters, waits
from shop import audit, i18n, media
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict, Invalid, NotFound

MOST = 5
"""Proofs of one order in all."""


class NoSuchProof(NotFound):
    """There is no such proof, or not for this person."""


class NotWaiting(Conflict):
    """No transfer is looked for any more."""

    message = "The transfer of this order has been found already."


class OneIsOpen(Conflict):
    """Finance looks at one at a time."""

    message = "We are looking for your transfer already. You will get an answer by letter."


class TooMany(Conflict):
    """Enough pictures."""

    message = "You have sent us as many pictures as we can look at. Please write to us."


class BadDay(Invalid):
    """A day that cannot be."""

    message = "Please give the day on which you have sent the money."


class AnswerMissing(Invalid):
    """An answer needs words."""

    message = "Please write what the buyer should know."


@dataclass(frozen=True, slots=True)
class Told:
    """What a buyer says of a transfer."""

    amount: int
    paid_on: date
    sender: str = ""
    note: str = ""


def keep_picture(data: bytes) -> str:
    """Check a picture and keep it under a private key; not inside a transaction. :raise pictures.PictureRefused:"""
    master = pictures.read(data)
    key = pictures.master_key(pictures.new_private_key())
    media.current().put(key, master.data)
    return key


def lodge(session: Session, actor: Actor, order: Order, picture_key: str, told: Told) -> TransferProof:
    """Take a proof down. :raise NotWaiting: :raise OneIsOpen: :raise TooMany: :raise BadDay:"""
    order = orders.lock(session, order.id)
    wait = waits.of_order(session, order.id)
    if wait is None or wait.state is WaitState.PAID:
        raise NotWaiting
    today = now().astimezone(i18n.WIB).date()
    if not today - timedelta(days=90) <= told.paid_on <= today:
        raise BadDay
    mine = list(session.scalars(sa.select(TransferProof).where(TransferProof.wait_id == wait.id)))
    if any(proof.state is ProofState.OPEN for proof in mine):
        raise OneIsOpen
    if len(mine) >= MOST:
        raise TooMany
    proof = TransferProof(
        wait_id=wait.id, picture_key=picture_key, amount=told.amount, paid_on=told.paid_on,
        sender=told.sender, note=told.note, created_at=now(),
    )  # fmt: skip
    session.add(proof)
    if not mine and order.state is OrderState.PENDING:
        order.expires_at = max(order.expires_at, now() + terms.holding(session).lasts)
    audit.record(
        session, actor, "transfer_proof.lodged", proof, after={"order": order.number, "amount": told.amount}
    )
    return proof


def open_ones(session: Session) -> list[TransferProof]:
    """Give the proofs that wait for an answer, oldest first."""
    query = sa.select(TransferProof).where(TransferProof.state == ProofState.OPEN)
    return list(session.scalars(query.order_by(TransferProof.id)))


def of_wait(session: Session, wait_id: int) -> list[TransferProof]:
    """Give the proofs of one order, oldest first."""
    mine = sa.select(TransferProof).where(TransferProof.wait_id == wait_id)
    return list(session.scalars(mine.order_by(TransferProof.id)))


def one(session: Session, proof_id: int) -> TransferProof:
    """Give a proof. :raise NoSuchProof:"""
    found = session.get(TransferProof, proof_id)
    if found is None:
        raise NoSuchProof
    return found


def picture(proof: TransferProof) -> bytes:
    """Give the picture; the caller checks who reads it. :raise NoSuchProof:"""
    try:
        return media.current().get(proof.picture_key)
    except media.NoSuchFile as error:
        raise NoSuchProof from error


def answer(session: Session, actor: Actor, proof: TransferProof, words: str) -> None:
    """Answer a proof in words, which the buyer gets by letter. :raise AnswerMissing: :raise OneIsOpen:"""
    if not words.strip():
        raise AnswerMissing
    _close(session, actor, proof, words.strip()[:500])
    wait = session.get_one(TransferWait, proof.wait_id)
    transfer_letters.answered(session, session.get_one(Order, wait.order_id), proof.id, proof.answer)


def settle_of(session: Session, actor: Actor, wait_id: int) -> None:
    """Close the open proof of an order about whose money has been decided; other letters say how."""
    query = sa.select(TransferProof).where(
        TransferProof.wait_id == wait_id, TransferProof.state == ProofState.OPEN
    )
    for proof in session.scalars(query).all():
        _close(session, actor, proof, "")


def _close(session: Session, actor: Actor, proof: TransferProof, words: str) -> None:
    won = session.execute(
        sa.update(TransferProof)
        .where(TransferProof.id == proof.id, TransferProof.state == ProofState.OPEN)
        .values(state=ProofState.ANSWERED, answer=words, answered_by_id=actor.user_id, answered_at=now())
        .returning(TransferProof.id)
    )
    if won.scalar() is None:
        raise Conflict
    session.refresh(proof)
    audit.record(
        session, actor, "transfer_proof.answered", proof,
        before={"state": ProofState.OPEN}, after={"state": proof.state, "answer": words},
    )  # fmt: skip
