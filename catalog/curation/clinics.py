"""Clinics: a day on which a council helps several workshops with the same thing. Tasks are taken to them.

Called by the desk. Who comes is noted by the council; a clinic that is called off lets its tasks go.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog import councils
from catalog.curation import coaching, kinds, mentoring
from catalog.models import (
    Clinic,
    ClinicGuest,
    CoachingTask,
    Council,
    Listing,
    Product,
    TaskState,
    Workshop,
)
from shop import audit, inputs
from shop.audit import Actor
from shop.db import insert, now
from shop.errors import Conflict, Invalid, NotFound
from shop.models import User


class NoSuchClinic(NotFound):
    """There is no such clinic, or not for this person."""


class ClinicRefused(Invalid):
    """A clinic has a name, a place, a kind of help, a coach of the council, and a day that is no dream."""

    message = "Please give the clinic a name, a place, a kind of help, and a day within a year."


class CalledOff(Conflict):
    """A clinic that was called off takes nothing any more."""

    message = "This clinic was called off."


@dataclass(frozen=True, slots=True)
class Terms:
    """What a council says about a clinic."""

    name: str
    help_kind: str
    held_on: date
    place: str
    starts_at: str = ""
    note: str = ""
    coach_id: int | None = None


# --- finding -------------------------------------------------------------------------------------------------


def for_staff(session: Session, person: User, clinic_id: int) -> Clinic:
    """Give a clinic of a staff member's councils. :raise NoSuchClinic: for others."""
    clinic = session.scalar(
        sa.select(Clinic)
        .where(Clinic.id == clinic_id, Clinic.council_id.in_(councils.ids_of(session, person)))
        .options(joinedload(Clinic.council), joinedload(Clinic.coach))
    )
    if clinic is None:
        raise NoSuchClinic
    return clinic


def to_come(session: Session, council_id: int) -> list[Clinic]:
    """Give the clinics to which tasks of a council can be taken: its own and its province's, from today on."""
    code = session.get_one(Council, council_id).code
    query = (
        sa.select(Clinic)
        .join(Council, Council.id == Clinic.council_id)
        .where(
            Council.code.in_({code, code[:2], councils.NATIONAL}),
            Clinic.called_off_at.is_(None),
            Clinic.held_on >= coaching.today(),
        )
        .order_by(Clinic.held_on, Clinic.id)
    )
    return list(session.scalars(query))


def page(
    session: Session, council_ids: Collection[int], number: int, size: int
) -> tuple[list[tuple[Clinic, int, int]], int]:
    """Give one page of clinics, the latest day first, each with guests and who came; and how many there are."""
    guests = sa.select(sa.func.count()).where(ClinicGuest.clinic_id == Clinic.id).correlate(Clinic)
    mine = sa.select(
        Clinic, guests.scalar_subquery(), guests.where(ClinicGuest.came.is_(True)).scalar_subquery()
    ).where(Clinic.council_id.in_(council_ids))
    total = session.scalar(sa.select(sa.func.count()).select_from(mine.subquery())) or 0
    ordered = mine.order_by(Clinic.held_on.desc(), Clinic.id.desc()).options(joinedload(Clinic.council))
    rows = session.execute(ordered.offset((number - 1) * size).limit(size))
    return [(clinic, invited, came) for clinic, invited, came in rows], total


def guests(session: Session, clinic_id: int) -> list[tuple[ClinicGuest, Workshop, list[CoachingTask]]]:
    """Give the workshops that are invited, by name, each with the tasks that it brings."""
    tasks: dict[int, list[CoachingTask]] = {}
    query = (
        sa.select(CoachingTask, Product.workshop_id)
        .join(Listing, Listing.id == CoachingTask.listing_id)
        .join(Product, Product.id == Listing.product_id)
        .where(CoachingTask.clinic_id == clinic_id)
        .order_by(CoachingTask.id)
    )
    for task, workshop_id in session.execute(query):
        tasks.setdefault(workshop_id, []).append(task)
    rows = session.execute(
        sa.select(ClinicGuest, Workshop)
        .join(Workshop, Workshop.id == ClinicGuest.workshop_id)
        .where(ClinicGuest.clinic_id == clinic_id)
        .order_by(Workshop.name, Workshop.id)
    )
    return [(guest, workshop, tasks.get(workshop.id, [])) for guest, workshop in rows]


# --- planning ------------------------------------------------------------------------------------------------


def _checked(session: Session, council: Council, terms: Terms) -> dict[str, Any]:
    values = asdict(terms)
    limits = {"name": 120, "place": 200, "starts_at": 20, "note": coaching.LONGEST}
    try:
        for name, most in limits.items():
            values[name] = inputs.text(values[name], most=most, lines=name == "note")
    except inputs.Unreadable as error:
        raise ClinicRefused(error.message, **error.params) from error
    known = {None, *(person.id for person in mentoring.coaches(session, council))}
    far = abs((terms.held_on - coaching.today()).days) > mentoring.LONGEST_WAIT.days
    if not (values["name"] and values["place"] and kinds.is_kind(terms.help_kind)) or far:
        raise ClinicRefused
    if terms.coach_id not in known:
        raise ClinicRefused
    return values


