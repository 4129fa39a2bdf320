"""Rounds: a council prepares one, opens it, closes it, holds it and ends it; or calls it off.

Called by the desk. Applications are in `round_entries`, the day itself in `tables`, the panel in `seating`, the
minutes in `minutes`. Every step is one conditional UPDATE of the round's row.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog import councils
from catalog.curation import rubrics, seats
from catalog.models import Council, Craft, Round, RoundCraft, RoundSeat, RoundState
from shop import audit, jobs
from shop.audit import Actor
from shop.db import db, now, transaction
from shop.errors import Conflict, Invalid, NotFound
from shop.models import Role, User
from shop.texts import mark

OFFICERS = (Role.COUNCIL_ADMIN, Role.ADMIN)
"""Who prepares and runs rounds."""
LARGEST = 500
"""Workshops that one round can hold."""
COMING = (RoundState.DRAFT, RoundState.OPEN, RoundState.CLOSED, RoundState.IN_SESSION)
CHANGEABLE = (RoundState.DRAFT, RoundState.OPEN, RoundState.CLOSED)
"""States in which a round's words and days can be changed."""


class NoSuchRound(NotFound):
    """There is no such round, or not for this person."""


class RoundRefused(Invalid):
    """Something about a round cannot be; `field` says what."""

    def __init__(self, message: str, *, field: str, **params: Any) -> None:
        super().__init__(message, **params)
        self.field = field


class EditedElsewhere(Conflict):
    """The round was changed since the page was shown."""

    message = "This round was changed in another window. Please look at it again before you save."


class NotNow(Conflict):
    """The round is not in a state that allows this."""

    message = "The round has moved on in the meantime. Please look at it again."


class NobodySeated(Conflict):
    """A round needs a chair and at least two judges before workshops apply to it."""

    message = "A round needs a chair, and two people on its panel at least. Please seat them first."


class ReasonMissing(Invalid):
    """Calling a round off needs a reason."""

    message = "Please say why; the workshops will read it."


@dataclass(frozen=True, slots=True)
class Plan:
    """What a council says about a round."""

    name_id: str
    first_on: date
    last_on: date
    apply_by: datetime
    capacity: int
    name_en: str = ""
    place: str = ""
    online: bool = False
    words_id: str = ""
    words_en: str = ""
    pieces_each: int = 3
    craft_ids: tuple[int, ...] = ()


DAYS = mark("The last day comes before the first.")
PAST = mark("This day is over.")
LATE = mark("Workshops need to have applied before the round begins.")
NOWHERE = mark("Please say where it is, or that it is online.")
TOO_SMALL = mark("%(taken)s workshops have a place already; the round cannot become smaller than that.")
NO_CRAFT = mark("Please choose crafts from the list.")


def _check(session: Session, plan: Plan, taken: int = 0) -> None:
    """Raise for the first thing about a plan that cannot be."""
    if plan.last_on < plan.first_on:
        raise RoundRefused(DAYS, field="last_on")
    if plan.apply_by <= now():
        raise RoundRefused(PAST, field="apply_by")
    if plan.apply_by.date() > plan.first_on:
        raise RoundRefused(LATE, field="apply_by")
    if not plan.place and not plan.online:
        raise RoundRefused(NOWHERE, field="place")
    if plan.capacity < taken:
        raise RoundRefused(TOO_SMALL, field="capacity", taken=taken)
    known = sa.select(sa.func.count()).select_from(Craft).where(Craft.id.in_(plan.craft_ids))
    if session.scalar(known) != len(set(plan.craft_ids)):
        raise RoundRefused(NO_CRAFT, field="crafts")


# --- finding ---------------------------------------------------------------------------------------------------


def reaches(round_code: str, council_code: str) -> bool:
    """Say whether a council's rounds are for the workshops of another: its own, a province's regencies, all."""
    return round_code in {councils.NATIONAL, council_code} or council_code.startswith(round_code + ".")


def for_officer(session: Session, person: User, round_id: int) -> Round:
    """Give a round to an administrator of its council. :raise NoSuchRound: for others."""
    return _one(session, round_id, Round.council_id.in_(councils.ids_of(session, person, OFFICERS)))


