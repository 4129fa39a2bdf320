"""`flask verify` over bank transfers: clean when everything has happened once, and each broken promise is named."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin import verify
from shop.db import db
from tests import make_transfers
from tests.checkout.conftest import bank

__all__ = ["bank"]
BREAKS = {
    "T1 one amount waits for one order": (
        "UPDATE transfer_waits SET total = total + 1, amount = amount + 1",
        "is not what payment",
    ),
    "T2 a transfer is paid on evidence of our own statement": (
        "UPDATE statement_lines SET amount = amount + 1 WHERE state = 'paid'",
        "its lines say",
    ),
    "T3 every line of our statements ends once": (
        "UPDATE statement_lines SET state = 'outgoing' WHERE state = 'waiting'",
        "lines that wait are 0, the books say 77000",
    ),
    "T4 money leaves by two persons": (
        "UPDATE return_batches SET state = 'prepared'",
        "left without a second person",
    ),
    "T5 accounts of buyers are sealed": (
        "UPDATE transfer_returns SET sealed_number = 's1.AAAA' WHERE sealed_number IS NOT NULL",
        "cannot be opened",
    ),
    "T6 every line that left is what was to leave": (
        "UPDATE transfer_returns SET amount = amount + 1 WHERE state = 'sent'",
        "which say otherwise",
    ),
}


@pytest.mark.usefixtures("bank")
def test_each_broken_promise_of_transfers_is_named_with_its_row(session: Session) -> None:
    make_transfers.everything()
    db.session.rollback()
    assert verify.run(session) == []

    for promise, (statement, words) in BREAKS.items():
        session.rollback()
        session.execute(sa.text(statement))  # seen by the check in this transaction, kept by nobody
        found = list(verify.CHECKS[promise](session))
        assert any(words in example for example in found), (promise, found)
    session.rollback()
