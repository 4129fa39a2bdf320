"""The daily letter of finance: what money waits for a person, once a day, and nothing when nothing waits."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.desk import finance_letter
from checkout import credits
from checkout.gateway import RefundStatus
from checkout.models import Order
from shop.db import db, transaction
from shop.i18n import WIB
from shop.models import Mail, Role
from tests import make, make_checkout
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR
from tests.pages import Mailbox

AT_SIX = datetime.combine(datetime(2026, 11, 24, tzinfo=UTC).date(), time(finance_letter.FIRST_HOUR), WIB)


def _letters() -> list[Mail]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Mail).where(Mail.template == "finance")))


def test_finance_hears_in_the_morning_of_a_refund_that_could_not_be_sent(
    session: Session, bank: FakeGateway, mailbox: Mailbox, run_jobs: Callable[[], int]
) -> None:
    finance = make.staff(Role.FINANCE, "nasional").email
    make.staff(Role.CURATOR, "17")
    assert finance_letter.write_due(AT_SIX) == 0  # nothing waits

    order_id = make_checkout.paid().id
    bank.refund_status = RefundStatus.FAILED
    with transaction() as writing:
        credits.give_all(writing, ACTOR, writing.get_one(Order, order_id), "Salah harga")
    run_jobs()

    assert finance_letter.write_due(AT_SIX - timedelta(hours=2)) == 0
    assert finance_letter.write_due(AT_SIX) == 1
    assert finance_letter.write_due(AT_SIX) == 0
    letter = mailbox.latest(finance)
    assert "1 pengembalian dana gagal dikirim" in (letter.text or "")
    assert [one.to for one in _letters()] == [finance]
    assert finance_letter.write_due(AT_SIX + timedelta(days=1)) == 1  # it still waits