def for_staff(session: Session, person: User, round_id: int) -> Round:
    """Give a round to staff of its council, and to who sits on its panel. :raise NoSuchRound: for others."""
    seated = sa.select(RoundSeat.round_id).where(
        RoundSeat.person_id == person.id, RoundSeat.left_at.is_(None)
    )
    theirs = Round.council_id.in_(councils.ids_of(session, person))
    return _one(session, round_id, sa.or_(theirs, Round.id.in_(seated)))


def _one(session: Session, round_id: int, condition: sa.ColumnElement[bool]) -> Round:
    query = sa.select(Round).where(Round.id == round_id, condition).options(joinedload(Round.council))
    found = session.scalar(query)
    if found is None:
        raise NoSuchRound
    return found


def listed(
    session: Session, person: User, states: Sequence[RoundState], *, size: int, page: int
) -> tuple[list[Round], int]:
    """Give a page of the rounds that a person may see, the next one first, and how many there are."""
    seated = sa.select(RoundSeat.round_id).where(
        RoundSeat.person_id == person.id, RoundSeat.left_at.is_(None)
    )
    mine = sa.or_(Round.council_id.in_(councils.ids_of(session, person)), Round.id.in_(seated))
    condition = sa.and_(mine, Round.state.in_(states))
    total = session.scalar(sa.select(sa.func.count()).select_from(Round).where(condition)) or 0
    order = Round.first_on.asc() if RoundState.OPEN in states else Round.first_on.desc()
    query = (
        sa.select(Round)
        .where(condition)
        .order_by(order, Round.id)
        .limit(size)
        .offset((page - 1) * size)
        .options(joinedload(Round.council))
    )
    return list(session.scalars(query)), total


def _home(session: Session, held: Round) -> Council:
    return session.get_one(Council, held.council_id)


def crafts(session: Session, round_id: int) -> list[Craft]:
    """Give the crafts that a round is for; none means all."""
    query = (
        sa.select(Craft)
        .join(RoundCraft, RoundCraft.craft_id == Craft.id)
        .where(RoundCraft.round_id == round_id)
        .order_by(Craft.name_id)
    )
    return list(session.scalars(query))


def locked(session: Session, round_id: int) -> Round:
    """Give a round as it is now, and let nobody else move its places before this transaction ends."""
    query = (
        sa.select(Round)
        .where(Round.id == round_id)
        .options(joinedload(Round.council))
        .with_for_update(of=Round)
        .execution_options(populate_existing=True)
    )
    found = session.scalar(query)
    if found is None:
        raise NoSuchRound
    return found


# --- preparing -------------------------------------------------------------------------------------------------


def create(
    session: Session, actor: Actor, person: User, council: Council, plan: Plan, copied_from: int | None = None
) -> Round:
    """Begin a round as a draft, which no workshop sees. :raise RoundRefused:"""
    _check(session, plan)
    made = Round(
        **_columns(plan),
        council_id=council.id,
        copied_from_id=copied_from,
        created_by_id=person.id,
        created_at=now(),
    )
    session.add(made)
    session.flush()
    _keep_crafts(session, made.id, plan.craft_ids)
    audit.record(session, actor, "round.drafted", made, after=_told(plan), scope=council.code)
    return made


def _columns(plan: Plan) -> dict[str, Any]:
    return {name: value for name, value in asdict(plan).items() if name != "craft_ids"}


def _told(plan: Plan) -> dict[str, Any]:
    """Give what the audit trail says of a plan."""
    return {
        "name": plan.name_id,
        "first_on": plan.first_on.isoformat(),
        "last_on": plan.last_on.isoformat(),
        "apply_by": plan.apply_by.isoformat(),
        "place": plan.place,
        "capacity": plan.capacity,
    }


def _keep_crafts(session: Session, round_id: int, craft_ids: Sequence[int]) -> None:
    session.execute(sa.delete(RoundCraft).where(RoundCraft.round_id == round_id))
    session.add_all([RoundCraft(round_id=round_id, craft_id=key) for key in sorted(set(craft_ids))])
    session.flush()


def plan_of(session: Session, held: Round) -> Plan:
    """Give what a round says about itself."""
    names = [name for name in Plan.__dataclass_fields__ if name != "craft_ids"]
    craft_ids = tuple(craft.id for craft in crafts(session, held.id))
    return Plan(**{name: getattr(held, name) for name in names}, craft_ids=craft_ids)


