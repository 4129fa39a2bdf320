"""Rounds of curation for tests: prepared, opened, applied to, in session. Each step is committed."""

from datetime import timedelta

import sqlalchemy as sa

from catalog.curation import round_checks, round_entries, rounds, seating, seats, tables
from catalog.curation.rounds import Plan
from catalog.models import Council, EntryState, Listing, Office, Round, RoundEntry, RoundState, Workshop
from shop.db import db, now
from shop.models import Role, User
from tests import make, make_catalog
from tests.make import ACTOR, writing

CHECKED = dict.fromkeys(round_checks.CHECKLIST, True)


def plan(**wishes: object) -> Plan:
    """Give a plan of a round in Bengkulu that begins in twenty days."""
    today = now().date()
    told = {
        "name_id": "Kurasi Bengkulu",
        "name_en": "Curation in Bengkulu",
        "first_on": today + timedelta(days=20),
        "last_on": today + timedelta(days=21),
        "apply_by": now() + timedelta(days=10),
        "place": "Balai Semarak, Bengkulu",
        "capacity": 8,
    }
    return Plan(**told | wishes)  # type: ignore[arg-type]


def officer(council: str = "17") -> User:
    """Make an administrator of a council."""
    return make.staff(Role.COUNCIL_ADMIN, council, name="Pengurus Bengkulu")


def draft(chief: User | None = None, *, council: str = "17", judges: int = 2, **wishes: object) -> Round:
    """Make a draft with a chair and judges who are curators of the council."""
    chief = chief or officer(council)
    people = [make_catalog.curator(council, f"Juri {number + 1}") for number in range(judges)]
    with writing() as session:
        home = session.scalars(sa.select(Council).where(Council.code == council)).one()
        held = rounds.create(session, ACTOR, chief, home, plan(**wishes))
        for number, person in enumerate(people):
            office = Office.JUDGE if number else Office.CHAIR
            seating.seat(session, ACTOR, chief, held, person.email, office)
    return held


def opened(chief: User | None = None, **wishes: object) -> Round:
    """Make a round to which workshops apply."""
    held = draft(chief, **wishes)  # type: ignore[arg-type]
    with writing() as session:
        rounds.open_up(session, ACTOR, session.get_one(Round, held.id))
    return held


def apply(held: Round, shop: Workshop | None = None, *, listings: list[Listing] | None = None) -> RoundEntry:
    """Let a workshop apply with a complete draft."""
    shop = shop or make_catalog.workshop()
    pieces = listings or [make_catalog.draft(shop)]
    person = make_catalog.member(shop)
    with writing() as session:
        return round_entries.apply(
            session,
            ACTOR,
            session.get_one(User, person.id),
            session.get_one(Workshop, shop.id),
            held.id,
            [one.id for one in pieces],
            declared=True,
        )


def admit(held: Round, entry: RoundEntry, chief: User) -> None:
    """Admit a workshop with everything in order."""
    with writing() as session:
        fresh = session.get_one(Round, held.id)
        round_checks.check(
            session, ACTOR, session.get_one(User, chief.id), fresh, entry.id, to=EntryState.ADMITTED, checks=CHECKED
        )  # fmt: skip


def begun(chief: User, *, workshops: int = 2, **wishes: object) -> Round:
    """Make a round in session: everybody admitted, everybody there."""
    held = opened(chief, **wishes)
    entries = [apply(held) for _ in range(workshops)]
    for entry in entries:
        admit(held, entry, chief)
    begin(held)
    return held


def begin(held: Round) -> None:
    """Close applications, mark everybody present, and begin."""
    with writing() as session:
        fresh = session.get_one(Round, held.id)
        rounds.close(session, ACTOR, fresh)
        for seat in seats.of_round(session, held.id):
            seating.mark_present(session, ACTOR, fresh, seat.id, present=True)
        for entry in round_entries.of_round(session, held.id):
            tables.mark_present(session, ACTOR, fresh, entry.id, present=True)
        tables.start(session, ACTOR, fresh)


def panel(held: Round) -> list[User]:
    """Give the people on the panel, the chair first."""
    return [db.session.get_one(User, seat.person_id) for seat in seats.of_round(db.session(), held.id)]


def pieces(held: Round) -> list[tables.TablePiece]:
    """Give what lies on the table."""
    return tables.pieces(db.session(), held.id)


def state(entry: RoundEntry) -> EntryState:
    """Give where an application stands now."""
    db.session.rollback()
    return db.session.get_one(RoundEntry, entry.id).state


def open_and_ended() -> None:
    """Make a round to which workshops apply, and one that ended without anybody having come."""
    opened()
    held = opened()
    with writing() as session:
        fresh = session.get_one(Round, held.id)
        empty: dict[str, object] = {"entries": [], "pieces": []}
        rounds.move(session, ACTOR, fresh, [RoundState.OPEN], RoundState.ENDED, ended_at=now(), minutes=empty)
