"""Parcels: sent by their workshop with a known courier, received by the buyer or by time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.models import Council
from checkout import courier_rules, parcels, rates, shipping
from checkout.models import OrderState, Shipment, ShipmentState
from checkout.pricing import Bracket
from shop.db import db, now, transaction
from shop.i18n import WIB
from shop.models import AuditEntry, Job
from tests import make_catalog, make_checkout
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR
from tests.pages import Mailbox


def ship(parcel: Shipment, courier: str = "jne", service: str = "REG", tracking: str = "JNE0012345") -> None:
    shipment_id = parcel.id
    with transaction() as session:
        shipping.ship(session, ACTOR, session.get_one(Shipment, shipment_id), courier, service, tracking)


@pytest.fixture
def parcel(session: Session, bank: FakeGateway) -> Shipment:
    """Give the parcel of a paid order."""
    return make_checkout.parcels(make_checkout.paid().id)[0]


def test_a_parcel_leaves_with_courier_and_number_and_the_buyer_is_told(
    parcel: Shipment, mailbox: Mailbox
) -> None:
    ship(parcel, tracking=" jne 001-2345 ")

    letter = mailbox.latest("budi@contoh.id")
    assert make_checkout.parcels(parcel.order_id)[0].tracking_number == "JNE001-2345"
    assert letter.template == "shipment_shipped"
    assert "JNE001-2345" in (letter.text or "")


@pytest.mark.parametrize(
    ("courier", "service", "tracking"),
    [
        ("jne", "EZ", "JNE0012345"),
        ("pos", "EMS_BARANG", "JNE0012345"),
        ("merpati", "REG", "JNE0012345"),
        ("jne", "REG", ""),
        ("jne", "REG", "12345"),
        ("jne", "REG", "<script>alert</script>"),
        ("jne", "REG", "9" * 41),
        ("jne", "REG", "١٢٣٤٥٦٧"),
    ],
)
def test_what_no_courier_knows_is_refused(
    parcel: Shipment, courier: str, service: str, tracking: str
) -> None:
    with pytest.raises((shipping.NoSuchCourier, shipping.BadTracking)):
        ship(parcel, courier, service, tracking)

    assert make_checkout.parcels(parcel.order_id)[0].state is ShipmentState.TO_PACK


def test_a_parcel_is_sent_once(parcel: Shipment) -> None:
    ship(parcel)

    with pytest.raises(parcels.ParcelMoved):
        ship(parcel, tracking="JNE0099999")


def test_a_workshop_sees_only_its_own_parcels(session: Session, bank: FakeGateway) -> None:
    here, there = make_catalog.piece(), make_catalog.piece(make_checkout.workshop_in())
    order = make_checkout.paid((here, 1), (there, 1))
    waiting = make_checkout.order((here, 1))

    mine = shipping.list_of_workshop(session, here.workshop_id)

    assert [(parcel.workshop_id, found.id, len(lines)) for parcel, found, lines in mine] == [
        (here.workshop_id, order.id, 1)
    ]
    other = next(
        parcel for parcel in make_checkout.parcels(order.id) if parcel.workshop_id == there.workshop_id
    )
    for hidden in (other.id, make_checkout.parcels(waiting.id)[0].id, 999_999):
        with pytest.raises(shipping.NoSuchParcel):
            shipping.of_workshop(session, here.workshop_id, hidden)


@pytest.mark.parametrize(
    ("paid", "lead", "leaves"),
    [
        ("2026-11-16 03:00", 0, "2026-11-18"),  # Monday: two working days
        ("2026-11-20 03:00", 0, "2026-11-24"),  # Friday: the week-end does not count
        ("2026-11-16 20:00", 0, "2026-11-19"),  # already Tuesday in Jakarta
        ("2026-11-16 03:00", 14, "2026-12-08"),
    ],
)
def test_a_parcel_should_leave_within_working_days(paid: str, lead: int, leaves: str) -> None:
    due = parcels.ship_by(datetime.fromisoformat(paid).replace(tzinfo=UTC), lead)

    assert due.astimezone(WIB).date().isoformat() == leaves


def let_time_pass(parcel: Shipment, days: int) -> None:
    shipment_id = parcel.id
    with transaction() as session:
        session.execute(
            sa.update(Shipment)
            .where(Shipment.id == shipment_id)
            .values(shipped_at=now() - timedelta(days=days))
        )
        session.execute(sa.update(Job).values(run_at=now() - timedelta(seconds=1)))


def test_a_buyer_who_says_nothing_is_asked_and_then_taken_at_silence(
    parcel: Shipment, bank: FakeGateway, mailbox: Mailbox
) -> None:
    ship(parcel)
    let_time_pass(parcel, parcel.etd_max_days)
    assert mailbox.latest("budi@contoh.id").template == "shipment_arrived"
    assert shipping.complete_by_time() == 0

    let_time_pass(parcel, parcel.etd_max_days + 4)

    assert shipping.complete_by_time() == 1
    assert make_checkout.parcels(parcel.order_id)[0].received_by == "time"
    assert make_checkout.fresh(parcel.order_id).state is OrderState.COMPLETED
    assert shipping.complete_by_time() == 0


def test_a_parcel_that_was_received_is_not_asked_about(
    parcel: Shipment, mailbox: Mailbox, run_jobs: Callable[[], int]
) -> None:
    make_checkout.received(make_checkout.fresh(parcel.order_id))
    let_time_pass(parcel, 30)

    assert "shipment_arrived" not in {letter.template for letter in mailbox.all()}


def test_every_move_of_a_parcel_stands_in_its_council_s_history(parcel: Shipment, session: Session) -> None:
    ship(parcel)

    db.session.rollback()
    entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "shipment.shipped")).one()
    assert entry.scope == "17"
    assert entry.after["tracking_number"] == "JNE0012345"


# --- rates -------------------------------------------------------------------------------------------


def council(session: Session, code: str = "17") -> Council:
    return session.scalars(sa.select(Council).where(Council.code == code)).one()


def test_a_council_without_a_table_of_its_own_uses_the_national_one(session: Session) -> None:
    assert list(rates.rates_for(session, council(session))) == rates.national_table()


def test_a_council_s_own_table_holds_for_its_parcels_only(session: Session) -> None:
    own = [Bracket(zone, 30_000, 7_000 * (zone + 1), 1, 3) for zone in range(7)]
    with transaction() as writing:
        rates.replace(writing, ACTOR, council(writing), own)

    db.session.rollback()
    assert list(rates.rates_for(session, council(session))) == own
    assert list(rates.rates_for(session, council(session, "16"))) == rates.national_table()


def test_changing_one_price_keeps_the_rest_of_the_table(session: Session) -> None:
    with transaction() as writing:
        rates.set_price(writing, ACTOR, council(writing), 0, 1_000, 8_500)

    db.session.rollback()
    table = rates.rates_for(session, council(session))
    assert len(table) == len(rates.national_table())
    assert next(row.price for row in table if (row.zone, row.max_weight_g) == (0, 1_000)) == 8_500


@pytest.mark.parametrize(
    "row",
    [
        Bracket(7, 1_000, 1, 1, 1),
        Bracket(-1, 1_000, 1, 1, 1),
        Bracket(0, 0, 1, 1, 1),
        Bracket(0, 1_000, -1, 1, 1),
        Bracket(0, 1_000, 10**12, 1, 1),
        Bracket(0, 1_000, 1, 3, 2),
        Bracket(0, 1_000, 1, 0, 400),
    ],
)
def test_a_table_that_cannot_be_true_is_refused(session: Session, row: Bracket) -> None:
    with pytest.raises(rates.BadTable), transaction() as writing:
        rates.replace(writing, ACTOR, council(writing), [row])


def test_the_national_table_is_written_once(session: Session) -> None:
    with transaction() as writing:
        first = courier_rules.load(writing)
        second = courier_rules.load(writing)

    assert (first > 7 * 17, second) == (True, 0)
