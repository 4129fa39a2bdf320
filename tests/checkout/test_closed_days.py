"""The days on which parcels leave: weekends, holidays and days of couriers do not count, nor what is paid too late."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import Council
from checkout import closed_days, pick_up, shipping, workdays
from checkout.models import ClosedKind, Shipment
from checkout.workdays import Closed
from shop.db import now, transaction
from shop.i18n import WIB
from tests import make_checkout
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR

LEBARAN = Closed(frozenset(date(2027, 3, day) for day in range(8, 16)))


@pytest.mark.parametrize(
    ("paid", "days", "closed", "cutoff", "due"),
    [
        ("2027-03-04 10:00", 2, Closed(), 24, "2027-03-08"),  # Thursday, then a weekend
        ("2027-03-04 10:00", 2, LEBARAN, 24, "2027-03-16"),
        ("2027-03-01 13:59", 2, Closed(), 14, "2027-03-03"),
        ("2027-03-01 14:00", 2, Closed(), 14, "2027-03-04"),
        ("2027-03-05 18:00", 2, Closed(), 14, "2027-03-09"),  # Friday evening counts as Saturday
    ],
)
def test_a_parcel_has_its_working_days(paid: str, days: int, closed: Closed, cutoff: int, due: str) -> None:
    moment = datetime.fromisoformat(paid).replace(tzinfo=WIB)

    found = workdays.ship_by(moment.astimezone(UTC), days, closed, cutoff)

    assert found.astimezone(WIB).strftime("%Y-%m-%d %H:%M") == f"{due} 17:00"


@given(
    st.integers(0, 2 * 365 * 24 * 60),
    st.integers(1, 30),
    st.frozensets(st.dates(date(2026, 1, 1), date(2028, 3, 1)), max_size=40),
    st.integers(0, 24),
    st.timedeltas(timedelta(0), timedelta(days=3)),
)
def test_who_pays_later_is_never_promised_an_earlier_day(
    minutes: int, days: int, closed: frozenset[date], cutoff: int, later: timedelta
) -> None:
    paid = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    first = workdays.ship_by(paid, days, Closed(closed), cutoff)

    assert first <= workdays.ship_by(paid + later, days, Closed(closed), cutoff)
    assert first.date() not in closed
    assert first.weekday() < workdays.SATURDAY
    assert first.date() >= paid.astimezone(WIB).date() + timedelta(days=days)


def test_days_on_which_couriers_rest_make_the_way_longer() -> None:
    resting = frozenset({date(2027, 3, 10), date(2027, 3, 11)})

    assert workdays.on_the_way(date(2027, 3, 8), 3, resting) == 5
    assert workdays.on_the_way(date(2027, 3, 1), 3, resting) == 3


def test_the_list_of_holidays_is_believable_and_names_its_sources() -> None:
    listed = closed_days.listed()

    assert {row.first_on.year for row in listed} == {2026, 2027}
    assert all(row.source and row.name_id and row.name_en for row in listed)
    assert all(0 <= (row.last_on - row.first_on).days < closed_days.LONGEST for row in listed)
    estimated = [row for row in listed if "perkiraan" in row.name_id or "estimated" in row.source]
    assert estimated
    assert not any(row.verified for row in estimated)


def test_holidays_are_loaded_once_and_a_council_s_own_hold_for_its_workshops_alone(bank: FakeGateway) -> None:
    monday = now().astimezone(WIB).date() + timedelta(days=1)
    with transaction() as session:
        assert closed_days.load(session) == len(closed_days.listed())
        assert closed_days.load(session) == 0
        here = session.scalars(sa.select(Council).where(Council.code == "17")).one()
        for number in range(4):
            day = monday + timedelta(days=7 * number)
            closed_days.add(
                session, ACTOR, here, first_on=day, last_on=day + timedelta(days=6),
                kind=ClosedKind.HOLIDAY, name_id="Tabut",
            )  # fmt: skip
        with pytest.raises(closed_days.KnownDay):
            closed_days.add(
                session, ACTOR, here, first_on=monday, last_on=monday + timedelta(days=6),
                kind=ClosedKind.HOLIDAY, name_id="Tabut",
            )  # fmt: skip
        with pytest.raises(closed_days.BadDays):
            closed_days.add(
                session, ACTOR, here, first_on=monday, last_on=monday - timedelta(days=1),
                kind=ClosedKind.HOLIDAY, name_id="Tabut",
            )  # fmt: skip

    parcel = make_checkout.parcels(make_checkout.paid().id)[0]

    assert parcel.ship_by is not None
    assert parcel.ship_by.date() > monday + timedelta(days=27)


def test_a_parcel_under_way_is_not_taken_as_received_while_couriers_rest(bank: FakeGateway) -> None:
    parcel = make_checkout.sent(make_checkout.paid())[0]
    sent_on = (now() - timedelta(days=30)).astimezone(WIB).date()
    with transaction() as session:
        here = session.scalars(sa.select(Council).where(Council.code == "17")).one()
        closed_days.add(
            session, ACTOR, here, first_on=sent_on + timedelta(days=1), last_on=sent_on + timedelta(days=31),
            kind=ClosedKind.COURIERS, name_id="Kurir libur",
        )  # fmt: skip
        session.execute(
            sa.update(Shipment).where(Shipment.id == parcel.id).values(shipped_at=now() - timedelta(days=30))
        )

    assert shipping.complete_by_time() == 0


def test_the_cut_off_hour_of_the_council_counts(bank: FakeGateway) -> None:
    with transaction() as session:
        here = session.scalars(sa.select(Council).where(Council.code == "17")).one()
        pick_up.settle(session, ACTOR, here, pick_up.Counter(cutoff_hour=0))

    parcel = make_checkout.parcels(make_checkout.paid().id)[0]

    assert parcel.ship_by == workdays.ship_by(parcel.created_at, 2, None, 0)
