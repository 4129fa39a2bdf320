"""What a courier service asks for a parcel, by its own rules, as arithmetic; and who bears free postage."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkout import pricing, rates, tariffs
from checkout.pricing import Choice, FreePostage, Line, Packing, Parcel, Place, Terms
from checkout.tariffs import Bracket, Insurance, Live, Load, Service

BENGKULU = Place("17.71", "17", "sumatera")
JAKARTA = Place("31.71", "31", "jawa")
RUTENG = Place("53.10", "53", "bali_nusa_tenggara", remote=True)
TABLE = rates.national_table()
REGULAR = Service("regular", table=TABLE)
NEXT_DAY = Service(
    "jne-YES",
    "jne",
    "YES",
    "JNE YES",
    table=[Bracket(3, 10_000, 60_000, 1, 1)],
    insurance=Insurance(20, 5_000),
)
CARGO = Service(
    "jne-JTR", "jne", "JTR", "JNE JTR", "cargo", [Bracket(3, 100_000, 9_000, 4, 8)],
    divisor=4000, tolerance_g=0, min_weight_g=10_000, max_weight_g=60_000,
)  # fmt: skip


def line(
    *, workshop: int = 1, council: int = 1, price: int = 300_000, grams: int = 400, family: str = ""
) -> Line:
    return Line(workshop, workshop, council, BENGKULU, price, 1, grams, 20, 20, 10, family)


def quote(
    *lines: Line, to: Place = JAKARTA, offered: tuple[Service, ...] = (REGULAR, NEXT_DAY),
    free: tuple[FreePostage, ...] = (), pick_up: bool = False, **more: object,
) -> pricing.Quote:  # fmt: skip
    terms = {council: Terms(offered, pick_up=pick_up) for council in (1, 2)}
    return pricing.quote(lines or (line(),), to, terms, free=free, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("grams", "tolerance", "least", "charged"),
    [
        (1_300, 300, 1_000, 1_000),
        (1_301, 300, 1_000, 2_000),
        (1_001, 0, 1_000, 2_000),
        (900, 0, 10_000, 10_000),
    ],
)
def test_each_service_rounds_by_its_own_rule(grams: int, tolerance: int, least: int, charged: int) -> None:
    assert tariffs.round_weight(grams, tolerance, least) == charged


def test_cargo_counts_a_volume_for_more_than_air_does() -> None:
    crate = Load(5_000, 50 * 50 * 50, 0)

    assert tariffs.chargeable(crate, REGULAR) == 21_000
    assert tariffs.chargeable(crate, CARGO) == 32_000


def test_insurance_is_a_share_and_a_fixed_sum_up_to_a_value() -> None:
    jne = Insurance(20, 5_000, compulsory_from=10_000_000, most=20_000_000)

    assert jne.premium(2_000_000) == 9_000  # the example of domain.md 5.3
    assert jne.premium(50_000_000) == jne.premium(20_000_000) == 45_000
    assert not jne.compulsory(9_999_999)
    assert jne.compulsory(10_000_000)
    assert not Insurance().offered


def test_the_cheapest_service_is_taken_unless_another_is_chosen() -> None:
    assert quote().shipping_total == 26_000
    chosen = quote(choices={1: Choice("jne-YES", insured=True)})
    assert (chosen.shipping_total, chosen.insurance_total) == (60_000 + 5_600, 5_600)


@pytest.mark.parametrize("key", ["jne-OKE", "regular ", "0", "?", "pickup"])
def test_a_service_that_is_not_offered_is_refused(key: str) -> None:
    with pytest.raises(pricing.NoSuchOption):
        quote(choices={1: Choice(key)})
    assert quote(choices={1: Choice(key)}, strict=False).parcels[0].chosen is not None


def test_a_choice_for_a_parcel_that_is_not_there_is_refused() -> None:
    with pytest.raises(pricing.NoSuchOption):
        quote(choices={9: Choice("regular")})


def test_picking_up_costs_nothing_and_is_never_chosen_for_somebody() -> None:
    offered = quote(pick_up=True)
    assert offered.parcels[0].options[-1].pick_up
    assert offered.shipping_total == 26_000
    assert quote(pick_up=True, choices={1: Choice("pickup", insured=True)}).shipping_total == 0
    nobody = quote(pick_up=True, offered=())
    assert (nobody.complete, nobody.parcels[0].carried) == (False, False)


def test_what_is_too_heavy_is_told_with_what_would_go() -> None:
    parcel = quote(line(grams=51_000)).parcels[0]

    assert parcel.options == ()
    assert (parcel.weight_g, parcel.limit_g) == (51_000, 50_000)


def test_a_box_adds_its_weight_once() -> None:
    rules = {"ceramics": Packing(grams=800, percent=10), "": Packing(grams=100)}

    assert pricing.load([line(family="ceramics"), line(family="batik")], rules).grams == 800 + 800 + 80
    assert pricing.load([line(family="batik")], rules).grams == 500
    assert pricing.load([line()]).grams == 400


def test_what_an_aggregator_says_takes_the_place_of_the_table_for_that_courier_alone() -> None:
    said = {1: {("jne", "YES"): Live(20_000, 1, 1)}}
    live = quote(live=said, offered=(REGULAR, NEXT_DAY, CARGO))

    # JNE answered, and did not name JTR: it does not go there; the regular service was not asked.
    assert [(one.key, one.fee, one.live) for one in live.parcels[0].options] == [
        ("jne-YES", 20_000, True), ("regular", 26_000, False),
    ]  # fmt: skip


def test_a_remote_regency_costs_what_the_service_says() -> None:
    kind = Service("regular", table=TABLE, remote_bp=0)

    assert quote(to=RUTENG, offered=(kind,)).shipping_total == 38_000
    assert quote(to=RUTENG, offered=(REGULAR,)).shipping_total == 49_400


ALL = frozenset(range(7))


def rule(number: int, workshop: int | None = None, council: int | None = None, **how: int) -> FreePostage:
    return FreePostage(number, workshop, council, how.get("amount", 0), ALL, how.get("most", 0))


def shares(parcel: Parcel) -> tuple[int, int, str]:
    return parcel.discount, parcel.funded, parcel.funded_by


def test_free_postage_is_borne_by_whose_rule_it_is() -> None:
    assert shares(quote(free=(rule(1, workshop=1),)).parcels[0]) == (26_000, 0, "")
    assert shares(quote(free=(rule(1, council=1),)).parcels[0]) == (26_000, 26_000, "council:1")
    assert shares(quote(free=(rule(1),)).parcels[0]) == (26_000, 26_000, "marketplace")
    assert shares(quote(free=(rule(1, council=2), rule(2, workshop=2))).parcels[0]) == (0, 0, "")


def test_who_wants_it_faster_pays_the_difference_and_insurance_stays() -> None:
    fast = quote(free=(rule(1),), choices={1: Choice("jne-YES", insured=True)})

    assert (fast.postage_discount, fast.total) == (26_000, 300_000 + 60_000 + 5_600 - 26_000)


def test_free_postage_begins_at_an_amount_of_what_the_rule_is_about() -> None:
    both = (line(), line(workshop=2, council=2))

    assert quote(*both, free=(rule(1, amount=600_000),)).postage_discount == 52_000
    assert quote(*both, free=(rule(1, council=1, amount=300_001),)).postage_discount == 0
    assert (
        quote(*both, free=(rule(1, amount=1, most=10_000), rule(2, workshop=1, most=9_000))).postage_discount
        == 20_000
    )


# --- for every parcel there is -----------------------------------------------------------------------

SERVICES = st.builds(
    Service,
    key=st.sampled_from(["a-A", "b-B", "c-C"]),
    courier=st.sampled_from(["", "jne"]),
    table=st.lists(
        st.builds(
            Bracket,
            st.integers(0, 6),
            st.integers(1, 60_000),
            st.integers(0, 9_000_000),
            st.just(1),
            st.just(3),
        ),
        max_size=8,
    ),
    divisor=st.sampled_from([4000, 5000, 6000]),
    tolerance_g=st.sampled_from([0, 300]),
    min_weight_g=st.sampled_from([1_000, 10_000]),
    max_weight_g=st.sampled_from([0, 30_000]),
    insurance=st.builds(
        Insurance,
        st.integers(0, 100),
        st.integers(0, 9_000),
        st.none() | st.integers(0, 10**7),
        st.integers(0, 10**7),
    ),
)
LINES = st.builds(
    line,
    workshop=st.integers(1, 7),
    council=st.integers(1, 2),
    price=st.integers(1, 90_000_000),
    grams=st.integers(1, 60_000),
)
RULES = st.builds(
    FreePostage,
    st.integers(1, 99),
    st.none() | st.integers(1, 7),
    st.none(),
    st.integers(0, 10**7),
    st.frozensets(st.integers(0, 6)),
    st.integers(0, 100_000),
)


@given(
    st.lists(LINES, min_size=1, max_size=7, unique_by=lambda one: one.workshop_id),
    st.lists(SERVICES, max_size=3, unique_by=lambda one: one.key),
    st.lists(RULES, max_size=4),
    st.booleans(),
)
def test_every_parcel_s_fee_adds_up(
    lines: list[Line], offered: list[Service], free: list[FreePostage], insured: bool
) -> None:
    choices = {one.workshop_id: Choice(insured=insured) for one in lines}
    found = quote(*lines, offered=tuple(offered), free=tuple(free), choices=choices)

    for parcel in found.parcels:
        assert [one.least for one in parcel.options] == sorted(one.least for one in parcel.options)
        assert 0 <= parcel.funded <= parcel.discount <= parcel.fee
        assert parcel.funded in {0, parcel.discount}
        assert bool(parcel.funded) == bool(parcel.funded_by) or parcel.discount == 0
        if parcel.chosen is not None:
            assert parcel.fee == tariffs.fee(parcel.chosen.rate, JAKARTA, parcel.chosen.service.remote_bp)
            assert parcel.rate is not None
            assert parcel.rate.max_weight_g >= parcel.weight_g
            assert parcel.insurance == parcel.chosen.insurance(insured)
    if found.complete:
        paid = sum(one.goods_total + one.fee + one.insurance - one.discount for one in found.parcels)
        assert found.total == paid == found.goods_total + found.shipping_total - found.postage_discount


@given(
    st.integers(1, 200_000),
    st.integers(0, 400_000),
    st.sampled_from([0, 300]),
    st.sampled_from([1_000, 10_000]),
)
def test_a_weight_is_charged_in_whole_kilograms_never_for_less_than_it_is(
    grams: int, volume: int, tolerance: int, least: int
) -> None:
    service = Service("x", tolerance_g=tolerance, min_weight_g=least)
    charged = tariffs.chargeable(Load(grams, volume, 0), service)

    assert charged % 1_000 == 0
    assert charged >= least
    assert charged >= grams - tolerance
    assert charged == least or charged - 1_000 < max(grams, tariffs.volumetric(volume)) - tolerance


def test_cargo_is_shown_where_it_costs_less() -> None:
    assert [one.key for one in quote(offered=(REGULAR, CARGO)).parcels[0].options] == ["jne-JTR", "regular"]
    dear = Service("jne-JTR", "jne", "JTR", "JNE JTR", "cargo", [Bracket(3, 100_000, 26_000, 4, 8)])
    assert [one.key for one in quote(offered=(REGULAR, dear)).parcels[0].options] == ["regular"]
