"""Commission: of the rules for a sale the most specific one is frozen into the line, and explains it for ever."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.models import Council, Craft, Workshop
from checkout import commissions
from checkout.commissions import NotInTime, NotOfCouncil, Over, Sold, TooMuch, Wanted
from checkout.models import CommissionRule, OrderLine
from tests import make_catalog, make_checkout
from tests.make import ACTOR, writing

TODAY = commissions.today()
LATER = TODAY + timedelta(days=10)


def rule(
    bp: int,
    *,
    council: str = "",
    workshop: Workshop | None = None,
    craft: Craft | None = None,
    first_on: date = TODAY,
    last_on: date | None = None,
) -> CommissionRule:
    """Make a rule."""
    with writing() as session:
        found = session.scalar(sa.select(Council).where(Council.code == council))
        mine = session.get(Workshop, workshop.id) if workshop else None
        wanted = Wanted(found, mine, craft.id if craft else None, bp, first_on, last_on, "Keputusan dewan")
        return commissions.add(session, ACTOR, wanted)


def bp_of(shop: Workshop, craft: Craft | None = None, on: date = TODAY) -> int:
    """Give the commission of a sale."""
    with writing() as session:
        return commissions.for_lines(
            session, [Sold(shop.id, shop.council_id, craft.id if craft else None)], on
        )[0]


def test_the_most_specific_rule_holds_and_of_two_alike_the_later(session: Session) -> None:
    shop, batik = make_catalog.workshop(), make_catalog.craft()
    assert bp_of(shop, batik) == 800  # the setting

    rule(900, craft=batik)
    assert bp_of(shop, batik) == 900
    assert bp_of(shop) == 800
    rule(1000, council="17")
    assert bp_of(shop, batik) == 1000  # the commission is the council's
    rule(700, council="17", craft=batik)
    assert bp_of(shop, batik) == 700
    rule(500, council="17", workshop=shop)
    assert bp_of(shop, batik) == 500
    assert bp_of(make_catalog.workshop(), batik) == 700
    rule(450, council="17", workshop=shop, first_on=LATER)
    assert bp_of(shop, batik) == 500
    assert bp_of(shop, batik, LATER) == 450
    rule(400, council="17", workshop=shop, first_on=LATER)
    assert bp_of(shop, batik, LATER) == 400  # written last


def test_a_rule_ends_with_its_last_day_and_can_be_taken_back_before_its_first(session: Session) -> None:
    shop = make_catalog.workshop()
    short = rule(100, council="17", last_on=LATER)
    planned = rule(50, council="17", first_on=LATER)
    assert bp_of(shop, on=LATER) == 50
    with writing() as here:
        commissions.take_back(here, ACTOR, here.get_one(CommissionRule, planned.id))
    assert bp_of(shop, on=LATER) == 100
    assert bp_of(shop, on=LATER + timedelta(days=1)) == 800
    with writing() as here:
        commissions.end(here, ACTOR, here.get_one(CommissionRule, short.id), TODAY)
    assert bp_of(shop) == 100
    assert bp_of(shop, on=TODAY + timedelta(days=1)) == 800
    with pytest.raises(Over), writing() as here:
        commissions.end(here, ACTOR, here.get_one(CommissionRule, short.id), LATER)
    with pytest.raises(NotInTime), writing() as here:
        commissions.end(here, ACTOR, here.get_one(CommissionRule, short.id), TODAY - timedelta(days=1))


def test_what_cannot_be_a_rule_is_refused(session: Session) -> None:
    elsewhere = make_catalog.workshop(regency="16.71")
    with pytest.raises(NotInTime):
        rule(100, first_on=TODAY - timedelta(days=1))
    with pytest.raises(NotInTime):
        rule(100, first_on=LATER, last_on=TODAY)
    with pytest.raises(TooMuch):
        rule(5001)
    with pytest.raises(NotOfCouncil):
        rule(100, council="17", workshop=elsewhere)
    for typed in ("", "-1", "8%", "7,555", "51", "١", "1_0", "1e1", ",5"):
        with pytest.raises(TooMuch):
            commissions.read_percent(typed)
    assert [commissions.read_percent(one) for one in ("0", "8", "7,5", "7.25", "50")] == [
        0,
        800,
        750,
        725,
        5000,
    ]
    assert [commissions.percent(bp) for bp in (0, 800, 750, 725, 5)] == ["0", "8", "7,5", "7,25", "0,05"]


def test_a_sale_keeps_the_rate_of_its_moment(session: Session) -> None:
    piece = make_catalog.piece(price=333_333)
    rule(725, council="17")
    order = make_checkout.order((piece, 1))
    rule(100, council="17")
    line = session.scalars(sa.select(OrderLine).where(OrderLine.order_id == order.id)).one()
    assert (line.commission_bp, line.commission) == (725, 24_167)


def test_what_others_bear_of_a_discount_counts_as_earned(session: Session) -> None:
    make_catalog.workshop()
    lines = [
        OrderLine(workshop_id=1, council_id=1, variant_id=1, total=100_000, discount=20_000, funded=funded)
        for funded in (0, 20_000, None)
    ]
    with writing() as here:
        commissions.freeze(here, lines, {1: None})
    assert [line.commission for line in lines] == [6_400, 8_000, 6_400]
