"""What every search engine must do. A second engine joins by one more line in `tests.make_search.ENGINES`."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.search.engine import SearchEngine
from catalog.search.engines import ENGINES
from catalog.search.query import FACETS, SearchRequest
from tests.make_search import catalogue, doc, put

QUERIES = Path(__file__).parent / "queries.csv"
EVERYTHING = SearchRequest(size=100)


# --- finding -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ENGINES)
def test_every_query_of_the_file_finds_first_what_it_should(name: str, tmp_path: Path) -> None:
    engine = ENGINES[name](tmp_path)
    engine.rebuild(catalogue())
    wrong = []

    with QUERIES.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found = engine.search(SearchRequest(row["query"]))
            first = [int(number) for number in row["first"].split()]
            expected = (first, row["total"] or str(found.total), row["corrected"] or None)
            got = (
                found.ids[: len(first)],
                str(found.total),
                found.corrected if row["total"] else expected[2],
            )
            if got != expected:
                wrong.append(f"{row['query']!r}: expected {expected}, got {got}")

    assert not wrong, "\n".join(wrong)


def test_a_makers_name_beats_a_title_and_a_title_beats_a_story(engine: SearchEngine) -> None:
    story = doc(41, "Sarung", story="Kancil, kancil dan kancil lagi.")
    title = doc(42, "Wayang kancil", story="Kancil mencuri.")
    maker = doc(43, "Topeng", maker="Kancil Contoh")

    put(engine, story, title, maker)

    assert engine.search(SearchRequest("kancil")).ids == [43, 42, 41]


def test_all_words_must_hold_or_else_near_ones_are_offered_and_said_to_be_near(engine: SearchEngine) -> None:
    exact = engine.search(SearchRequest("perak kotagede"))
    near = engine.search(SearchRequest("perak bengkulu"))

    assert (exact.near, exact.ids) == (False, [17, 18])
    assert near.near
    assert set(near.ids) == {17, 18, 19, 1, 2, 3}


def test_a_word_that_stands_somewhere_is_never_corrected(engine: SearchEngine) -> None:
    put(engine, doc(41, "Kain", story="Motif bertuliskan tuls."))

    found = engine.search(SearchRequest("tuls"))

    assert (found.corrected, found.ids) == (None, [41])


# --- filters, facets, order --------------------------------------------------------------------------


def test_values_of_one_filter_are_alternatives_and_filters_must_all_hold(engine: SearchEngine) -> None:
    crafts = ("perak-kotagede", "perak-celuk")

    both = engine.search(SearchRequest(filters={"craft": crafts}))
    one = engine.search(SearchRequest(filters={"craft": crafts, "province": ("51",)}))
    none = engine.search(SearchRequest(filters={"craft": ("perak-celuk",), "province": ("34",)}))

    assert set(both.ids) == {17, 18, 19}
    assert one.ids == [19]
    assert (none.ids, none.total) == ([], 0)


@pytest.mark.parametrize("facet", FACETS)
def test_a_value_that_nothing_has_lets_nothing_through(engine: SearchEngine, facet: str) -> None:
    found = engine.search(SearchRequest(filters={facet: ("no such value",)}))

    assert (found.ids, found.total) == ([], 0)


def test_a_filter_that_no_index_has_or_without_values_lets_nothing_through(engine: SearchEngine) -> None:
    assert engine.search(SearchRequest(filters={"colour": ("red",)})).total == 0
    assert engine.search(SearchRequest(filters={"craft": ()})).total == 0


def test_every_facet_is_counted_over_all_matches_as_a_count_by_hand(engine: SearchEngine) -> None:
    found = engine.search(SearchRequest(size=1, facets=FACETS))

    for facet in FACETS:
        by_hand: dict[str, int] = {}
        for one in catalogue():
            for value in one.facet_values(facet):
                by_hand[value] = by_hand.get(value, 0) + 1
        assert found.facets[facet] == by_hand, facet


def test_a_facet_is_counted_without_its_own_filter(engine: SearchEngine) -> None:
    request = SearchRequest(filters={"province": ("34",), "price": ("250000-500000",)}, facets=FACETS)

    found = engine.search(request)

    assert found.ids == [17]
    assert found.facets["craft"] == {"perak-kotagede": 1}
    assert found.facets["province"]["19"] == 1  # other provinces in this price bucket
    assert found.facets["price"] == {
        "100000-250000": 1,
        "250000-500000": 1,
        "500000-1000000": 1,
        "5000000-": 1,
    }


def test_a_free_price_range_includes_its_ends_and_counts_as_the_price_filter(engine: SearchEngine) -> None:
    found = engine.search(SearchRequest(price=(85_000, 120_000), facets=("price", "province")))

    assert set(found.ids) == {7, 21, 29}
    assert found.facets["province"] == {"18": 1, "32": 1, "19": 1}
    assert sum(found.facets["price"].values()) == 30


def test_sorting_by_price_and_by_newness(engine: SearchEngine) -> None:
    prices = {one.id: one.price for one in catalogue()}

    for request in (EVERYTHING, SearchRequest("perak ukir batik", size=100)):
        up = engine.search(replace(request, sort="price")).ids
        down = engine.search(replace(request, sort="-price")).ids
        new = engine.search(replace(request, sort="new")).ids
        assert [prices[one] for one in up] == sorted(prices[one] for one in up)
        assert [prices[one] for one in down] == sorted((prices[one] for one in down), reverse=True)
        assert new == sorted(new, reverse=True)
        assert set(up) == set(down) == set(new)


def test_pages_join_to_the_whole_without_gap_or_repeat(engine: SearchEngine) -> None:
    for sort in ("relevance", "price", "-price", "new"):
        whole = engine.search(SearchRequest(sort=sort, size=100)).ids
        pages = [engine.search(SearchRequest(sort=sort, size=7, page=n)).ids for n in range(1, 7)]
        assert [one for page in pages for one in page] == whole
        assert len(set(whole)) == 30


# --- suggestions, similar ----------------------------------------------------------------------------


def test_suggestions_complete_the_last_word_of_a_name(engine: SearchEngine) -> None:
    found = engine.suggest("son", {"craft": 3, "region": 3, "maker": 3, "piece": 3})

    assert [(one.kind, one.key) for one in found] == [
        ("craft", "songket-palembang"),
        ("maker", "songket-kencana"),
        ("piece", "5"),
        ("piece", "4"),
    ]
    assert engine.suggest("songket ken", {"maker": 3})[0].key == "songket-kencana"
    assert engine.suggest("sumatera sel", {"region": 3})[0].key == "16"
    assert engine.suggest("south su", {"region": 3})[0].key == "16"
    assert engine.suggest("sonkget", {"craft": 1})[0].key == "songket-palembang"


@pytest.mark.parametrize("text", ["", " ", "a", "zzzz", "!", "tik"])
def test_nothing_is_suggested_for_nothing_and_nothing_from_the_middle_of_a_word(
    engine: SearchEngine, text: str
) -> None:
    assert engine.suggest(text, {"craft": 9, "region": 9, "maker": 9}) == []


def test_similar_pieces_are_of_the_same_craft_first_and_never_the_piece_itself(engine: SearchEngine) -> None:
    assert engine.similar(17, 2) == [18, 19]
    assert 17 not in engine.similar(17, 30)
    assert engine.similar(999) == []
