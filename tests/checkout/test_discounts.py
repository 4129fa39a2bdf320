"""What comes off and where: exact to the rupiah, whatever the prices."""

from hypothesis import given
from hypothesis import strategies as st

from checkout import discounts
from checkout.discounts import Terms

COSTS = st.dictionaries(st.integers(1, 10**9), st.integers(0, 10**9), min_size=1, max_size=7)


@given(costs=COSTS, part=st.integers(0, 10**9))
def test_shares_add_up_and_none_is_more_than_its_thing_costs(costs: dict[int, int], part: int) -> None:
    amount = min(part, sum(costs.values()))

    shares = discounts.spread(amount, costs)

    assert sum(shares.values()) == amount
    assert all(0 < share <= costs[key] for key, share in shares.items())


@given(costs=COSTS, part=st.integers(0, 10**9))
def test_a_share_is_less_than_a_rupiah_from_its_exact_part(costs: dict[int, int], part: int) -> None:
    whole = sum(costs.values())
    amount = min(part, whole)

    shares = discounts.spread(amount, costs)

    assert all(abs(shares.get(key, 0) * whole - amount * cost) < whole for key, cost in costs.items() if cost)


@given(
    terms=st.builds(
        Terms,
        amount=st.integers(0, 10**10),
        percent=st.integers(0, 100),
        postage=st.booleans(),
        cap=st.none() | st.integers(1, 10**9),
    ),
    cost=st.integers(0, 10**10),
    room=st.integers(0, 10**10),
)
def test_never_more_comes_off_than_it_costs_or_may(terms: Terms, cost: int, room: int) -> None:
    off = discounts.worth(terms, cost, room)

    assert 0 <= off <= min(cost, room)
    assert terms.cap is None or off <= terms.cap


def test_ten_per_cent_of_three_awkward_prices() -> None:
    costs = {7: 333_333, 3: 333_333, 5: 333_334}

    off = discounts.worth(Terms(percent=10), sum(costs.values()), 10**9)

    assert off == 100_000
    assert discounts.spread(off, costs) == {3: 33_333, 5: 33_334, 7: 33_333}
