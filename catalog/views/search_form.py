"""The search form: the one strict reader of a search address, and the one writer of such addresses.

The address is the state: `?q=…&craft=…&craft=…&province=17&price=100000-250000&sort=newest&page=2`.
Called by `catalog.views.search`.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from urllib.parse import quote_plus

from flask import g, request, url_for
from werkzeug.datastructures import MultiDict

from catalog.search.query import FACETS, LONGEST_QUERY, SearchRequest, Sort
from shop.errors import Invalid, NotFound

PAGE_SIZE = 24
MOST_VALUES = 20
"""Values of one facet that are read from an address."""
MOST_FILTERS = 40
"""Values of all facets together; every one of them is written into every address of the page."""
LONGEST_VALUE = 80
COUNTED = (
    "family",
    "craft",
    "province",
    "regency",
    "price",
    "availability",
    "technique",
    "material",
    "kind",
    "heritage",
)
"""The facets shown, in this order."""
SORT_WORDS: dict[str, Sort] = {
    "relevance": "relevance",
    "newest": "new",
    "price-low": "price",
    "price-high": "-price",
}
"""How sorting is called in an address."""
UNWRITABLE = frozenset({"Cc", "Cs", "Cn", "Co"})
"""Kinds of characters that no page may hold: control, half, unassigned, private."""
_PAGE = re.compile(r"[1-9][0-9]{0,9}")
_PRICE = re.compile(r"(?:[Rr][Pp]\.?)?([0-9]{1,12})")


class NoSuchPage(NotFound):
    """The list is not that long, or what stands in the address is not a page number."""

    message = "There is no such page in this list."


class NotAPrice(Invalid):
    """A price bound is not a number of rupiah."""

    message = "Please write the price in whole rupiah, such as 250.000."


@dataclass(frozen=True, slots=True)
class SearchForm:
    """What an address asks for. `price_min` and `price_max` are rupiah."""

    q: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    price_min: int | None = None
    price_max: int | None = None
    sort: str = ""
    page: int = 1

    @classmethod
    def read(cls, args: MultiDict[str, str]) -> "SearchForm":
        """Read the query string of a request.

        Unknown facet values are kept: they find nothing. An unknown sort is the usual one.

        :raise NotAPrice: when a price bound is not a number.
        :raise NoSuchPage: when the page is not a number from 1.
        """
        low, high = _price(args.get("price_min", "")), _price(args.get("price_max", ""))
        if low is not None and high is not None and low > high:
            low, high = high, low
        page = args.get("page", "1")
        if not _PAGE.fullmatch(page):
            raise NoSuchPage
        filters: dict[str, tuple[str, ...]] = {}
        for name in FACETS:
            left = MOST_FILTERS - sum(map(len, filters.values()))
            filters[name] = _values(args.getlist(name))[:left]
        return cls(
            q=clean(args.get("q", ""), LONGEST_QUERY),
            filters={name: values for name, values in filters.items() if values},
            price_min=low,
            price_max=high,
            sort=args.get("sort", "") if args.get("sort", "") in SORT_WORDS else "",
            page=int(page),
        )

    def to_query(self) -> SearchRequest:
        """Give what the search understands."""
        return SearchRequest(
            text=self.q,
            filters=self.filters,
            price=(self.price_min, self.price_max),
            sort=SORT_WORDS[self.sort_shown],
            page=self.page,
            size=PAGE_SIZE,
            facets=self.counted,
        )

    @property
    def sort_shown(self) -> str:
        """Give the order in use: the best first where there are words, else the newest."""
        return self.sort or ("relevance" if self.q else "newest")

    @property
    def counted(self) -> tuple[str, ...]:
        """Give the questions to ask: regencies only once a province is chosen, there are 514."""
        within = "province" in self.filters or "regency" in self.filters
        return COUNTED if within else tuple(name for name in COUNTED if name != "regency")

    @property
    def narrowed(self) -> bool:
        """Say whether anything but words narrows the list."""
        return bool(self.filters) or self.price_min is not None or self.price_max is not None

    def with_value(self, facet: str, value: str) -> "SearchForm":
        """Give this form with one value of a facet turned on, or off if it was on; on the first page."""
        chosen = self.filters.get(facet, ())
        changed = tuple(other for other in chosen if other != value) if value in chosen else (*chosen, value)
        filters = {**self.filters, facet: changed}
        return replace(self, filters={name: values for name, values in filters.items() if values}, page=1)

    def without(self, facet: str) -> "SearchForm":
        """Give this form without any value of a facet (`price`: without the free range too); on the first page."""
        filters = {name: values for name, values in self.filters.items() if name != facet}
        if facet == "price":
            return replace(self, filters=filters, price_min=None, price_max=None, page=1)
        return replace(self, filters=filters, page=1)

    def address(self, anchor: str | None = None) -> str:
        """Give the address that says all this, in the language of the page; `anchor` is a part of that page."""
        page = [("page", str(self.page))] if self.page > 1 else []
        return _address([*self._words(), *_pairs(self.filters), *self._prices(), *_written(page)], anchor)

    def choosing(self, facet: str, anchor: str) -> Callable[[str], str]:
        """Give what writes the address of `with_value(facet, value)`: there are a hundred on a page, alike but for it."""
        chosen = self.filters.get(facet, ())
        before, after = list(self.filters.items()), []
        if chosen:
            place = list(self.filters).index(facet)
            before, after = before[:place], before[place + 1 :]
        head, tail = [*self._words(), *_pairs(dict(before))], [*_pairs(dict(after)), *self._prices()]
        start = _address([*head, *_pairs({facet: chosen}), f"{facet}="])
        end = "".join(f"&{one}" for one in tail) + f"#{anchor}"

        def write(value: str) -> str:
            if value in chosen:
                others = {facet: tuple(other for other in chosen if other != value)}
                return _address([*head, *_pairs(others), *tail], anchor)
            return start + _quoted(value) + end

        return write

    def _words(self) -> list[str]:
        return _written([("q", self.q), ("sort", self.sort)])

    def _prices(self) -> list[str]:
        low, high = self.price_min, self.price_max
        return _written(
            [
                (name, str(price))
                for name, price in (("price_min", low), ("price_max", high))
                if price is not None
            ]
        )


@lru_cache(maxsize=4_096)
def _quoted(value: str) -> str:
    return quote_plus(value)


def _written(pairs: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{name}={_quoted(value)}" for name, value in pairs if value]


def _pairs(filters: Mapping[str, tuple[str, ...]]) -> list[str]:
    return _written((name, value) for name, chosen in filters.items() for value in chosen)


def _address(said: list[str], anchor: str | None = None) -> str:
    return _path() + ("?" + "&".join(said) if said else "") + (f"#{anchor}" if anchor else "")


def _path() -> str:
    """Give the address of the search page, asked for once a request: a page of results writes a hundred of them."""
    root, path = g.get("search_path", (None, ""))
    if root != request.script_root:  # the language stands there
        path = url_for("search.results")
        g.search_path = request.script_root, path
    return str(path)


def clean(text: str, most: int) -> str:
    """Bring typed text into one shape: NFC, no control or half characters, single spaces, not too long."""
    text = unicodedata.normalize("NFC", text[: most * 4])
    text = "".join(
        " " if unicodedata.category(letter) in {"Cc", "Cs", "Cn", "Co"} else letter for letter in text
    )
    return " ".join(text.split())[:most].strip()


def is_writable(args: MultiDict[str, str]) -> bool:
    """Say whether an address can be written into a page as it stands."""
    return not any(
        unicodedata.category(letter) in UNWRITABLE
        for pair in args.items(multi=True)
        for text in pair
        for letter in text
    )


def _values(given: list[str]) -> tuple[str, ...]:
    cleaned = (clean(value, LONGEST_VALUE) for value in given[:MOST_VALUES])
    return tuple(dict.fromkeys(value for value in cleaned if value))


def _price(text: str) -> int | None:
    """Read rupiah as people write them: `250000`, `250.000`, `Rp 250.000`."""
    written = re.sub(r"[\s.\u00a0]", "", clean(text, 40))
    if not written:
        return None
    found = _PRICE.fullmatch(written)
    if not found:
        raise NotAPrice
    return int(found[1])
