"""Rounds of curation: who gets a place, who is checked, what lies on the table, and what ends them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from catalog.curation import (
    appointments,
    decisions,
    minutes,
    queue,
    recusals,
    round_checks,
    round_entries,
    rounds,
    seating,
    seats,
    submissions,
    tables,
)
from catalog.curation.queue import WaitsFor
from catalog.models import (
    EntryState,
    InterestKind,
    Listing,
    ListingState,
    Office,
    Product,
    Round,
    RoundEntry,
    RoundState,
    Submission,
    SubmissionState,
    Workshop,
)
from shop.db import db, now, transaction
from shop.models import AuditEntry, Mail, User
from tests import make, make_catalog
from tests import make_rounds as halls
from tests.make import ACTOR


def _listing_of(entry: RoundEntry) -> Listing:
    found = db.session.scalars(
        sa.select(Listing)
        .join(Submission, Submission.listing_id == Listing.id)
        .where(Submission.round_id == entry.round_id)
        .order_by(Submission.id.desc())
    )
    return next(one for one in found if _workshop_of(one) == entry.workshop_id)


def _workshop_of(listing: Listing) -> int:
    return db.session.get_one(Product, listing.product_id).workshop_id


def _withdraw(entry: RoundEntry) -> None:
    with transaction() as session:
        round_entries.withdraw(session, ACTOR, session.get_one(Workshop, entry.workshop_id), entry.round_id)


# --- before the day --------------------------------------------------------------------------------------------


def test_a_round_opens_with_a_chair_and_two_people_and_keeps_the_rubric_of_that_day(session: Any) -> None:
    held = halls.draft(judges=1)
    with pytest.raises(rounds.NobodySeated), transaction() as writing:
        rounds.open_up(writing, ACTOR, writing.get_one(Round, held.id))

    held = halls.opened()

    entry = halls.apply(held)
    sent = db.session.scalars(sa.select(Submission).where(Submission.round_id == held.id)).one()
    assert sent.rubric_id == db.session.get_one(Round, held.id).rubric_id
    assert entry.state is EntryState.APPLIED


def test_workshops_beyond_the_capacity_wait_and_move_up_when_one_withdraws(session: Any) -> None:
    held = halls.opened(capacity=1)
    first, second, third = (halls.apply(held) for _ in range(3))
    assert [halls.state(one) for one in (first, second, third)] == ["applied", "waiting", "waiting"]

    _withdraw(first)

    assert [halls.state(one) for one in (first, second, third)] == ["withdrawn", "applied", "waiting"]
    assert db.session.get_one(Round, held.id).taken == 1
    assert _listing_of(first).state is ListingState.DRAFT
    assert "entry.moved_up" in db.session.scalars(sa.select(AuditEntry.action)).all()
    letters = db.session.scalars(sa.select(Mail.to).where(Mail.template == "round_entry")).all()
    assert letters == [make_catalog.member(db.session.get_one(Workshop, second.workshop_id)).email]


def test_a_round_that_grows_takes_in_who_waits(session: Any) -> None:
    held = halls.opened(capacity=1)
    halls.apply(held)
    waiting = halls.apply(held)

    with transaction() as writing:
        fresh = writing.get_one(Round, held.id)
        rounds.change(writing, ACTOR, fresh, fresh.edits, halls.plan(capacity=2))
        round_entries.after_change(writing, ACTOR, fresh)

    assert halls.state(waiting) is EntryState.APPLIED
    grown = db.session.get_one(Round, held.id)
    with pytest.raises(rounds.RoundRefused):
        rounds.change(db.session(), ACTOR, grown, grown.edits, halls.plan(capacity=1))


def test_after_the_deadline_nobody_applies_withdraws_or_takes_a_piece_back(session: Any) -> None:
    held = halls.opened()
    entry = halls.apply(held)
    shop = make_catalog.workshop()
    piece = make_catalog.draft(shop)
    with transaction() as writing:
        writing.execute(
            sa.update(Round).where(Round.id == held.id).values(apply_by=now() - timedelta(seconds=1))
        )

    with pytest.raises(round_entries.TooLate):
        halls.apply(held, shop, listings=[piece])
    with pytest.raises(round_entries.TooLate):
        _withdraw(entry)
    with pytest.raises(round_entries.OnTheTable):
        round_entries.check_takeable(db.session(), _listing_of(entry).id)
    assert db.session.get_one(Listing, piece.id).state is ListingState.DRAFT

    with transaction() as writing:
        assert rounds.close_due(writing, ACTOR) == 1
    assert db.session.get_one(Round, held.id).state is RoundState.CLOSED


def test_a_workshop_applies_once_with_its_own_complete_pieces_of_the_right_craft(session: Any) -> None:
    held = halls.opened(craft_ids=(make_catalog.craft().id,), pieces_each=2)
    shop = make_catalog.workshop()
    unfinished = make_catalog.draft(shop, photo_count=0)
    strange = make_catalog.draft(make_catalog.workshop())

    for listing in (unfinished, strange):
        with pytest.raises(round_entries.PieceRefused):
            halls.apply(held, shop, listings=[listing])
    assert db.session.get_one(Round, held.id).taken == 0, "a refused application takes no place"

    halls.apply(held, shop)
    halls.apply(held, shop)
    assert db.session.get_one(Round, held.id).taken == 1, "more pieces take no other place"
    with pytest.raises(round_entries.TooManyPieces):
        halls.apply(held, shop)


def test_another_councils_round_is_not_there(session: Any) -> None:
    held = halls.opened()
    elsewhere = make_catalog.workshop(regency="16.71")

    with pytest.raises(rounds.NoSuchRound):
        halls.apply(held, elsewhere)
    with pytest.raises(rounds.NoSuchRound):
        rounds.for_officer(db.session(), halls.officer("16"), held.id)
    with pytest.raises(rounds.NoSuchRound):
        rounds.for_staff(db.session(), make_catalog.curator("16"), held.id)


def test_admitting_needs_the_checklist_and_refusing_a_reason_and_nobody_checks_their_own(
    session: Any,
) -> None:
    chief = halls.officer()
    held = halls.opened(chief)
    entry, own = halls.apply(held), halls.apply(held, make_catalog.workshop(chief))

    def check(one: RoundEntry, to: EntryState, words: str = "", **checks: bool) -> None:
        with transaction() as writing:
            fresh = writing.get_one(Round, held.id)
            person = writing.get_one(User, chief.id)
            ticked = halls.CHECKED | checks
            round_checks.check(writing, ACTOR, person, fresh, one.id, to=to, checks=ticked, words=words)

    with pytest.raises(round_checks.Unchecked):
        check(entry, EntryState.ADMITTED, identity=False)
    with pytest.raises(round_entries.WordsMissing):
        check(entry, EntryState.REFUSED)
    with pytest.raises(submissions.OwnWorkshop):
        check(own, EntryState.ADMITTED)

    check(entry, EntryState.ASKED, "Foto belakang kurang jelas.")
    with transaction() as writing:
        shop = writing.get_one(Workshop, entry.workshop_id)
        round_entries.answer(writing, ACTOR, shop, held.id, "Sudah kami ganti.")
    assert halls.state(entry) is EntryState.APPLIED

    check(entry, EntryState.REFUSED, "Bukan buatan sendiri.")
    assert halls.state(entry) is EntryState.REFUSED
    with pytest.raises(round_entries.AlreadyChecked):
        check(entry, EntryState.ADMITTED)
    with pytest.raises(round_entries.RoundRefusal):
        halls.apply(held, db.session.get_one(Workshop, entry.workshop_id))


def test_a_guest_comes_from_another_council_and_a_judge_does_not(session: Any) -> None:
    chief = halls.officer()
    held = halls.draft(chief)
    guest, nobody = make_catalog.curator("16", "Tamu"), make.user()

    def seat(person: User, office: Office) -> None:
        with transaction() as writing:
            fresh = writing.get_one(Round, held.id)
            seating.seat(writing, ACTOR, chief, fresh, person.email, office)

    for person, office, refusal in (
        (guest, Office.JUDGE, seating.WrongOffice),
        (nobody, Office.GUEST, seating.NotACurator),
        (make_catalog.curator(), Office.CHAIR, seating.AlreadySeated),
    ):
        with pytest.raises(refusal):
            seat(person, office)
    seat(guest, Office.GUEST)

    assert rounds.for_staff(db.session(), guest, held.id).id == held.id


# --- the day -------------------------------------------------------------------------------------------------------


def test_a_session_needs_answers_judges_and_pieces_and_leaves_out_who_found_no_place(session: Any) -> None:
    chief = halls.officer()
    held = halls.opened(chief, capacity=1)
    entry, waiting = halls.apply(held), halls.apply(held)
    with pytest.raises(tables.StillToCheck):
        halls.begin(held)

    halls.admit(held, entry, chief)
    halls.begin(held)

    assert halls.state(waiting) is EntryState.LEFT_OUT
    assert [(piece.number, piece.sheets) for piece in halls.pieces(held)] == [(1, (0, 2))]


def test_every_judge_who_is_there_is_waited_for(session: Any) -> None:
    held = halls.begun(halls.officer(), judges=3, workshops=1)
    piece = halls.pieces(held)[0]
    assert piece.sheets == (0, 3)

    with transaction() as writing:
        last = seats.of_round(writing, held.id)[-1]
        seating.mark_present(writing, ACTOR, writing.get_one(Round, held.id), last.id, present=False)

    assert halls.pieces(held)[0].sheets == (0, 2)


def test_the_panel_judges_while_it_sits_its_guest_too_and_nobody_else(session: Any) -> None:
    chief = halls.officer()
    held = halls.opened(chief)
    guest = make_catalog.curator("16", "Tamu")
    with transaction() as writing:
        seating.seat(writing, ACTOR, chief, writing.get_one(Round, held.id), guest.email, Office.GUEST)
    halls.admit(held, halls.apply(held), chief)
    sent = db.session.scalars(sa.select(Submission)).one()
    chair = halls.panel(held)[0]
    with pytest.raises(seats.NotOnThisPanel):
        make_catalog.hand_in(sent, chair)
    with pytest.raises(submissions.NoSuchSubmission):
        make_catalog.hand_in(sent, guest)

    halls.begin(held)
    make_catalog.hand_in(sent, guest)

    with pytest.raises(seats.NotOnThisPanel):
        make_catalog.hand_in(sent, make_catalog.curator())
    assert halls.pieces(held)[0].sheets == (1, 3)
    (chairs,), (chiefs,) = (queue.of_person(db.session(), one) for one in (chair, chief))
    assert (chairs.waits_for, chairs.mine) == (WaitsFor.YOU, True)
    assert (chiefs.waits_for, chiefs.mine) == (WaitsFor.ROUND, False), "an officer without a seat"
    with pytest.raises(appointments.OfRound), transaction() as writing:
        appointments.appoint(writing, ACTOR, chief, writing.get_one(Submission, sent.id), chair.id)
    with transaction() as writing:
        person = writing.get_one(User, chair.id)
        recusals.stand_aside(writing, ACTOR, person, sent.id, InterestKind.MENTOR)
    assert halls.pieces(held)[0].sheets == (1, 2), "who stands aside is not waited for"


def test_the_table_is_put_in_order_and_counted_anew(session: Any) -> None:
    held = halls.begun(halls.officer(), workshops=3)
    first, second, third = halls.pieces(held)

    with transaction() as writing:
        fresh = writing.get_one(Round, held.id)
        tables.order(writing, ACTOR, fresh, {third.id: 1, first.id: 2, second.id: 3})

    assert [(one.id, one.number) for one in halls.pieces(held)] == [
        (third.id, 1),
        (first.id, 2),
        (second.id, 3),
    ]


def test_a_round_ends_when_every_piece_is_decided_or_carried_over_and_never_changes_again(
    session: Any,
) -> None:
    chief = halls.officer()
    held = halls.begun(chief, workshops=2)
    judged, carried = halls.pieces(held)
    judges = halls.panel(held)
    for judge in judges:
        make_catalog.hand_in(db.session.get_one(Submission, judged.submission_id), judge, workmanship=2)
    with transaction() as writing:
        sent = writing.get_one(Submission, judged.submission_id)
        decisions.send_to_coaching(
            writing, ACTOR, writing.get_one(User, judges[0].id), sent.id,
            seen_edits=sent.listing_edits, reason="Tenunnya longgar.",
        )  # fmt: skip

    def end() -> None:
        with transaction() as writing:
            fresh = writing.get_one(Round, held.id)
            tables.end(writing, ACTOR, chief, fresh)

    with pytest.raises(tables.Undecided):
        end()
    with transaction() as writing:
        assert (
            tables.carry_over(writing, ACTOR, writing.get_one(Round, held.id), [judged.id, carried.id]) == 1
        )
    end()

    ended = db.session.get_one(Round, held.id)
    assert ended.minutes is not None
    piece = ended.minutes["pieces"][0]
    assert [sheet["scores"]["workmanship"] for sheet in piece["sheets"]] == [2, 2]
    assert (piece["outcome"], piece["reason"]) == ("coaching", "Tenunnya longgar.")
    counted = minutes.figures(db.session(), ended)["all"]
    assert (counted["applied"], counted["present"], counted["coaching"], counted["carried_over"]) == (
        2,
        2,
        1,
        1,
    )
    left = db.session.get_one(Submission, carried.submission_id)
    assert (left.round_id, left.state) == (None, SubmissionState.WAITING)
    with pytest.raises(sa.exc.DatabaseError), transaction() as writing:
        writing.execute(sa.update(Round).where(Round.id == held.id).values(place="Lain"))


def test_calling_a_round_off_gives_every_piece_back(session: Any) -> None:
    held = halls.opened()
    entry = halls.apply(held)

    with transaction() as writing:
        tables.cancel(writing, ACTOR, writing.get_one(Round, held.id), "Gedung terendam banjir.")

    assert db.session.get_one(Round, held.id).state is RoundState.CANCELLED
    assert _listing_of(entry).state is ListingState.DRAFT
    assert db.session.scalars(sa.select(Mail.template)).all() == ["round_entry"]


# --- at the same moment --------------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_the_last_place_goes_to_one_of_two_workshops(app: Flask) -> None:
    held = halls.opened(capacity=1)
    shops = [make_catalog.workshop() for _ in range(2)]
    people = [make_catalog.member(shop).id for shop in shops]
    pieces = [make_catalog.draft(shop).id for shop in shops]
    ids, round_id = [shop.id for shop in shops], held.id
    db.session.rollback()

    def apply(turn: int) -> None:
        with app.app_context(), transaction() as writing:
            person, shop = writing.get_one(User, people[turn]), writing.get_one(Workshop, ids[turn])
            round_entries.apply(writing, ACTOR, person, shop, round_id, [pieces[turn]], declared=True)

    with ThreadPoolExecutor(2) as both:
        list(both.map(apply, range(2)))

    db.session.rollback()
    states = db.session.scalars(sa.select(RoundEntry.state).order_by(RoundEntry.applied_at)).all()
    assert sorted(states) == [EntryState.APPLIED, EntryState.WAITING]
    assert db.session.get_one(Round, held.id).taken == 1
