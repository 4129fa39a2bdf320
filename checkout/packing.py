"""What a box or crate adds to a parcel, by family of crafts, as each council has settled it. Called by quotes and desk.

The weight that a workshop enters is that of the packed piece; a rule is for what the courier asks on top, such as a
crate for ceramics (domain.md 5.3). Without a rule nothing is added.
"""

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.models import Council
from catalog.taxonomy import FAMILIES
from checkout.models import PackingRule
from checkout.pricing import Packing
from checkout.rates import NATIONAL
from shop import audit, settled
from shop.audit import Actor
from shop.errors import Invalid

MAX_GRAMS = 100_000
MAX_PERCENT = 300


class BadBox(Invalid):
    """A rule that cannot be true."""

    message = "A box adds 0 to 100,000 grams and 0 to 300 percent."


_RULES = (
    sa.select(
        PackingRule.council_id, Council.code, PackingRule.family, PackingRule.grams, PackingRule.percent
    )
    .join(Council, Council.id == PackingRule.council_id)
    .where(
        sa.or_(
            PackingRule.council_id.in_(sa.bindparam("council_ids", expanding=True)), Council.code == NATIONAL
        )
    )
)


def rules_of(session: Session, council_ids: Collection[int]) -> dict[int, dict[str, Packing]]:
    """Give the rules that hold for each council, by family: its own over the national council's."""
    rows: Any = settled.read(session, _RULES, {"council_ids": council_ids})
    national = {
        family: Packing(grams, percent) for _id, code, family, grams, percent in rows if code == NATIONAL
    }
    found = {council_id: dict(national) for council_id in council_ids}
    for council_id, _code, family, grams, percent in rows:
        if council_id in found:
            found[council_id][family] = Packing(grams, percent)
    return found


def own(session: Session, council_id: int) -> dict[str, Packing]:
    """Give the rules that a council has settled itself."""
    rows = session.scalars(sa.select(PackingRule).where(PackingRule.council_id == council_id))
    return {row.family: Packing(row.grams, row.percent) for row in rows}


def settle(session: Session, actor: Actor, council: Council, rules: Mapping[str, Packing]) -> bool:
    """Put these rules in place of a council's own; say whether they differ. :raise BadBox:"""
    for family, rule in rules.items():
        known = not family or family in FAMILIES
        if not (known and 0 <= rule.grams <= MAX_GRAMS and 0 <= rule.percent <= MAX_PERCENT):
            raise BadBox
    # Two officers at once: the second one replaces what the first one wrote.
    session.execute(sa.select(Council.id).where(Council.id == council.id).with_for_update())
    before = own(session, council.id)
    if before == dict(rules):
        return False
    session.execute(sa.delete(PackingRule).where(PackingRule.council_id == council.id))
    session.add_all(
        PackingRule(council_id=council.id, family=family, grams=rule.grams, percent=rule.percent)
        for family, rule in rules.items()
    )
    session.flush()
    audit.record(
        session, actor, "packing.settled", council,
        before={"boxes": _plain(before)}, after={"boxes": _plain(rules)}, scope=council.code,
    )  # fmt: skip
    return True


def _plain(rules: Mapping[str, Packing]) -> str:
    return ", ".join(
        f"{family or '*'} {rule.grams} g {rule.percent} %" for family, rule in sorted(rules.items())
    )