def plan(session: Session, actor: Actor, person: User, council: Council, terms: Terms) -> Clinic:
    """Plan a clinic. :raise ClinicRefused: :raise NoSuchClinic: for a council that is not the person's."""
    if council.id not in councils.ids_of(session, person):
        raise NoSuchClinic
    values = _checked(session, council, terms)
    clinic = Clinic(council_id=council.id, created_by_id=person.id, created_at=now(), **values)
    session.add(clinic)
    audit.record(session, actor, "clinic.planned", clinic, after=_told(values), scope=council.code)
    return clinic


def change(session: Session, actor: Actor, person: User, clinic_id: int, terms: Terms) -> Clinic:
    """Change what is said about a clinic. :raise ClinicRefused: NoSuchClinic: CalledOff:"""
    clinic = for_staff(session, person, clinic_id)
    _not_called_off(clinic)
    values = _checked(session, clinic.council, terms)
    before = {name: getattr(clinic, name) for name in values}
    for name, value in values.items():
        setattr(clinic, name, value)
    if before != values:
        audit.record(
            session, actor, "clinic.changed", clinic,
            before=_told(before), after=_told(values), scope=clinic.council.code,
        )  # fmt: skip
    return clinic


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: values[name] for name in ("name", "place", "starts_at", "note")}
    return told | {"held_on": str(values["held_on"]), "help": values["help_kind"]}


def _not_called_off(clinic: Clinic) -> None:
    if clinic.called_off_at is not None:
        raise CalledOff


def call_off(session: Session, actor: Actor, person: User, clinic_id: int) -> None:
    """Call a clinic off; its tasks go on without it. :raise NoSuchClinic: CalledOff:"""
    clinic = for_staff(session, person, clinic_id)
    off = session.execute(
        sa.update(Clinic)
        .where(Clinic.id == clinic.id, Clinic.called_off_at.is_(None))
        .values(called_off_at=now())
        .returning(Clinic.id)
    ).scalar()
    if off is None:
        raise CalledOff
    audit.record(session, actor, "clinic.called_off", clinic, scope=clinic.council.code)
    open_ones = sa.select(CoachingTask).where(
        CoachingTask.clinic_id == clinic.id, CoachingTask.state != TaskState.DONE
    )
    for task in session.scalars(open_ones).all():
        _let_go(session, actor, task, clinic)


def _let_go(session: Session, actor: Actor, task: CoachingTask, clinic: Clinic) -> None:
    task.clinic_id = None
    audit.record(
        session, actor, "task.uninvited", task, before={"words": clinic.name},
        after={"words": clinic.name}, scope=coaching.scope_of(session, task),
    )  # fmt: skip


# --- tasks and guests ------------------------------------------------------------------------------------------


def take(session: Session, actor: Actor, person: User, task_id: int, clinic_id: int | None) -> None:
    """Take a task to a clinic, which invites its workshop, or to none; where it is already, nothing happens.

    :raise NoSuchClinic: when tasks of its council cannot go there. :raise catalog.curation.coaching.NoSuchTask:
    """
    case = mentoring.for_coach(session, person, task_id)
    task = case.task
    if task.clinic_id == clinic_id or task.state is TaskState.DONE:
        return
    if task.clinic_id is not None:
        _let_go(session, actor, task, session.get_one(Clinic, task.clinic_id))
    if clinic_id is None:
        return
    clinic = next((one for one in to_come(session, case.council.id) if one.id == clinic_id), None)
    if clinic is None:
        raise NoSuchClinic
    task.clinic_id = clinic.id
    audit.record(
        session, actor, "task.invited", task,
        after={"words": f"{clinic.name}, {clinic.place}"}, scope=case.council.code,
    )  # fmt: skip
    session.execute(
        insert(session, ClinicGuest)
        .values(clinic_id=clinic.id, workshop_id=case.workshop.id, created_at=now())
        .on_conflict_do_nothing()
    )


def note_guests(
    session: Session, actor: Actor, person: User, clinic_id: int, came: Mapping[int, bool | None]
) -> None:
    """Note which workshops came, by workshop id. :raise NoSuchClinic: CalledOff:"""
    clinic = for_staff(session, person, clinic_id)
    _not_called_off(clinic)
    changed = {}
    for guest, workshop, _tasks in guests(session, clinic.id):
        if workshop.id in came and guest.came is not came[workshop.id]:
            guest.came = came[workshop.id]
            changed[workshop.name] = guest.came
    session.flush()
    if changed:
        told = ", ".join(name for name, there in changed.items() if there)
        audit.record(
            session, actor, "clinic.attended", clinic,
            after={"words": told, "guests": changed}, scope=clinic.council.code,
        )  # fmt: skip
