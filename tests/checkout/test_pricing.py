"""What a cart costs: postage by zone and weight, totals and commission, as arithmetic."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkout import pricing, rates
from checkout.pricing import Line, Place
from shop import money

BENGKULU = Place("17.71", "17", "sumatera")
REJANG_LEBONG = Place("17.02", "17", "sumatera")
PALEMBANG = Place("16.71", "16", "sumatera")
JAKARTA = Place("31.71", "31", "jawa")
SLEMAN = Place("34.04", "34", "jawa")
DENPASAR = Place("51.71", "51", "bali_nusa_tenggara")
BANJARMASIN = Place("63.71", "63", "kalimantan")
AMBON = Place("81.71", "81", "maluku")
JAYAPURA = Place("91.71", "91", "papua")
TABLE = {1: pricing.plain(rates.national_table())}


def line(
    *, grams: int = 400, size: tuple[int, int, int] = (30, 25, 5), price: int = 350_000, quantity: int = 1,
    workshop: int = 1, origin: Place = BENGKULU, variant: int = 1,
) -> Line:  # fmt: skip
    return Line(
        variant_id=variant,
        workshop_id=workshop,
        council_id=1,
        origin=origin,
        unit_price=price,
        quantity=quantity,
        weight_g=grams,
        length_cm=size[0],
        width_cm=size[1],
        height_cm=size[2],
    )


@pytest.mark.parametrize(
    ("start", "end", "zone"),
    [
        (BENGKULU, BENGKULU, 0),
        (BENGKULU, REJANG_LEBONG, 1),
        (BENGKULU, PALEMBANG, 2),
        (JAKARTA, SLEMAN, 2),
        (BENGKULU, JAKARTA, 3),
        (SLEMAN, DENPASAR, 3),
        (JAKARTA, BANJARMASIN, 4),
        (BENGKULU, DENPASAR, 4),
        (JAKARTA, AMBON, 5),
        (AMBON, JAYAPURA, 6),
        (BENGKULU, JAYAPURA, 6),
    ],
)
def test_the_zone_follows_the_islands_and_is_the_same_both_ways(start: Place, end: Place, zone: int) -> None:
    assert pricing.zone(start, end) == pricing.zone(end, start) == zone


@pytest.mark.parametrize(
    ("grams", "charged"),
    [
        (1, 1000),
        (1000, 1000),
        (1300, 1000),
        (1301, 2000),
        (2000, 2000),
        (2300, 2000),
        (2301, 3000),
        (20_833, 21_000),
    ],
)
def test_weight_is_charged_in_whole_kilograms_and_three_hundred_grams_are_free(
    grams: int, charged: int
) -> None:
    assert pricing.round_weight(grams) == charged


@pytest.mark.parametrize(("size", "kilos"), [((50, 50, 50), 21), ((40, 30, 10), 2)])
def test_a_large_light_parcel_is_charged_by_its_volume(size: tuple[int, int, int], kilos: int) -> None:
    assert pricing.chargeable_weight([line(grams=100, size=size)]) == kilos * 1000


def test_a_heavy_small_parcel_is_charged_by_its_weight() -> None:
    assert pricing.chargeable_weight([line(grams=5_000, size=(10, 10, 10))]) == 5_000


def test_the_pieces_of_one_workshop_travel_in_one_parcel_and_are_weighed_together() -> None:
    # Three pieces of 500 g are 1.5 kg, charged as 2; one by one they would be charged as 3.
    quote = pricing.quote(
        [line(grams=500, size=(5, 5, 5), quantity=2), line(grams=500, size=(5, 5, 5), variant=2)],
        PALEMBANG,
        TABLE,
    )

    assert [parcel.weight_g for parcel in quote.parcels] == [2_000]


def test_each_workshop_sends_a_parcel_of_its_own() -> None:
    quote = pricing.quote([line(), line(workshop=2, origin=SLEMAN, variant=2)], JAKARTA, TABLE)

    assert [(parcel.workshop_id, parcel.zone) for parcel in quote.parcels] == [(1, 3), (2, 2)]
    assert quote.shipping_total == 26_000 + 20_000
    assert quote.total == 700_000 + 46_000


def test_a_remote_regency_costs_a_surcharge() -> None:
    near = pricing.quote([line()], JAYAPURA, TABLE)
    far = pricing.quote([line()], Place("91.15", "91", "papua", remote=True), TABLE)

    assert far.shipping_total == near.shipping_total + money.share(near.shipping_total, 3_000)


def test_what_nobody_carries_is_said_and_has_no_total() -> None:
    quote = pricing.quote([line(grams=60_000)], JAKARTA, TABLE)

    assert not quote.complete
    assert quote.parcels[0].rate is None
    with pytest.raises(pricing.Incomplete):
        _ = quote.total


LINES = st.builds(
    line,
    grams=st.integers(1, 9_000),
    size=st.tuples(st.integers(1, 40), st.integers(1, 40), st.integers(1, 40)),
    price=st.integers(1, 90_000_000),
    quantity=st.integers(1, 4),
    workshop=st.integers(1, 7),
    variant=st.integers(1, 1_000),
)


@given(st.lists(LINES, min_size=1, max_size=9))
def test_a_quote_loses_no_line_and_no_rupiah(lines: list[Line]) -> None:
    quote = pricing.quote(lines, JAKARTA, TABLE)

    assert sorted(one.variant_id for parcel in quote.parcels for one in parcel.lines) == sorted(
        one.variant_id for one in lines
    )
    assert quote.goods_total == sum(one.unit_price * one.quantity for one in lines)
    if quote.complete:
        assert quote.total == quote.goods_total + sum(parcel.fee for parcel in quote.parcels)


@given(st.integers(1, money.MAX_AMOUNT), st.integers(0, 10_000))
def test_commission_and_earning_are_the_whole_line(total: int, basis_points: int) -> None:
    commission = pricing.commission(total, basis_points)

    assert 0 <= commission <= total
    assert abs(commission * 10_000 - total * basis_points) <= 5_000


@given(st.lists(LINES, min_size=1, max_size=5), LINES)
def test_one_more_piece_never_makes_a_parcel_lighter(lines: list[Line], more: Line) -> None:
    assert pricing.chargeable_weight([*lines, more]) >= pricing.chargeable_weight(lines)
