"""Owns the values that go into a search engine and come out: request, result, document, suggestion, health.

Plain data, the same for every engine. Strict parsing of what a visitor typed is the business of the form
(`catalog.views.search`); here everything is already of the right kind.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from catalog.search.synonyms import Synonyms, standard

Sort = Literal["relevance", "price", "-price", "new"]
SORTS: tuple[Sort, ...] = get_args(Sort)
DEEPEST = 10_000
"""`page * size` beyond this gives no ids (but still the total): nobody reads the four-hundredth page."""
LONGEST_QUERY = 200
"""Characters of a query that are read."""
MOST_WORDS = 12
"""Words of a query that are searched."""

PRICE_EDGES = (0, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000)
"""Rupiah at which the price buckets begin; the last is open."""
FACETS = (
    "craft",
    "family",
    "province",
    "regency",
    "technique",
    "material",
    "availability",
    "kind",
    "heritage",
    "price",
)
"""Every axis that can be filtered by and counted."""


def price_bucket(price: int) -> str:
    """Name the bucket of a price in rupiah by its edges: `250000-500000`, the last one `5000000-`."""
    low = max(edge for edge in PRICE_EDGES if edge <= max(price, 0))
    index = PRICE_EDGES.index(low)
    return f"{low}-{PRICE_EDGES[index + 1]}" if index + 1 < len(PRICE_EDGES) else f"{low}-"


PRICE_BUCKETS = tuple(price_bucket(edge) for edge in PRICE_EDGES)


def price_bounds(bucket: str) -> tuple[int, int | None]:
    """Give the first price in a bucket of PRICE_BUCKETS and the first above it, None for the last."""
    low, _, above = bucket.partition("-")
    return int(low), int(above) if above else None


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What to look for. Values of one filter are alternatives, different filters must all hold."""

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Facet name (of FACETS) to accepted values; unknown values accept nothing."""
    price: tuple[int | None, int | None] = (None, None)
    """Lowest and highest price in rupiah, both included."""
    sort: Sort = "relevance"
    page: int = 1
    size: int = 24
    facets: tuple[str, ...] = ("craft", "province", "price")
    """What to count, each without its own filter."""
    synonyms: Synonyms = field(default_factory=standard, repr=False)
    """Words that stand for each other; `find` hands in those that the councils keep."""

    @property
    def window(self) -> slice:
        """Give the slice of the sorted matches that this page shows; empty beyond DEEPEST."""
        first = max(self.page - 1, 0) * self.size
        return slice(first, first + self.size) if first + self.size <= DEEPEST else slice(0, 0)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What an engine found. `ids` are product ids; whether they may be shown is decided by the database."""

    ids: list[int]
    total: int
    facets: dict[str, dict[str, int]]
    """Facet name to value to count, over all matches, only values that occur."""
    corrected: str | None = None
    """The query as it was understood, when a word was found nowhere and a near one was taken instead."""
    meant: str | None = None
    """Another reading of the query that finds far more: to be offered, not taken."""
    near: bool = False
    """Nothing held all the words; these hold some of them."""
    seq: int = 0
    """The last change this index has seen."""


SuggestionKind = Literal["craft", "region", "place", "maker", "piece"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One completion: what it is, its key (craft slug, code of province or regency, maker key, product id), how many."""

    kind: SuggestionKind
    key: str
    count: int


@dataclass(frozen=True, slots=True)
class Health:
    """How an index is: whether it opens and answers, how many pieces it holds, the last change it saw."""

    ok: bool
    pieces: int = 0
    seq: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class IndexDoc:
    """Everything an engine knows about one live product: words to find it by, values to filter and sort by."""

    id: int
    title: str
    title_en: str = ""
    maker: str = ""
    workshop: str = ""
    places: tuple[str, ...] = ()
    """Names of village and, last, regency: as worth finding by as the maker's name."""
    regions: tuple[str, ...] = ()
    """Names of the province in both languages, and what people call it (Sumsel, Jogja)."""
    islands: tuple[str, ...] = ()
    """Names of its island or islands."""
    craft_names: tuple[str, ...] = ()
    """Names of the craft in both languages."""
    facts: tuple[str, ...] = ()
    """Technique, materials, motif and craft family in words, both languages."""
    story: str = ""
    maker_key: str = ""
    """What a maker's suggestion leads to: the slug of the workshop's page."""
    craft: str = ""
    family: str = ""
    province: str = ""
    regency: str = ""
    technique: str = ""
    materials: tuple[str, ...] = ()
    heritage: tuple[str, ...] = ()
    """Kinds of lists that name the craft, of `catalog.heritage.KINDS`."""
    price: int = 0
    """The lowest price of a variant that can be bought, rupiah."""
    ready: bool = False
    made_to_order: bool = False
    one_of_a_kind: bool = False
    published_at: int = 0
    """Seconds since 1970, UTC."""

    def facet_values(self, facet: str) -> tuple[str, ...]:
        """Give this document's values on one axis of FACETS; () when it has none."""
        match facet:
            case "material":
                return tuple(dict.fromkeys(self.materials))
            case "heritage":
                return self.heritage
            case "availability":
                flags = (("ready", self.ready), ("made_to_order", self.made_to_order))
                return tuple(name for name, holds in flags if holds)
            case "kind":
                return ("one_of_a_kind",) if self.one_of_a_kind else ()
            case "price":
                return (price_bucket(self.price),)
            case _:
                value: str = getattr(self, facet)
                return (value,) if value else ()
