"""Proposing payouts for everybody who may have one: every week by the worker, at any time by a person.

Each payee has a transaction of its own, so that one who cannot be paid holds nobody up; two runs at once give one payout.
"""

import logging
from collections.abc import Collection

from checkout import ledger, payees, payout_holds, payouts
from checkout.payees import Payee
from shop import config, jobs
from shop.audit import Actor
from shop.db import db, transaction
from shop.models import User

log = logging.getLogger(__name__)

WEEK = 7 * 86_400
RULES = (payout_holds,)
"""Importing it registers what holds payouts."""


def prepare_all(actor: Actor, council_ids: Collection[int] | None = None) -> int:
    """Propose a payout for each workshop and council (of these councils) that may have one; give how many."""
    count = 0
    for payee in _candidates(council_ids):
        try:
            with transaction() as session:
                payouts.propose(session, actor, payee)
                count += 1
        except (payouts.NothingToPay, payouts.Moved):  # held, too little, or another run was first
            continue
    return count


def _candidates(council_ids: Collection[int] | None) -> list[Payee]:
    """Give the payees whose account holds enough for a payout, in one order."""
    balances = ledger.trial_balance(db.session())
    least = config.current().payout_min
    found = [payees.by_account(code) for code in sorted(balances) if balances[code] >= least]
    chosen = [payee for payee in found if payee is not None]
    if council_ids is not None:
        chosen = [one for one in chosen if payees.named(db.session(), one).council.id in council_ids]
    db.session.rollback()
    return chosen


@jobs.job(own_transactions=True)
def prepare_for(user_id: int, council_ids: list[int] | None) -> None:
    """Propose payouts as one person has asked for: they are the one who proposes."""
    person = db.session.get_one(User, user_id)
    actor = Actor.of(person)
    db.session.rollback()
    log.info("payouts proposed", extra={"payouts": prepare_all(actor, council_ids)})


@jobs.periodic(every=WEEK)
def prepare_weekly() -> None:
    """Propose what a week has earned."""
    prepare_all(Actor.system("worker"))
