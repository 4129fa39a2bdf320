"""Memberships: passing makes a workshop a member of its council, under a number that stays its own.

`admit` is called where a verdict publishes a piece; the rest by studio, desk and the worker (admin.members, which also
tells buyers). What a membership means for what is on sale follows here, in the same transaction, through the state of
the workshop. Reading is in `catalog.curation.membership_roll`.
"""

import calendar
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import artisans, changes
from catalog.councils import NATIONAL
from catalog.curation import membership_letters as letters
from catalog.curation import membership_roll, rubrics
from catalog.models import (
    Council,
    Decision,
    Listing,
    Membership,
    MembershipCounter,
    MembershipCraft,
    MembershipEvent,
    MembershipEventKind,
    MembershipState,
    Product,
    Renewal,
    Submission,
    Workshop,
    WorkshopState,
)
from shop import audit
from shop.audit import Actor
from shop.db import insert, now
from shop.errors import Conflict
from shop.i18n import WIB

ASKABLE_DAYS = 90
"""So many days before its end a membership can be renewed."""
REMINDERS = (90, 30, 7)
"""Days before the end at which the workshop is reminded."""
LONGEST_GRACE = 180
"""Renewed so many days after its end at most, a term follows the one before; later it begins anew."""


class NotPossibleNow(Conflict):
    """The membership is not in a state that allows this, or somebody else was quicker."""

    message = "This membership has changed in the meantime. Please look at it again."


class TooEarly(Conflict):
    """The term still has more than ninety days to run."""

    message = "This term still has more than ninety days to run. Renewal is possible after that."


class NeedsRenewal(Conflict):
    """The term is over: the membership is renewed, not readmitted."""

    message = "The term of this membership is over. Please renew it instead."


def today() -> date:
    """Give the day in western Indonesian time."""
    return now().astimezone(WIB).date()


def after_months(day: date, months: int) -> date:
    """Give the same day so many months later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def number_of(council: Council, year: int, serial: int) -> str:
    """Write a number: `1771-2026-0003`; 00 stands for the national council."""
    code = "00" if council.code == NATIONAL else council.code.replace(".", "")
    return f"{code}-{year}-{serial:04d}"


# --- admission -----------------------------------------------------------------------------------------------------


def admit(session: Session, actor: Actor, submission: Submission) -> Membership:
    """Let a workshop whose piece has just passed be a member of the council that passed it.

    Once: a further pass covers the piece's craft too, and renews a membership that has lapsed or that the council
    wanted to see a piece for. A suspended one stays suspended. Who was ended gets a new number.
    """
    council = session.get_one(Council, submission.council_id)
    listing = session.get_one(Listing, submission.listing_id)
    product = session.get_one(Product, listing.product_id)
    workshop = _locked(session, product.workshop_id)
    found = of_workshop(session, workshop.id, council.id)
    if found is None:
        decision = session.scalar(sa.select(Decision.id).where(Decision.submission_id == submission.id))
        found = _begin(session, actor, workshop, council, decision, _months(session, submission))
    elif found.state is MembershipState.LAPSED or (
        found.state is MembershipState.ACTIVE and found.renewal is Renewal.CURATION
    ):
        _renewed(session, actor, found, _months(session, submission), "")
    if listing.craft_id is not None:
        _cover(session, actor, found, listing.craft_id)
    _follow(session, actor, workshop)
    return found


def _months(session: Session, submission: Submission) -> int:
    return rubrics.of(session, submission).procedure.validity_months


def _locked(session: Session, workshop_id: int) -> Workshop:
    """Let one transaction at a time change the memberships of a workshop."""
    query = sa.select(Workshop).where(Workshop.id == workshop_id).with_for_update(key_share=True)
    return session.scalars(query, execution_options={"populate_existing": True}).one()


def of_workshop(session: Session, workshop_id: int, council_id: int) -> Membership | None:
    """Give the membership of a workshop in a council that is not over for good."""
    query = sa.select(Membership).where(
        Membership.workshop_id == workshop_id,
        Membership.council_id == council_id,
        Membership.state != MembershipState.ENDED,
    )
    return session.scalar(query, execution_options={"populate_existing": True})


def count_on(session: Session, council_id: int, year: int, by: int = 1) -> int:
    """Take the next running numbers of a council's year; give the last of them. Without a gap: a rollback gives back."""
    counted = insert(session, MembershipCounter).values(council_id=council_id, year=year, last=by)
    return int(
        session.execute(
            counted.on_conflict_do_update(
                index_elements=[MembershipCounter.council_id, MembershipCounter.year],
                set_={"last": MembershipCounter.last + by},
            ).returning(MembershipCounter.last)
        ).scalar_one()
    )


