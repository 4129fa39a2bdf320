"""Bars: what a council settles for its memberships and its periodic reviews, with what holds where it settled nothing.

Read by `catalog.curation.memberships` and `admin.periodic`; edited at the desk by a council's administrators. Terms of
a membership and months between reviews stand in the rubric's procedure (`catalog.curation.rubric.Procedure`).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.models import Council, CouncilRules
from shop import audit
from shop.audit import Actor
from shop.db import insert, now
from shop.errors import Conflict, Invalid
from shop.models import User


class EditedElsewhere(Conflict):
    """Somebody else has changed the rules since this page was shown."""

    message = "These rules were changed in another window. Please look at them again before you save."


class OutOfRange(Invalid):
    """A value is not possible."""

    message = "Please enter a whole number that is possible here."


@dataclass(frozen=True, slots=True)
class Bars:
    """The figures that a council may settle, all of them our own proposal. Percentages are whole."""

    grace_days: int = 30
    """Days after the end of a term in which the membership goes on while it is renewed."""
    young_days: int = 60
    """A piece that has been on sale for less is kept without a look at its figures."""
    slow_days: int = 120
    """From this stock age on, a piece that hardly sells is proposed to be rotated."""
    slow_percent: int = 10
    """A sell-through under this is hardly selling."""
    stale_days: int = 365
    """From this stock age on, a piece without a sale in the period is proposed to be retired."""
    unlike_percent: int = 5
    """From this share of pieces that were not as shown on, a piece is proposed for coaching."""
    unlike_retire_percent: int = 20
    """From this share on it is proposed to be retired."""
    returned_percent: int = 10
    """From this share of pieces that came back on, a piece is proposed for coaching."""
    late_percent: int = 25
    """From this share of parcels that left late on, a piece is proposed for coaching."""
    fewest: int = 2
    """Cases below this number are chance, whatever their share."""
    notice_days: int = 30
    """Days between the decision to retire a piece and its leaving the shop."""
    rotate_days: int = 60
    """Days in which a rotated piece should be shown anew or rest."""


RANGES: dict[str, tuple[int, int]] = {
    "grace_days": (0, 180),
    "young_days": (0, 365),
    "slow_days": (14, 1_000),
    "slow_percent": (0, 100),
    "stale_days": (30, 3_000),
    "unlike_percent": (1, 100),
    "unlike_retire_percent": (1, 100),
    "returned_percent": (1, 100),
    "late_percent": (1, 100),
    "fewest": (1, 50),
    "notice_days": (7, 180),
    "rotate_days": (7, 365),
}
"""What each may be."""
NAMES = tuple(field.name for field in fields(Bars))


def read(content: Mapping[str, object]) -> Bars:
    """Turn what was kept into bars; names that are not known any more are left out."""
    return Bars(**{name: int(str(value)) for name, value in content.items() if name in NAMES})


def of_council(session: Session, council_id: int) -> Bars:
    """Give what holds for a council."""
    content = session.scalar(sa.select(CouncilRules.content).where(CouncilRules.council_id == council_id))
    return read(content or {})


def edits(session: Session, council_id: int) -> int:
    """Give how often a council has saved its rules."""
    return session.scalar(sa.select(CouncilRules.edits).where(CouncilRules.council_id == council_id)) or 0


def settle(
    session: Session, actor: Actor, person: User, council: Council, wanted: Bars, *, seen: int
) -> None:
    """Keep a council's rules; reviews that are prepared already keep theirs.

    :raise OutOfRange: :raise EditedElsewhere: when they are not as they were seen.
    """
    values = asdict(wanted)
    if any(not low <= values[name] <= high for name, (low, high) in RANGES.items()):
        raise OutOfRange
    if wanted.unlike_retire_percent < wanted.unlike_percent or wanted.stale_days < wanted.slow_days:
        raise OutOfRange
    before = asdict(of_council(session, council.id))
    if before == values:
        return
    row = {"content": values, "updated_at": now(), "updated_by_id": person.id}
    if seen == 0:
        fresh = insert(session, CouncilRules).values(council_id=council.id, edits=1, **row)
        kept = session.scalar(fresh.on_conflict_do_nothing().returning(CouncilRules.council_id))
    else:
        kept = session.scalar(
            sa.update(CouncilRules)
            .where(CouncilRules.council_id == council.id, CouncilRules.edits == seen)
            .values(edits=CouncilRules.edits + 1, **row)
            .returning(CouncilRules.council_id)
        )
    if kept is None:
        raise EditedElsewhere
    changed = [name for name in NAMES if before[name] != values[name]]
    audit.record(
        session, actor, "council.rules_settled", council,
        before={name: before[name] for name in changed}, after={name: values[name] for name in changed},
        scope=council.code,
    )  # fmt: skip
