"""The councils' words: what they may say, and that a change holds for the next question without a new index."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.models import CatalogVersion, Council, SynonymGroup
from catalog.search import find, synonyms, wordbook
from catalog.search.query import SearchRequest
from shop import inputs
from shop.models import AuditEntry
from tests import make_search
from tests.make import ACTOR, writing


def _ids(session: Session, text: str) -> list[int]:
    session.rollback()
    return find.find(session, SearchRequest(text, facets=())).ids


def _group(session: Session, head: str) -> SynonymGroup:
    return session.scalars(sa.select(SynonymGroup).where(SynonymGroup.head == head)).one()


def test_the_table_begins_with_the_words_of_the_trade(session: Session) -> None:
    assert wordbook.current(session) == synonyms.standard()


def test_a_new_word_finds_at_once_and_stops_when_it_is_taken_out(
    session: Session, run_jobs: Callable[[], int]
) -> None:
    shawl = make_search.listed("Selendang limar")
    run_jobs()
    assert _ids(session, "stagen") == []

    with writing() as writer:
        council = writer.scalars(sa.select(Council).where(Council.code == "17")).one()
        made = wordbook.add(writer, ACTOR, council, "limar", ["stagen", "waist cloth"], "Palembang")
    assert _ids(session, "stagen") == [shawl]
    assert _ids(session, "waist cloth") == [shawl]

    with writing() as writer:
        wordbook.remove(writer, ACTOR, None, writer.get_one(SynonymGroup, made.id))
    assert _ids(session, "stagen") == []
    with writing() as writer:
        wordbook.restore(writer, ACTOR, None, writer.get_one(SynonymGroup, made.id))
    assert _ids(session, "stagen") == [shawl]
    trail = session.scalars(sa.select(AuditEntry.action).where(AuditEntry.object_type == "synonym_groups"))
    assert list(trail) == ["synonyms.added", "synonyms.removed", "synonyms.restored"]
    assert (session.scalar(sa.select(CatalogVersion.seq)) or 0) >= 3


def test_what_was_taken_out_of_the_first_words_stays_out_when_the_reference_is_loaded_again(
    session: Session,
) -> None:
    with writing() as writer:
        wordbook.remove(writer, ACTOR, None, _group(writer, "keranjang"))
    with writing() as writer:
        assert wordbook.load(writer) == 0

    assert "keranjang" not in wordbook.current(session)


def test_two_officers_do_not_overwrite_each_other(session: Session) -> None:
    found = _group(session, "tas")
    seen = found.version
    with writing() as writer:
        wordbook.change(writer, ACTOR, None, _group(writer, "tas"), seen, "tas", ["bag"], "")

    with pytest.raises(wordbook.ChangedMeanwhile), writing() as writer:
        wordbook.change(writer, ACTOR, None, _group(writer, "tas"), seen, "tas", ["koja"], "")
    with pytest.raises(wordbook.AlreadyThere), writing() as writer:
        wordbook.change(writer, ACTOR, None, _group(writer, "tas"), seen + 1, "tikar", ["mat"], "")
    with pytest.raises(wordbook.AlreadyThere), writing() as writer:
        wordbook.add(writer, ACTOR, None, "tikar", ["mat"], "")


@pytest.mark.parametrize("typed", ["dan", "!!!", "sangat panjang sekali kainnya", "x" * 61, "kain\x00"])
def test_an_entry_is_one_word_or_two_that_say_something(typed: str) -> None:
    with pytest.raises(inputs.Unreadable):
        wordbook.read_entry(typed)


def test_entries_are_read_as_people_write_lists() -> None:
    assert wordbook.read_others("Bag, hand-bag;\n BAG\n, tas  koja ") == ["bag", "hand bag", "tas koja"]
    with pytest.raises(inputs.Unreadable):
        wordbook.distinct("ukiran", ["ukir", "mengukir"])
    with pytest.raises(inputs.Unreadable):
        wordbook.read_others(",".join(f"kata{n}" for n in range(31)))
