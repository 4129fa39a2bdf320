"""Claims: what is not as shown is put right, the money stays until then and goes where it belongs, once."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from catalog.curation.submissions import OwnWorkshop
from catalog.curation.tolerances import Tolerance
from catalog.models import Product, Workshop
from checkout import ledger, shipping
from checkout.claims import (
    answers,
    arbitration,
    carrying,
    deadlines,
    fidelity,
    finding,
    holding,
    opening,
    returning,
    states,
    terms,
)
from checkout.claims.comparison import Outcome, ranges, sizes, weight
from checkout.claims.terms import Terms
from checkout.models import (
    Claim,
    ClaimKind,
    ClaimState,
    ClaimStep,
    Credit,
    OrderState,
    Remedy,
    Shipment,
    ShipmentState,
    Side,
)
from checkout.models.claim import Way, What
from shop.db import db, now
from shop.models import AuditEntry, User
from tests import make, make_catalog, make_checkout, make_claims
from tests.make import writing
from tests.pages import Mailbox

S = ClaimState
pytestmark = pytest.mark.usefixtures("bank")
HAND = Tolerance(size=5, weight=10)


def _here(claim: Claim) -> Claim:
    return db.session.get_one(Claim, claim.id)


def _credits() -> list[tuple[str, int]]:
    db.session.rollback()
    return [(row.key, row.amount) for row in db.session.scalars(sa.select(Credit).order_by(Credit.id))]


def _state(claim: Claim) -> ClaimState:
    return make_claims.fresh(claim).state


def _send(claim: Claim, side: Side, way: Way) -> None:
    with writing() as session:
        here = _here(claim)
        returning.send(session, make_claims.MAKER, here, side, way, "jne", "JNE001234", turn=here.turn)


# --- shown beside arrived ----------------------------------------------------------------------------


def test_work_by_hand_may_differ_by_the_tolerance_of_its_council() -> None:
    allowed = ranges("200 x 55 cm", HAND)[0]

    assert [(side.low, side.high) for side in allowed] == [(1900, 2100), (522, 578)]
    assert sizes("200 x 55 cm", "192 x 55 cm", HAND) == Outcome(4.0, 5)
    assert (sizes("200 x 55 cm", "55 x 180", HAND) or Outcome(0, 5)).within is not False, "no unit, no size"
    assert (sizes("200 x 55 cm", "lebar 55 cm, panjang 1,8 m", HAND) or Outcome(0, 5)).within is False
    assert (weight("berat 1.250 g", "1,2 kg", HAND) or Outcome(99, 0)).within
    assert sizes("ukuran beragam", "180 cm", HAND) is None


def test_a_difference_is_a_claim_filled_in_with_what_was_shown() -> None:
    claim = make_claims.opened()

    point = finding.points_of(db.session(), claim.id)[0]
    assert (claim.state, claim.kind) == (S.OPENED, ClaimKind.DIFFERENT)
    assert (point.shown, point.said, point.pieces) == ("200 x 55 cm", "180 x 55 cm", 1)

    with pytest.raises(opening.AlreadyOpen):
        make_claims.claim_about(
            make_checkout.fresh(claim.order_id), db.session.get_one(Shipment, claim.shipment_id)
        )


def test_an_open_claim_keeps_parcel_and_money_where_they_are() -> None:
    claim = make_claims.opened()
    make_claims.long_ago(db.session.get_one(Shipment, claim.shipment_id), days=60)
    with writing() as session:
        values = {"delivered_at": now() - timedelta(days=40)}
        session.execute(sa.update(Shipment).values(**values))

    assert shipping.complete_by_time() == 0
    with pytest.raises(shipping.ClaimOpen), writing() as session:
        shipping.confirm_received(session, make.ACTOR, session.get_one(Shipment, claim.shipment_id))

    with writing() as session:
        answers.withdraw(session, make_claims.BUYER, _here(claim), turn=make_claims.turn(claim))
    assert shipping.complete_by_time() == 1
    balances = make_checkout.books_are_even()
    assert balances[ledger.workshop(claim.workshop_id)] > 0


# --- the ways of a claim -----------------------------------------------------------------------------


def test_a_refund_that_is_accepted_goes_back_once_with_the_postage_and_completes_the_order() -> None:
    claim = make_claims.opened()
    order = make_checkout.fresh(claim.order_id)
    paid = order.total

    with writing() as session:
        answers.accept_wish(session, make_claims.MAKER, _here(claim), "", turn=0)

    done = make_claims.fresh(claim)
    assert (done.state, done.upheld, _credits()) == (S.DONE, True, [(f"claim:{claim.id}", paid)])
    assert make_checkout.fresh(order.id).state is OrderState.REFUNDED
    balances = make_checkout.books_are_even()
    assert balances.get(ledger.workshop(claim.workshop_id), 0) == 0
    with pytest.raises(states.ClaimMoved), writing() as session:
        answers.accept_wish(session, make_claims.MAKER, _here(claim), "", turn=done.turn)


def test_a_part_of_the_money_goes_back_and_the_workshop_gets_the_rest() -> None:
    claim = make_claims.opened(wish=Remedy.PART, amount=50_000)
    line = make_claims.line_of(make_checkout.fresh(claim.order_id))
    proposed = make_claims.proposed(claim, Remedy.PART, 30_001)

    with writing() as session:
        answers.accept_offer(session, make_claims.BUYER, _here(claim), turn=proposed.turn)

    assert _credits() == [(f"claim:{claim.id}", 30_001)]
    parcel = db.session.get_one(Shipment, claim.shipment_id)
    assert (parcel.state, parcel.received_by) == (ShipmentState.RECEIVED, "claim")
    balances = make_checkout.books_are_even()
    commission = -(-(line.total - 30_001) * line.commission_bp // 10_000)
    earned = line.total - 30_001 - commission + parcel.fee
    assert abs(balances[ledger.workshop(claim.workshop_id)] - earned) <= 1
    assert balances[ledger.held(claim.workshop_id)] == 0


def test_an_answer_holds_only_for_what_its_page_showed() -> None:
    claim = make_claims.opened()
    seen = claim.turn
    make_claims.proposed(claim, Remedy.PART, 10_000)

    with pytest.raises(states.ClaimMoved), writing() as session:
        answers.accept_offer(session, make_claims.BUYER, _here(claim), turn=seen)
    with pytest.raises(terms.AmountRefused):
        make_claims.opened(wish=Remedy.PART, amount=10**9)


def test_words_sent_twice_are_said_once() -> None:
    claim = make_claims.opened()
    for words in ("Sudah dikirim?", "Sudah dikirim?", "Belum ada kabar."):
        with writing() as session:
            answers.say(session, make_claims.BUYER, _here(claim), Side.BUYER, words)

    story = sa.select(ClaimStep.words).where(ClaimStep.claim_id == claim.id).order_by(ClaimStep.id)
    said = list(db.session.scalars(story))
    assert said[-2:] == ["Sudah dikirim?", "Belum ada kabar."]
    assert said.count("Sudah dikirim?") == 1


def test_a_return_brings_the_piece_back_before_the_money_and_on_the_shelf_if_it_is_whole() -> None:
    piece = make_catalog.piece(on_hand=3)
    claim = make_claims.opened((piece, 2), pieces=1)
    with writing() as session:
        answers.accept_wish(session, make_claims.MAKER, _here(claim), "workshop", turn=0)
    assert (_state(claim), _credits()) == (S.AGREED, [])

    with pytest.raises(states.ClaimMoved):  # the workshop pays, so it orders the courier
        _send(claim, Side.BUYER, Way.BACK)
    _send(claim, Side.WORKSHOP, Way.BACK)
    with writing() as session:
        here = _here(claim)
        returning.came_back(session, make_claims.MAKER, here, Side.WORKSHOP, turn=here.turn, shelf=True)

    line = make_claims.line_of(make_checkout.fresh(claim.order_id))
    assert (_state(claim), _credits()) == (S.DONE, [(f"claim:{claim.id}", line.unit_price)])
    assert (line.returned, make_checkout.numbers(piece)) == (1, (2, 0, 1))
    assert make_checkout.fresh(claim.order_id).state is OrderState.COMPLETED
    make_checkout.books_are_even()


def test_a_replacement_leaves_the_shelf_at_once_and_becomes_money_when_it_is_not_sent() -> None:
    piece = make_catalog.piece(on_hand=2)
    claim = make_claims.opened((piece, 1), wish=Remedy.REPLACEMENT, what=What.CONDITION, said="retak")
    with writing() as session:
        answers.accept_wish(session, make_claims.MAKER, _here(claim), "", turn=0)
    assert make_checkout.numbers(piece) == (0, 0, 2)

    make_claims.overdue(claim)
    assert deadlines.look() == 1

    done = make_claims.fresh(claim)
    assert (done.state, done.remedy, make_checkout.numbers(piece)) == (S.DONE, Remedy.REFUND, (1, 0, 1))
    assert len(_credits()) == 1


def test_a_replacement_that_arrived_lets_the_workshop_have_its_money() -> None:
    claim = make_claims.opened(wish=Remedy.REPLACEMENT)
    with writing() as session:
        answers.accept_wish(session, make_claims.MAKER, _here(claim), "", turn=0)
    _send(claim, Side.WORKSHOP, Way.OUT)
    make_claims.overdue(claim)
    deadlines.look()  # no word for days: it has arrived

    assert (_state(claim), _credits()) == (S.DONE, [])
    assert make_checkout.books_are_even()[ledger.workshop(claim.workshop_id)] > 0


def test_a_parcel_that_never_came_can_be_claimed_only_when_it_should_have_come() -> None:
    order, parcel = make_claims.arrived()
    with pytest.raises(opening.TooEarly):
        make_claims.claim_about(order, parcel, what=What.ARRIVAL)

    make_claims.long_ago(parcel)
    claim = make_claims.claim_about(order, parcel, what=What.ARRIVAL)
    make_claims.overdue(claim)
    deadlines.look()
    assert (claim.kind, _state(claim)) == (ClaimKind.NEVER_ARRIVED, S.COUNCIL), (
        "no answer: the council decides"
    )


# --- the council -------------------------------------------------------------------------------------


def _officer() -> User:
    return make_catalog.curator("17", f"Petugas {make.number()}")


def _decide(claim: Claim, officer: User, remedy: Remedy = Remedy.REFUND, amount: int = 0) -> None:
    with writing() as session:
        here = _here(claim)
        person = session.get_one(User, officer.id)
        arbitration.decide(
            session,
            make.ACTOR,
            here,
            person,
            Terms(remedy, amount),
            "Contoh acuan berukuran 200 cm.",
            turn=here.turn,
        )


def test_a_decision_holds_after_its_time_and_can_be_appealed_once_to_another_officer(
    mailbox: Mailbox,
) -> None:
    claim, first, second = make_claims.at_council(), _officer(), _officer()
    _decide(claim, first, Remedy.NOTHING)
    assert _credits() == []
    with writing() as session:
        here = _here(claim)
        arbitration.appeal(session, make_claims.BUYER, here, Side.BUYER, "Lihat fotonya.", turn=here.turn)

    with pytest.raises(arbitration.DecidedBefore):
        _decide(claim, first)
    _decide(claim, second)

    done = make_claims.fresh(claim)
    assert (done.state, done.decided_by_id, done.final_by_id) == (S.DONE, first.id, second.id)
    assert len(_credits()) == 1
    with pytest.raises(arbitration.NoAppealLeft), writing() as session:
        arbitration.appeal(session, make.ACTOR, _here(claim), Side.WORKSHOP, "Lagi.", turn=done.turn)
    subjects = [letter.subject or "" for letter in mailbox.to("budi@contoh.id")]
    assert any("Dewan sudah memutus" in subject for subject in subjects)


def test_nobody_decides_about_their_own_workshop_and_silence_of_the_council_decides_nothing() -> None:
    claim = make_claims.at_council()
    shop_member = make_catalog.member(db.session.get_one(Workshop, claim.workshop_id))
    with pytest.raises(OwnWorkshop):
        _decide(claim, shop_member)

    make_claims.overdue(claim)
    deadlines.look()
    late = make_claims.fresh(claim)
    assert late.state is S.COUNCIL
    assert late.due_at is not None
    assert late.due_at > now()


def test_a_decision_that_nobody_appeals_against_is_carried_out_by_time() -> None:
    claim = make_claims.at_council()
    _decide(claim, _officer())
    assert (_state(claim), _credits()) == (S.DECIDED, [])

    make_claims.overdue(claim)
    deadlines.look()

    assert (_state(claim), len(_credits())) == (S.DONE, 1)
    actions = set(db.session.scalars(sa.select(AuditEntry.action).where(AuditEntry.object_type == "claims")))
    assert actions == {
        "claim.opened", "claim.answered", "claim.council", "claim.decided", "claim.final", "claim.done",
    }  # fmt: skip


# --- time, fidelity, holds ---------------------------------------------------------------------------


def test_silence_of_the_buyer_takes_an_offer_and_lets_a_disputed_claim_lapse() -> None:
    offered = make_claims.proposed(make_claims.opened(), Remedy.PART, 20_000)
    denied = make_claims.disputed(make_claims.opened())
    for claim in (offered, denied):
        make_claims.overdue(claim)
    deadlines.look()

    assert (_state(offered), _state(denied)) == (S.DONE, S.LAPSED)
    assert _credits() == [(f"claim:{offered.id}", 20_000)]


def test_a_side_is_reminded_once_before_its_time_is_over(mailbox: Mailbox) -> None:
    claim = make_claims.opened()
    with writing() as session:
        session.execute(sa.update(Claim).values(due_at=now() + timedelta(hours=20)))
    deadlines.look()
    deadlines.look()

    owner = make_catalog.member(db.session.get_one(Workshop, claim.workshop_id))
    letters = [one for one in mailbox.to(owner.email) if one.context.get("what") == "soon"]
    assert len(letters) == 1


def test_fidelity_counts_received_parcels_without_an_upheld_claim() -> None:
    piece = make_catalog.piece(on_hand=9)
    bad = make_claims.opened((piece, 1))
    _good, parcel = make_claims.arrived((piece, 1))
    with writing() as session:
        shipping.confirm_received(session, make.ACTOR, session.get_one(Shipment, parcel.id))
    with writing() as session:
        answers.accept_wish(session, make_claims.MAKER, _here(bad), "", turn=0)
    fidelity.count_all()

    tally = fidelity.of_workshop(db.session(), bad.workshop_id)
    assert tally is not None
    assert (tally.received, tally.unlike, tally.percent) == (2, 1, 50)
    period = (now() - timedelta(days=1), now() + timedelta(days=1))
    product = sa.select(Product.id)
    assert fidelity.pieces_unlike(db.session(), *period, product) == {piece.id: 1}


def test_a_claim_after_acceptance_holds_what_the_workshop_has_earned() -> None:
    order, parcel = make_claims.arrived()
    with writing() as session:
        shipping.confirm_received(session, make.ACTOR, session.get_one(Shipment, parcel.id))
    earned = make_checkout.books_are_even()[ledger.workshop(parcel.workshop_id)]
    assert holding.holds(db.session(), parcel.workshop_id) == []

    claim = make_claims.claim_about(order, parcel)
    assert [hold.amount for hold in holding.holds(db.session(), parcel.workshop_id)] == [earned]

    with writing() as session:
        answers.accept_wish(session, make_claims.MAKER, _here(claim), "", turn=0)
    assert holding.holds(db.session(), parcel.workshop_id) == []
    assert make_checkout.books_are_even()[ledger.workshop(parcel.workshop_id)] == 0
    assert db.session.scalars(sa.select(Credit.reason)).one() == carrying.AGREED