def _begin(
    session: Session, actor: Actor, workshop: Workshop, council: Council, decision_id: int | None, months: int
) -> Membership:
    since = today()
    # Who was suspended before being a member of anything stays so, until the council readmits.
    before = session.scalar(sa.select(Membership.id).where(Membership.workshop_id == workshop.id).limit(1))
    held = workshop.state is WorkshopState.SUSPENDED and before is None
    serial = count_on(session, council.id, since.year)
    fresh = Membership(
        council_id=council.id,
        workshop_id=workshop.id,
        number=number_of(council, since.year, serial),
        year=since.year,
        serial=serial,
        state=MembershipState.SUSPENDED if held else MembershipState.ACTIVE,
        since=since,
        ends_on=after_months(since, months),
        decision_id=decision_id,
        created_at=now(),
    )
    session.add(fresh)
    session.flush()
    event = write_down(session, actor, fresh, MembershipEventKind.ADMITTED)
    letters.tell(session, fresh, event)
    changes.of_workshop(session, workshop.id)
    return fresh


def _cover(session: Session, actor: Actor, membership: Membership, craft_id: int) -> None:
    """Let a membership cover a craft too; the first one came with the admission."""
    first = sa.select(MembershipCraft.craft_id).where(MembershipCraft.membership_id == membership.id).limit(1)
    is_first = session.scalar(first) is None
    row = {"membership_id": membership.id, "craft_id": craft_id, "since": today()}
    added = session.scalar(
        insert(session, MembershipCraft).values(**row).on_conflict_do_nothing()
        .returning(MembershipCraft.craft_id)
    )  # fmt: skip
    if added is None or is_first:
        return
    write_down(session, actor, membership, MembershipEventKind.WIDENED, craft_id=craft_id)
    changes.of_workshop(session, membership.workshop_id)


def write_down(
    session: Session,
    actor: Actor,
    membership: Membership,
    kind: MembershipEventKind,
    reason: str = "",
    *,
    was: MembershipState | None = None,
    craft_id: int | None = None,
) -> MembershipEvent:
    """Add a line to the history and one to the audit trail."""
    event = MembershipEvent(
        membership_id=membership.id,
        kind=kind,
        state=membership.state,
        ends_on=membership.ends_on,
        craft_id=craft_id,
        reason=reason,
        actor_label=actor.label[:120],
        at=now(),
    )
    session.add(event)
    after = {"state": membership.state, "number": membership.number, "ends_on": str(membership.ends_on)}
    audit.record(
        session, actor, f"membership.{kind}", membership,
        before={"state": was} if was else {},
        after=after | ({"reason": reason} if reason else {}) | ({"craft": craft_id} if craft_id else {}),
        scope=session.scalar(sa.select(Council.code).where(Council.id == membership.council_id)) or "",
    )  # fmt: skip
    return event


# --- what happens to one --------------------------------------------------------------------------------------------


def _move(
    session: Session,
    actor: Actor,
    membership: Membership,
    origins: tuple[MembershipState, ...],
    kind: MembershipEventKind,
    reason: str,
    values: dict[str, object],
) -> None:
    """Move a membership by one conditional UPDATE, with its line of history, its letters, and its consequences.

    :raise NotPossibleNow: when it is not as it was read.
    """
    workshop = _locked(session, membership.workshop_id)
    was, ended = membership.state, membership.ends_on
    if was not in origins:
        raise NotPossibleNow
    moved = session.execute(
        sa.update(Membership)
        .where(Membership.id == membership.id, Membership.state == was, Membership.ends_on == ended)
        .values(**values)
        .returning(Membership.id)
    )
    if moved.scalar() is None:
        raise NotPossibleNow
    session.refresh(membership)
    letters.tell(session, membership, write_down(session, actor, membership, kind, reason, was=was))
    changes.of_workshop(session, membership.workshop_id)
    _follow(session, actor, workshop, reason)


def _follow(session: Session, actor: Actor, workshop: Workshop, reason: str = "") -> None:
    """Let what is on sale follow: a workshop sells while it is somebody's member and nobody has suspended it."""
    states = set(
        session.scalars(sa.select(Membership.state).where(Membership.workshop_id == workshop.id).distinct())
    )
    sells = MembershipState.ACTIVE in states and MembershipState.SUSPENDED not in states
    is_off = workshop.state is WorkshopState.SUSPENDED
    if sells == is_off:
        to = WorkshopState.ACTIVE if sells else WorkshopState.SUSPENDED
        rested = sells and membership_roll.was_resting(session, workshop.id)
        artisans.move(session, actor, workshop, to, reason[:300])
        session.refresh(workshop)
        if rested:
            artisans.move(session, actor, workshop, WorkshopState.PAUSED)


def suspend(session: Session, actor: Actor, membership: Membership, reason: str) -> None:
    """Take a workshop off the shop for a reason. :raise NotPossibleNow:"""
    origins = (MembershipState.ACTIVE,)
    to: dict[str, object] = {"state": MembershipState.SUSPENDED, "reason": reason}
    _move(session, actor, membership, origins, MembershipEventKind.SUSPENDED, reason, to)


