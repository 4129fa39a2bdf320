"""Seats: who sits on the panel of a round, who is there, and which rounds a guest may look into.

Called by `catalog.curation.panels` and `submissions` (who judges a piece of a round) and by `rounds`. It only reads,
and knows nothing of marks and verdicts.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.models import Office, Round, RoundSeat, RoundState
from shop.errors import Forbidden
from shop.models import User


class NotOnThisPanel(Forbidden):
    """A piece of a round is judged by those on its panel who are there, while it sits."""

    message = "This piece lies on the table of a round: its panel judges it, while the round is in session."


@dataclass(frozen=True, slots=True)
class Seat:
    """One person on a panel."""

    id: int
    person_id: int
    name: str
    office: Office
    present_at: datetime | None


def of_rounds(session: Session, round_ids: Collection[int]) -> dict[int, list[Seat]]:
    """Give the panels of rounds, chairs first; who has left is not among them."""
    rank = sa.case({office.value: number for number, office in enumerate(Office)}, value=RoundSeat.office)
    query = (
        sa.select(RoundSeat, User.name)
        .join(User, User.id == RoundSeat.person_id)
        .where(RoundSeat.round_id.in_(round_ids), RoundSeat.left_at.is_(None))
        .order_by(RoundSeat.round_id, rank, RoundSeat.id)
    )
    panels: dict[int, list[Seat]] = {key: [] for key in round_ids}
    for seat, name in session.execute(query):
        panels[seat.round_id].append(Seat(seat.id, seat.person_id, name, seat.office, seat.present_at))
    return panels


def of_round(session: Session, round_id: int) -> list[Seat]:
    """Give the panel of a round."""
    return of_rounds(session, [round_id])[round_id]


def judging(session: Session, round_id: int) -> frozenset[int]:
    """Give the ids of the people whose sheets a round waits for: seated, and marked present."""
    query = sa.select(RoundSeat.person_id).where(
        RoundSeat.round_id == round_id, RoundSeat.left_at.is_(None), RoundSeat.present_at.is_not(None)
    )
    return frozenset(session.scalars(query))


def check(session: Session, round_id: int, person_id: int) -> None:
    """Make sure that a person judges the pieces of a round now. :raise NotOnThisPanel:"""
    if person_id not in judging(session, round_id) or not in_session(session, round_id):
        raise NotOnThisPanel


def sitting(session: Session, person_id: int) -> frozenset[int]:
    """Give the ids of the rounds in session on whose panel a person sits, marked present."""
    query = rounds_of_guest(person_id).where(RoundSeat.present_at.is_not(None))
    return frozenset(session.scalars(query))


def rounds_of_guest(person_id: int) -> sa.Select[int]:
    """Select the rounds whose pieces a seated person may see and judge, outside their own councils too."""
    return (
        sa.select(RoundSeat.round_id)
        .join(Round, Round.id == RoundSeat.round_id)
        .where(
            RoundSeat.person_id == person_id,
            RoundSeat.left_at.is_(None),
            Round.state == RoundState.IN_SESSION,
        )
    )


def in_session(session: Session, round_id: int) -> bool:
    """Say whether a round's panel sits now; its pieces are judged only then."""
    return session.scalar(sa.select(Round.state).where(Round.id == round_id)) is RoundState.IN_SESSION
