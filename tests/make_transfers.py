"""Bank transfers for tests: an account, orders that wait, statements that bring money. Each one is committed."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from catalog.models import Product
from checkout import placing
from checkout.bank_details import Details
from checkout.buyers import Buyer
from checkout.models import (
    Cart,
    LineState,
    Order,
    Payment,
    ReceivingAccount,
    StatementLine,
    TransferProof,
    TransferReturn,
    TransferWait,
)
from checkout.transfers import accounts, bank_files, imports, lines, outgoing, proofs, proposals, returns
from shop import i18n
from shop.audit import Actor
from shop.db import db, now
from shop.models import Role, User
from tests import make, make_catalog, make_checkout
from tests.make import ACTOR, writing

SARI = Details("014", "1234567890", "SARI PUSPITA")


def finance(name: str = "Wayan Sudana") -> User:
    """Make a person of the national finance desk."""
    return make.staff(Role.FINANCE, "nasional", name=name)


def actor(person: User | None = None) -> Actor:
    """Act as a person of finance."""
    return Actor.of(person or finance())


def account(number: str = "8382556789", bank_code: str = "014") -> ReceivingAccount:
    """Open an account that one person has proposed and another approved."""
    first, second = actor(), actor(finance("Dewi Lestari"))
    with writing() as session:
        opened = accounts.propose(session, first, bank_code, number, "Kriya Nusantara")
        accounts.approve(session, second, opened)
    return opened


def order(
    to: ReceivingAccount | None = None, *, who: Buyer | None = None, piece: Product | None = None
) -> Order:
    """Place an order for one piece that is to be paid by transfer."""
    account_id = (to or account()).id
    basket = make_checkout.cart((piece or make_catalog.piece(), 1))
    with writing() as session:
        return placing.place(
            session,
            ACTOR,
            form_key=placing.new_form_key(),
            cart=session.get(Cart, basket.id),
            buyer=who or make_checkout.buyer(),
            transfer_to=account_id,
        )


def statement(*rows: tuple[int, str], days_ago: int = 0) -> bytes:
    """Write a plain statement: amounts (below zero: money that left) and words."""
    day = (now() - timedelta(days=days_ago)).astimezone(i18n.WIB).date()
    lines = [f"{day:%Y-%m-%d},{amount},{words}" for amount, words in rows]
    return "\n".join(["tanggal,jumlah,keterangan", *lines, ""]).encode()


def arrive(to: int, *rows: tuple[int, str], data: bytes | None = None) -> list[StatementLine]:
    """Take a statement of an account in and match it; give its lines in the order of their amounts."""
    who = actor()
    with writing() as session:
        kept = imports.look(session, who, accounts.one(session, to), data or statement(*rows), "mutasi.csv")
        import_id = kept.id
        imports.take_in(session, who, kept)
    imports.match_all(import_id)
    db.session.rollback()
    mine = sa.select(StatementLine).where(StatementLine.import_id == import_id)
    return list(db.session.scalars(mine.order_by(StatementLine.amount, StatementLine.id)))


def wait_of(found: Order) -> TransferWait:
    """Give the transfer an order waits for, as it is now."""
    order_id = found.id
    db.session.rollback()
    return db.session.scalars(sa.select(TransferWait).where(TransferWait.order_id == order_id)).one()


def returns_of(found: Order) -> list[TransferReturn]:
    """Give what goes back for an order."""
    order_id = found.id
    db.session.rollback()
    mine = sa.select(TransferReturn).where(TransferReturn.order_id == order_id)
    return list(db.session.scalars(mine.order_by(TransferReturn.id)))


def open_money() -> int:
    """Add up the lines of which nobody knows yet whose they are."""
    db.session.rollback()
    kept = StatementLine.state.in_((LineState.WAITING, LineState.PART))
    return int(
        db.session.scalar(sa.select(sa.func.coalesce(sa.func.sum(StatementLine.amount), 0)).where(kept)) or 0
    )


def payment(found: Order) -> Payment:
    """Give the payment of an order as it is now."""
    return make_checkout.payment_of(found.id)


def proof(found: Order) -> TransferProof:
    """Let the buyer of an order send a picture of a transfer."""
    key = proofs.keep_picture(make_catalog.photograph())
    with writing() as session:
        told = proofs.Told(found.total, today(), "Sari Puspita")
        return proofs.lodge(session, ACTOR, session.get_one(Order, found.id), key, told)


def everything() -> Order:
    """Let a transfer pay an order, a second one for it go back by a file, and a third wait for somebody to decide."""
    found = order()
    wait = wait_of(found)
    amount, account_id = wait.amount, wait.account_id
    arrive(account_id, (amount, "1"))
    [second] = arrive(account_id, (amount, "2"))
    arrive(account_id, (77_000, "3"))
    first, other = actor(), actor()
    with writing() as session:
        buyers = session.get_one(Order, found.id)
        lines.send_back(session, first, lines.one(session, second.id), buyers, "Ganda.")
        returns.give_account(session, ACTOR, buyers, SARI)
        [owed] = returns.of_order(session, buyers.id)
        batch = returns.prepare(session, first, accounts.one(session, account_id), [owed.id])
        returns.approve(session, other, batch)
        returns.mark_sent(session, other, owed)
    arrive(account_id, data=statement((-amount, f"KRIYA {found.number} {owed.id}")))
    outgoing.confirm_certain(actor())
    return found


def send_back(line_id: int, order: Order) -> None:
    """Let finance promise a line back to the buyer of an order."""
    with writing() as session:
        buyers = session.get_one(Order, order.id)
        lines.send_back(session, actor(), lines.one(session, line_id), buyers, "Ganda.")


def today() -> date:
    """Give the present day in western Indonesia."""
    return now().astimezone(i18n.WIB).date()


def send(owed: TransferReturn) -> None:
    """Let the buyer name an account, one person prepare and another let go, and the bank carry it out."""
    first, second, return_id = actor(), actor(), owed.id
    with writing() as session:
        mine = returns.one(session, return_id)
        if mine.order_id is not None:
            returns.give_account(session, ACTOR, session.get_one(Order, mine.order_id), SARI)
        else:
            returns.name_account(session, ACTOR, mine, SARI)
        batch = returns.prepare(session, first, accounts.every(session)[0], [return_id])
        with pytest.raises(proposals.SamePerson):
            returns.approve(session, first, batch)
        with pytest.raises(bank_files.NotApproved):
            bank_files.rows(session, first, batch, "014")
        with pytest.raises(proposals.AlreadyDecided):
            returns.mark_sent(session, first, mine)
        returns.approve(session, second, batch)
        [row] = bank_files.rows(session, second, batch, "014")
        assert row[2:5] == ("1234567890", "SARI PUSPITA", mine.amount)
        returns.mark_sent(session, second, mine)