def readmit(session: Session, actor: Actor, membership: Membership, reason: str) -> None:
    """Let a suspended workshop sell again. :raise NotPossibleNow: :raise NeedsRenewal: after the end of its term."""
    if membership.state is MembershipState.SUSPENDED and membership.ends_on < today():
        raise NeedsRenewal
    origins = (MembershipState.SUSPENDED,)
    to: dict[str, object] = {"state": MembershipState.ACTIVE, "reason": ""}
    _move(session, actor, membership, origins, MembershipEventKind.READMITTED, reason, to)


def end(session: Session, actor: Actor, membership: Membership, reason: str) -> None:
    """End a membership for good; who passes again gets a new number. :raise NotPossibleNow:"""
    origins = (MembershipState.ACTIVE, MembershipState.SUSPENDED, MembershipState.LAPSED)
    to: dict[str, object] = {"state": MembershipState.ENDED, "reason": reason, "renewal": Renewal.NONE}
    _move(session, actor, membership, origins, MembershipEventKind.ENDED, reason, to)


def lapse(session: Session, actor: Actor, membership: Membership) -> None:
    """Let a membership lapse whose term and grace are over. :raise NotPossibleNow:"""
    origins = (MembershipState.ACTIVE,)
    to: dict[str, object] = {"state": MembershipState.LAPSED, "reason": "", "renewal": Renewal.NONE}
    _move(session, actor, membership, origins, MembershipEventKind.LAPSED, "", to)


def may_renew(membership: Membership) -> bool:
    """Say whether a council can renew now: towards the end, when asked, after a lapse; suspended only after the end."""
    if membership.state is MembershipState.SUSPENDED:
        return membership.ends_on < today()
    if membership.state is MembershipState.ACTIVE:
        near = membership.ends_on <= today() + timedelta(days=ASKABLE_DAYS)
        return near or membership.renewal is not Renewal.NONE
    return membership.state is MembershipState.LAPSED


def renew(session: Session, actor: Actor, membership: Membership, reason: str = "") -> None:
    """Give a membership another term by the council's rubric: from its end, or after a lapse from today.

    :raise TooEarly: :raise NotPossibleNow:
    """
    if not may_renew(membership):
        raise TooEarly if membership.state is MembershipState.ACTIVE else NotPossibleNow
    council = session.get_one(Council, membership.council_id)
    months = rubrics.for_council(session, council).procedure.validity_months
    _renewed(session, actor, membership, months, reason)


def _renewed(session: Session, actor: Actor, membership: Membership, months: int, reason: str) -> None:
    origins = (MembershipState.ACTIVE, MembershipState.SUSPENDED, MembershipState.LAPSED)
    late = timedelta(days=0 if membership.state is MembershipState.SUSPENDED else LONGEST_GRACE)
    goes_on = membership.state is not MembershipState.LAPSED and membership.ends_on + late >= today()
    to: dict[str, object] = {
        "state": MembershipState.ACTIVE,
        "reason": "",
        "ends_on": after_months(membership.ends_on if goes_on else today(), months),
        "renewal": Renewal.NONE,
        "renewal_note": "",
        "renewal_at": None,
        "reminded": None,
    }
    _move(session, actor, membership, origins, MembershipEventKind.RENEWED, reason, to)


# --- asking ---------------------------------------------------------------------------------------------------------


def may_ask(membership: Membership) -> bool:
    """Say whether the workshop can ask for renewal now."""
    if membership.renewal is Renewal.ASKED:
        return False
    if membership.state is MembershipState.LAPSED:
        return True
    return membership.state is MembershipState.ACTIVE and membership.ends_on <= today() + timedelta(
        days=ASKABLE_DAYS
    )


def ask(session: Session, actor: Actor, membership: Membership, note: str) -> None:
    """Ask the council for another term. :raise TooEarly: :raise NotPossibleNow: when it was asked already."""
    if not may_ask(membership):
        is_early = membership.state is MembershipState.ACTIVE and membership.renewal is not Renewal.ASKED
        raise TooEarly if is_early else NotPossibleNow
    _wish(session, actor, membership, Renewal.ASKED, MembershipEventKind.RENEWAL_ASKED, note)


def ask_for_curation(session: Session, actor: Actor, membership: Membership, words: str) -> None:
    """Want to see a piece before the next term: the next one that passes renews. :raise NotPossibleNow:"""
    if membership.state not in (MembershipState.ACTIVE, MembershipState.LAPSED):
        raise NotPossibleNow
    _wish(session, actor, membership, Renewal.CURATION, MembershipEventKind.CURATION_ASKED, words)


def _wish(
    session: Session, actor: Actor, membership: Membership, to: Renewal, kind: MembershipEventKind, words: str
) -> None:
    noted = session.execute(
        sa.update(Membership)
        .where(
            Membership.id == membership.id,
            Membership.state == membership.state,
            Membership.renewal == membership.renewal,
            Membership.renewal != to,
        )
        .values(renewal=to, renewal_note=words, renewal_at=now())
        .returning(Membership.id)
    )
    if noted.scalar() is None:
        raise NotPossibleNow
    session.refresh(membership)
    letters.tell(session, membership, write_down(session, actor, membership, kind, words))
