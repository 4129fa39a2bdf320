"""`flask verify`: every promise of the shop recomputed from its rows, read-only, while the shop is live.

Each check names a promise and gives the rows that break it. `run` is called by the command and by tests.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.verify import (
    books,
    claims,
    coaching,
    gateways,
    heritage,
    invoices,
    members,
    orders,
    panels,
    parcels,
    payouts,
    postage,
    publication,
    rounds,
    shares,
    stock,
    transfers,
    vouchers,
)

Check = Callable[[Session], Iterator[str]]

CHECKS: dict[str, Check] = {
    "S1 stock is the sum of its movements": stock.sums_of_movements,
    "S1 set aside is what pending orders hold": stock.held_reservations,
    "S2 a one-of-a-kind piece is sold once": stock.unique_pieces,
    "S4 every reservation ends with its order": stock.ended_reservations,
    "O1 one payment that counts per order": orders.single_payment,
    "O3 the amount captured is the order's total": orders.captured_amounts,
    "O4 every captured payment is a paid order or a refund": orders.captured_ends,
    "O5 states agree between order and parcels": orders.parcels_follow,
    "O6 refunds stay within the capture": orders.refunds_within,
    "O7 vouchers are used within their limits": vouchers.counted,
    "O7 a voucher comes back when its order dies": vouchers.given_back,
    "O7 a discount is what the voucher took off": vouchers.worth_what_they_took,
    "O9 lines add up to the order": orders.lines_add_up,
    "O9 every parcel's fee adds up": postage.fees_add_up,
    "L1 transfers keep to one currency": books.one_currency,
    "L2 each gateway holds what was paid less what left it": gateways.balance,
    "L2 what open disputes have taken stands apart": gateways.disputes_open,
    "O6 no money is both refunded and lost to a bank": gateways.disputes_counted,
    "L5 every line of a gateway's account fits or is explained": gateways.lines_named,
    "L2 every order's postings add up": books.order_split,
    "L1 the books add up and hold nobody's money below zero": shares.adds_up,
    "L2 what is held stands in its lines": shares.held_is_in_the_lines,
    "L2 the split of an order is its payment": shares.split_is_the_payment,
    "L2 the shares of an order are in the books": shares.shares_are_posted,
    "L2 what was credited is what credits say": shares.credits_are_counted,
    "L2 what a credit took is in the books": shares.credits_are_posted,
    "L2 commission is the share of its frozen rate": shares.commission_is_its_rate,
    "L2 who bears a discount has an account": shares.sponsors_are_accounts,
    "L3 the books are append-only": books.triggers_stand,
    "I1 invoice numbers have no gap": invoices.numbers_without_gaps,
    "I2 invoices are the sums of their order": invoices.sums_of_orders,
    "I3 what went back stands on credit notes": invoices.sums_of_credits,
    "I4 an invoice is the sum of its lines": invoices.sums_of_lines,
    "I5 the tax collected is in its account": invoices.collected_tax,
    "I6 tax paid on is what its month owes": invoices.remitted_tax,
    "L4 a payout pays what its earnings make": payouts.amounts_are_their_earnings,
    "L4 an earning is in one payout": payouts.an_earning_once,
    "L4 paid out is within what was earned": payouts.within_what_was_earned,
    "L4 a payout takes two people and a ripe account": payouts.by_two_people,
    "L4 payouts are in the books": payouts.are_in_the_books,
    "P1 what is live was approved": publication.live_is_approved,
    "P1 public photographs belong to live listings": publication.public_pictures,
    "P1 public files belong to public photographs": publication.public_files,
    "P2 lists show what is live, where it belongs": publication.wall_is_live,
    "P5 order lines show a listing of their product": publication.lines_show_listings,
    "P1 photographs of samples and tasks stay private": coaching.private_pictures,
    "C3 every task has help, an owner and a day": coaching.owned_tasks,
    "C3 done tasks were checked from outside the workshop": coaching.checked_tasks,
    "C4 one sample holds for a listing, measured by its council": coaching.whole_samples,
    "A1 every task has its audit entries": coaching.audited_tasks,
    "A1 every decision has its audit entry": publication.audited_decisions,
    "K1 money of a claim goes back once": claims.money_once,
    "K2 an open claim holds its parcel": claims.parcels_held,
    "K3 an appeal goes to another officer": claims.free_officers,
    "K4 a claim is where its history leads": claims.history_leads_there,
    "K5 photographs of claims are kept apart": claims.private_photographs,
    "K6 no claim outwaits its time": claims.in_time,
    "K7 who accepted a decision did not appeal": claims.acceptances_hold,
    "C1 a verdict rests on enough judges who were free": panels.enough_judges,
    "C2 sheets are handed in complete": panels.complete_sheets,
    "C2 an appeal is judged by another panel": panels.other_panel,
    "C5 what is on sale is a member's": members.what_sells_is_a_members,
    "C5 a membership covers what is on sale": members.what_sells_is_covered,
    "C5 membership numbers have no gap": members.numbers_without_gap,
    "C5 a membership is what its history says": members.history_leads_there,
    "C6 a review is decided once a piece": members.reviews_decided_once,
    "C2 a round has as many places taken as workshops hold": rounds.places_taken,
    "C2 a round ends with everything decided and in its minutes": rounds.ended_whole,
    "A1 every step of a round has its audit entry": rounds.audited_steps,
    "C7 claims on sale are at home or signed": heritage.claims_are_signed,
    "C7 certificates shown are checked": heritage.certificates_are_checked,
    "C8 small edits changed only what is staged": heritage.fast_edits_are_staged,
    "T1 one amount waits for one order": transfers.one_amount_one_order,
    "T2 a transfer is paid on evidence of our own statement": transfers.paid_on_evidence,
    "T3 every line of our statements ends once": transfers.lines_end_once,
    "T4 money leaves by two persons": transfers.two_persons,
    "T5 accounts of buyers are sealed": transfers.sealed_accounts,
    "T6 every line that left is what was to leave": transfers.left_as_meant,
    "O5 parcels on their way say when they left and arrived": parcels.on_their_way,
    "M1 every letter is sent or promised": parcels.letters_sent_or_promised,
    "D2 no promised work is stuck": publication.no_stuck_jobs,
}
MOST = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found: the promise, how many rows break it, and the first of them in words."""

    promise: str
    broken: int
    examples: list[str]


def run(session: Session) -> list[Finding]:
    """Run every check on one state of the database; give those that found something."""
    if session.get_bind().dialect.name == "postgresql":
        session.rollback()  # one snapshot for all checks, chosen before the first statement
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        session.execute(sa.text("SET LOCAL statement_timeout = 0"))
    findings = []
    for promise, check in CHECKS.items():
        broken = list(check(session))
        if broken:
            findings.append(Finding(promise, len(broken), broken[:MOST]))
    return findings


def report(findings: list[Finding]) -> dict[str, object]:
    """Give the findings as JSON values."""
    return {
        "ok": not findings,
        "promises": list(CHECKS),
        "findings": [asdict(finding) for finding in findings],
    }
