"""Statement files: looked at first, then taken in, every line once. Called by the desk's finance.

A file is kept sealed until it is taken in or dropped. What two files share is known by each line's fingerprint, a
unique key: two people who take in the same file at once get each line once.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from checkout.models import ImportState, LineState, ReceivingAccount, StatementImport, StatementLine
from checkout.transfers import books, lines, proposals, returns, statements, waits
from checkout.transfers.statements import Row, Statement
from shop import audit, i18n, jobs, sealing
from shop.audit import Actor
from shop.db import db, insert, now, transaction
from shop.errors import Conflict, NotFound

log = logging.getLogger(__name__)
KEPT = timedelta(days=2)
"""How long a file that nobody took in is kept."""


class NoSuchImport(NotFound):
    """There is no such file."""


class OtherAccount(Conflict):
    """The statement is of another account."""

    message = "This is the statement of account %(said)s, not of %(ours)s."


class KnownFile(Conflict):
    """The very same file was taken in before."""

    message = "This file has been taken in already."


class NothingThere(Conflict):
    """There is nothing to take in."""

    message = "There is no line in this file that could be taken in."


@dataclass(frozen=True, slots=True)
class Preview:
    """A file as it would be taken in."""

    statement: Statement
    known: frozenset[str]
    """Fingerprints of lines that are there already."""

    @property
    def fresh(self) -> list[Row]:
        """Give the lines that are new."""
        return [row for row in self.statement.rows if row.digest not in self.known]


def one(session: Session, import_id: int) -> StatementImport:
    """Give a file. :raise NoSuchImport:"""
    found = session.get(StatementImport, import_id)
    if found is None:
        raise NoSuchImport
    return found


def look(
    session: Session, actor: Actor, account: ReceivingAccount, data: bytes, name: str
) -> StatementImport:
    """Keep a file to be looked at. :raise statements.StatementRefused: :raise OtherAccount: :raise KnownFile:"""
    text, digest = statements.decode(data), statements.digest_of(data)
    done = sa.select(StatementImport.id).where(
        StatementImport.account_id == account.id,
        StatementImport.digest == digest,
        StatementImport.state == ImportState.DONE,
    )
    if session.scalar(done) is not None:
        raise KnownFile
    found = _read(account.id, text)
    said = found.account_number
    if said and said.lstrip("0") != account.number.lstrip("0"):
        raise OtherAccount(said=said, ours=account.number)
    kept = StatementImport(
        account_id=account.id,
        digest=digest,
        name=" ".join(name.split())[-120:],
        shape=found.shape.code,
        rows=len(found.rows),
        problems=len(found.problems),
        pending=found.pending,
        brought_by_id=actor.user_id,
        created_at=now(),
    )
    session.add(kept)
    session.flush()
    kept.content = sealing.seal(text, _about(kept))
    audit.record(
        session, actor, "statement.brought", kept,
        after={"account": account.number, "rows": kept.rows, "problems": kept.problems},
    )  # fmt: skip
    return kept


def preview(session: Session, kept: StatementImport) -> Preview:
    """Read a kept file again. :raise proposals.AlreadyDecided: when it has been taken in or dropped."""
    if kept.state is not ImportState.PREVIEW or kept.content is None:
        raise proposals.AlreadyDecided
    found = _read(kept.account_id, sealing.unseal(kept.content, _about(kept)))
    digests = [row.digest for row in found.rows]
    known: set[str] = set()
    for start in range(0, len(digests), 500):
        some = digests[start : start + 500]
        known |= set(session.scalars(sa.select(StatementLine.digest).where(StatementLine.digest.in_(some))))
    return Preview(found, frozenset(known))


def _read(account_id: int, text: str) -> Statement:
    return statements.read(text, account_id, now().astimezone(i18n.WIB).date())


def _about(kept: StatementImport) -> str:
    return f"statement_imports:{kept.id}"


def take_in(session: Session, actor: Actor, kept: StatementImport) -> int:
    """Take the lines of a file in that no other file had; give how many. Matching follows by a job.

    :raise proposals.AlreadyDecided: :raise NothingThere: :raise KnownFile:
    """
    found = preview(session, kept)
    if not found.statement.rows:
        raise NothingThere
    # In one order, whatever the file's is: two files that overlap must not wait for each other in a circle.
    rows = sorted(found.statement.rows, key=lambda row: row.digest)
    fresh = [line_id for row in rows if (line_id := _insert(session, kept, row)) is not None]
    _finish(session, kept, len(fresh))
    session.refresh(kept)
    credits = sa.select(StatementLine).where(
        StatementLine.import_id == kept.id, StatementLine.state == LineState.WAITING
    )
    books.arrived(session, session.scalars(credits.order_by(StatementLine.id)))
    audit.record(
        session, actor, "statement.taken_in", kept,
        before={"state": ImportState.PREVIEW}, after={"state": kept.state, "lines": len(fresh)},
    )  # fmt: skip
    jobs.enqueue(session, match_all, import_id=kept.id)
    return len(fresh)


def _finish(session: Session, kept: StatementImport, fresh: int) -> None:
    """Take down that a file is in; of two copies at once the other one is refused."""
    done = (
        sa.update(StatementImport)
        .where(StatementImport.id == kept.id, StatementImport.state == ImportState.PREVIEW)
        .values(state=ImportState.DONE, content=None, fresh=fresh, done_at=now())
        .returning(StatementImport.id)
    )
    try:
        with session.begin_nested():
            won = session.scalar(done)
    except IntegrityError as error:
        raise KnownFile from error
    if won is None:
        raise proposals.AlreadyDecided


def _insert(session: Session, kept: StatementImport, row: Row) -> int | None:
    """Write a line unless it is there; the unique fingerprint decides."""
    waiting = LineState.WAITING if row.amount else LineState.OURS  # less than a rupiah is interest
    state = waiting if row.credit else LineState.OUTGOING
    values = {
        "import_id": kept.id, "account_id": kept.account_id, "digest": row.digest, "row_number": row.number,
        "booked_on": row.day, "amount": row.amount, "sen": row.sen, "words": row.words,
        "reference": row.reference, "state": state, "reason": "", "created_at": now(),
    }  # fmt: skip
    made: int | None = session.scalar(
        insert(session, StatementLine).values(**values).on_conflict_do_nothing().returning(StatementLine.id)
    )
    return made


def drop(session: Session, actor: Actor, kept: StatementImport) -> None:
    """Forget a file that was only looked at. :raise proposals.AlreadyDecided:"""
    won = session.execute(
        sa.update(StatementImport)
        .where(StatementImport.id == kept.id, StatementImport.state == ImportState.PREVIEW)
        .values(state=ImportState.DROPPED, content=None, done_at=now())
        .returning(StatementImport.id)
    )
    if won.scalar() is None:
        raise proposals.AlreadyDecided
    session.refresh(kept)
    audit.record(
        session, actor, "statement.dropped", kept,
        before={"state": ImportState.PREVIEW}, after={"state": kept.state},
    )  # fmt: skip


def forget_old(session: Session) -> int:
    """Drop files that nobody took in."""
    old = sa.select(StatementImport).where(
        StatementImport.state == ImportState.PREVIEW, StatementImport.created_at < now() - KEPT
    )
    found = session.scalars(old.order_by(StatementImport.id).limit(100)).all()
    for kept in found:
        drop(session, Actor.system("worker"), kept)
    return len(found)


@jobs.job(own_transactions=True)
def match_all(import_id: int) -> int:
    """Match every waiting line of a file by its exact amount; may run as often as it likes. Give how many paid."""
    waiting = sa.select(StatementLine.id).where(
        StatementLine.import_id == import_id, StatementLine.state == LineState.WAITING
    )
    found = list(db.session.scalars(waiting.order_by(StatementLine.id)))
    db.session.rollback()
    return sum(lines.match(line_id) for line_id in found)


@jobs.periodic(every=60)
def tend() -> int:
    """Do what time brings: ended waits, refunds that people send, codes that have rested, files nobody took in."""
    count = lines.sweep() + returns.owe_refunds()
    with transaction() as session:
        return count + waits.free_codes(session) + forget_old(session)
