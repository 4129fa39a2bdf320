"""The search in words: what was asked for and how many there are, what else may be meant, and ways out of nothing.

Called by `catalog.views.search`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from catalog import heritage
from catalog.atlas import Atlas
from catalog.heritage import Entry
from catalog.search import analysis, find
from catalog.search.find import Page
from catalog.search.query import PRICE_BUCKETS, price_bounds
from catalog.views import search_facets
from catalog.views.search_facets import Counts, Names
from catalog.views.search_form import SearchForm
from shop.i18n import write_number
from shop.money import rupiah

MOST_WAYS = 6
"""Ways out that are looked into where nothing was found."""
MOST_SOURCES = 20


@dataclass(frozen=True, slots=True)
class WayOut:
    """The same search without one of its parts: what is left out, how many there are then, the address."""

    label: str
    count: int
    url: str


def restate(form: SearchForm, total: int, words: Names, understood: str | None = None) -> str:
    """Say in one sentence what was asked for and how many there are: "24 karya Tenun dari Bali, siap kirim"."""
    q = understood or form.q
    if not total and q:
        said = _("Nothing for “%(words)s”", words=q)
    elif not q and not form.narrowed:
        figure = ngettext("%(figure)s piece", "%(figure)s pieces", total, figure=write_number(total))
        return str(_("All pieces: %(count)s", count=figure))
    else:
        said = ngettext("%(figure)s piece", "%(figure)s pieces", total, figure=write_number(total))
    made = _either(form, words, "family", "craft")
    if made:
        said = _("%(what)s of %(crafts)s", what=said, crafts=made)
    if total and q:
        said = _("%(count)s for “%(words)s”", count=said, words=q)
    places = _either(form, words, "regency") or _either(form, words, "province")
    if places:
        said = _("%(what)s from %(places)s", what=said, places=places)
    return ", ".join([str(said), *_tails(form, words)])


def _tails(form: SearchForm, words: Names) -> list[str]:
    """Give what else narrows the list, each as it stands at the end of a sentence."""
    small = {
        "ready": _("ready now"),
        "made_to_order": _("made to order"),
        "one_of_a_kind": _("one of a kind"),
    }
    tails = [_either(form, words, "technique")]
    known = words.get("material", {})
    made_of = _or(_small(known.get(name, name)) for name in form.filters.get("material", ()))
    tails.append(_("made of %(materials)s", materials=made_of) if made_of else "")
    tails += [
        _or(small.get(value, value) for value in form.filters.get(facet, ()))
        for facet in ("availability", "kind")
    ]
    tails.append(_either(form, words, "heritage"))
    tails.append(
        _or(
            _range(*price_bounds(bucket))
            for bucket in form.filters.get("price", ())
            if bucket in PRICE_BUCKETS
        )
    )
    tails.append(_range(form.price_min, form.price_max))
    return [str(tail) for tail in tails if tail]


def _range(low: int | None, high: int | None) -> str:
    """Write a range of prices inside a sentence; nothing where it has no end."""
    if not low and high is None:
        return ""
    if high is None:
        return str(_("from %(price)s", price=rupiah(low or 0)))
    return search_facets.price_span(low, high) if low else str(_("up to %(price)s", price=rupiah(high)))


def _either(form: SearchForm, words: Names, *facets: str) -> str:
    return _or(
        words.get(facet, {}).get(value, value) for facet in facets for value in form.filters.get(facet, ())
    )


def _small(words: str) -> str:
    """Write a material as it stands inside a sentence."""
    return words[:1].lower() + words[1:]


def _or(parts: Iterable[str]) -> str:
    found = list(dict.fromkeys(str(part) for part in parts))
    if len(found) < 2:
        return "".join(found)
    return str(_("%(first)s or %(last)s", first=", ".join(found[:-1]), last=found[-1]))


def ways_out(session: Session, form: SearchForm, words: Names) -> list[WayOut]:
    """Look what there is without one filter, or without one word; only what finds something."""
    ways = search_facets.narrowings(form, words)
    said = analysis.words(form.q)
    if len(said) > 1:
        for place, word in enumerate(said):
            rest = " ".join(said[:place] + said[place + 1 :])
            ways.append((f"“{word}”", replace(form, q=rest, page=1)))
    found = []
    for label, without in ways[:MOST_WAYS]:
        page = find.find(session, replace(without.to_query(), facets=(), size=1))
        if page.total and not page.near and not page.corrected:
            found.append(WayOut(label, page.total, without.address()))
    return found


def meant(form: SearchForm, found: Page) -> tuple[str, str] | None:
    """Give another reading of the words that finds far more, with its address."""
    if not found.meant:
        return None
    return found.meant, replace(form, q=found.meant, page=1).address()


def sources(form: SearchForm, counts: Counts, known: Atlas) -> list[tuple[str, str, str, Entry]]:
    """Give, for the chosen kinds of heritage, slug, craft, kind and entry of every craft that was found."""
    chosen = form.filters.get("heritage", ())
    if not chosen:
        return []
    crafts = search_facets.crafts(known, counts.get("craft", ()))
    found = [
        (slug, craft.name, _(heritage.KINDS[entry.kind]), entry)
        for slug, craft in sorted(crafts.items(), key=lambda pair: pair[1].name)
        for entry in craft.entries
        if entry.kind in chosen
    ]
    return found[:MOST_SOURCES]