def change(session: Session, actor: Actor, held: Round, seen: int, plan: Plan) -> None:
    """Change a round that has not begun; a later deadline opens a closed one again.

    :raise EditedElsewhere: when it is not the one that the page showed. :raise RoundRefused: :raise NotNow:
    """
    fresh = locked(session, held.id)
    _check(session, plan, fresh.taken)
    before = plan_of(session, fresh)
    if before == plan:
        return
    again = fresh.state is RoundState.CLOSED and plan.apply_by > fresh.apply_by
    state = {"state": RoundState.OPEN, "closed_at": None} if again else {}
    changed = session.execute(
        sa.update(Round)
        .where(Round.id == held.id, Round.edits == seen, Round.state.in_(CHANGEABLE))
        .values(**_columns(plan), **state, edits=Round.edits + 1)
        .returning(Round.id)
    ).scalar()
    if changed is None:
        raise EditedElsewhere if fresh.state in CHANGEABLE else NotNow
    _keep_crafts(session, held.id, plan.craft_ids)
    differ = {key: value for key, value in _told(plan).items() if _told(before)[key] != value}
    audit.record(
        session, actor, "round.reopened" if again else "round.changed", held,
        before={key: _told(before)[key] for key in differ}, after=differ, scope=fresh.council.code,
    )  # fmt: skip
    session.refresh(held)


def duplicate(session: Session, actor: Actor, person: User, former: Round, plan: Plan) -> Round:
    """Begin another round like a former one, with the same panel, on other days."""
    made = create(session, actor, person, _home(session, former), plan, copied_from=former.id)
    for seat in seats.of_round(session, former.id):
        session.add(
            RoundSeat(
                round_id=made.id,
                person_id=seat.person_id,
                office=seat.office,
                seated_by_id=person.id,
                seated_at=now(),
            )
        )
    session.flush()
    return made


# --- its steps -------------------------------------------------------------------------------------------------


def move(
    session: Session, actor: Actor, held: Round, origins: Sequence[RoundState], to: RoundState, **values: Any
) -> None:
    """Take a round from one of these states to another, and write it down. :raise NotNow:"""
    moved = session.execute(
        sa.update(Round)
        .where(Round.id == held.id, Round.state.in_(origins))
        .values(state=to, edits=Round.edits + 1, **values)
        .returning(Round.id)
    ).scalar()
    if moved is None:
        raise NotNow
    audit.record(
        session,
        actor,
        STEPS[to],
        held,
        after={"name": held.name_id},
        scope=_home(session, held).code,
    )
    session.refresh(held, ["state", "edits", *values])


STEPS = {
    RoundState.OPEN: "round.opened",
    RoundState.CLOSED: "round.closed",
    RoundState.IN_SESSION: "round.started",
    RoundState.ENDED: "round.ended",
    RoundState.CANCELLED: "round.cancelled",
}
"""How the audit trail calls each step."""


def open_up(session: Session, actor: Actor, held: Round) -> None:
    """Let workshops apply; from here on the rubric of the round stands.

    :raise NobodySeated: NotNow: RoundRefused: when its days are over.
    """
    offices = [seat.office for seat in seats.of_round(session, held.id)]
    if "chair" not in offices or len(offices) < 2:
        raise NobodySeated
    _check(session, plan_of(session, held))
    rubric_id = rubrics.for_council(session, _home(session, held)).id
    move(session, actor, held, [RoundState.DRAFT], RoundState.OPEN, rubric_id=rubric_id, opened_at=now())


def close(session: Session, actor: Actor, held: Round) -> None:
    """Take no more applications."""
    move(session, actor, held, [RoundState.OPEN], RoundState.CLOSED, closed_at=now())


def _due() -> sa.Select[Round]:
    return sa.select(Round).where(Round.state == RoundState.OPEN, Round.apply_by <= now())


def close_due(session: Session, actor: Actor) -> int:
    """Close the rounds whose deadline is over; say how many."""
    due = session.scalars(_due().options(joinedload(Round.council)).with_for_update(of=Round)).all()
    for held in due:
        close(session, actor, held)
    return len(due)


def discard(session: Session, actor: Actor, held: Round) -> None:
    """Give a draft up."""
    move(session, actor, held, [RoundState.DRAFT], RoundState.CANCELLED, cancelled_at=now())


@jobs.periodic(every=60)
def close_those_due() -> None:
    """Close the rounds whose deadline is over, without anybody at a desk."""
    if db.session.scalar(_due().limit(1)) is None:
        return
    with transaction() as session:
        close_due(session, Actor.system("worker"))
