"""From whom PPh 22 is collected at a sale, and how much: PMK 37/2025, while the marketplace is designated.

Called by `checkout.placing`, which freezes the amount in each order line, and by the pages that tell a workshop how it
stands. Not collected: while the marketplace is not designated; from a person with a checked statement letter for the
tax year, until the turnover here passes the threshold; with a checked letter of the tax office; for goods with rules of
their own.
"""

import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout.models import CheckState, OrderLine, PaperKind, TaxFacts, TaxKind, TaxPassage, Taxpayer
from checkout.tax import papers, rates
from checkout.tax.rates import Law
from shop.texts import mark


class Why(enum.StrEnum):
    """Why PPh 22 is collected from a workshop or not."""

    NOT_DESIGNATED = "not_designated"
    STATEMENT = "statement"
    SKB = "skb"
    OWN_RULES = "own_rules"
    PASSED = "passed"
    """There is a statement, but the turnover has passed the threshold."""
    COLLECTED = "collected"


WORDS = {
    Why.NOT_DESIGNATED: mark("Not collected: Kriya is not designated to collect it."),
    Why.STATEMENT: mark("Not collected: a statement letter holds for this tax year."),
    Why.SKB: mark("Not collected: a letter of the tax office frees the workshop."),
    Why.OWN_RULES: mark("Not collected: the goods have rules of their own."),
    Why.PASSED: mark("Collected: the turnover of this tax year has passed the threshold."),
    Why.COLLECTED: mark("Collected at every sale: no paper frees the workshop."),
}
"""Reasons as msgids."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How the taxes of a workshop's sales stand on a day."""

    why: Why
    pkp: bool
    """Whether PPN is in its prices."""

    @property
    def collected(self) -> bool:
        """Whether PPh 22 is taken at a sale."""
        return self.why in {Why.PASSED, Why.COLLECTED}


def standings(
    session: Session, workshop_ids: Collection[int], law: Law, moment: datetime
) -> dict[int, Standing]:
    """Give how each workshop stands at a moment, by what has been checked."""
    day = rates.day_of(moment)
    facts = {
        one.workshop_id: one
        for one in session.scalars(
            sa.select(TaxFacts).where(
                TaxFacts.workshop_id.in_(workshop_ids), TaxFacts.state == CheckState.CHECKED
            )
        )
    }
    held = papers.holding(session, workshop_ids, day) if law.collected else {}
    passed = _passed(session, workshop_ids, day.year) if law.collected else set()
    found = {}
    for workshop_id in workshop_ids:
        mine = facts.get(workshop_id)
        person = mine is not None and mine.taxpayer is Taxpayer.PERSON
        why = _why(law, held.get(workshop_id, set()), person, workshop_id in passed)
        found[workshop_id] = Standing(why, pkp=mine is not None and mine.is_pkp(day))
    return found


def _why(law: Law, kinds: set[PaperKind], person: bool, passed: bool) -> Why:
    if not law.collected:
        return Why.NOT_DESIGNATED
    if PaperKind.SKB in kinds:
        return Why.SKB
    if PaperKind.OWN_RULES in kinds:
        return Why.OWN_RULES
    if PaperKind.STATEMENT in kinds and person:
        return Why.PASSED if passed else Why.STATEMENT
    return Why.COLLECTED


def _passed(session: Session, workshop_ids: Collection[int], tax_year: int) -> set[int]:
    return set(
        session.scalars(
            sa.select(TaxPassage.workshop_id).where(
                TaxPassage.workshop_id.in_(workshop_ids),
                TaxPassage.tax_year == tax_year,
                TaxPassage.kind == TaxKind.PPH22_FREE,
            )
        )
    )


def fill(session: Session, lines: Sequence[OrderLine], moment: datetime) -> None:
    """Set what is withheld of each line of an order being placed; lines have their price, discount and commission."""
    law = rates.on(session, rates.day_of(moment))
    if not (law.collected and law.pph22_bp):
        return
    found = standings(session, {line.workshop_id for line in lines}, law, moment)
    for line in lines:
        standing = found[line.workshop_id]
        if standing.collected:
            line.withheld = withheld(line, law, pkp=standing.pkp)


def withheld(line: OrderLine, law: Law, *, pkp: bool) -> int:
    """Give the PPh 22 of a line: a share of its gross price without PPN, in whole rupiah, rounded down.

    The base is gross turnover without PPN (PMK 37/2025), and that is before discounts, also those that the workshop
    bears (PP 55/2022; docs/tax.md says how far this was checked). Never more than what is left for the workshop.
    """
    ppn = law.ppn.inside(price(line)) if pkp and law.ppn else 0
    tax = (line.total - ppn) * law.pph22_bp // 10_000
    left = price(line) - (line.commission or 0)
    return max(0, min(tax, left))


def price(line: OrderLine) -> int:
    """Give what a workshop gets paid for a line, whoever pays it: less only the discount that it bears itself."""
    return line.total - (line.discount or 0) + (line.funded or 0)
