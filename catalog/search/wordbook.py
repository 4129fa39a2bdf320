"""The wordbook: the councils' groups of words that stand for each other, kept in the database.

Read by `catalog.search.find` with every search, so a change holds for the next question in every process; no
index is touched. Edited by council administrators at the desk. What a group says is parsed here and nowhere else.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from threading import Lock
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog import changes
from catalog.models import Council, SynonymGroup
from catalog.search import analysis, synonyms
from catalog.search.query import MOST_WORDS
from catalog.search.synonyms import Synonyms
from shop import audit, inputs
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict, Invalid, NotFound

LONGEST = 60
"""Characters of one entry."""
MOST_OTHERS = 30
LONGEST_OTHERS = 1_500
_BETWEEN = re.compile(r"[,;\n]")


class NoSuchGroup(NotFound):
    """There is no such group of words."""


class AlreadyThere(Invalid):
    """The word heads another group already; `group_id` is that one."""

    message = "“%(head)s” has a group already. Add the other words there."

    def __init__(self, group: SynonymGroup) -> None:
        self.group_id = group.id
        super().__init__(head=group.head)


class ChangedMeanwhile(Conflict):
    """Somebody else has changed the group since the page was shown."""

    message = "Somebody has changed this group meanwhile. Look at it as it is now, then change it again."


# --- reading -----------------------------------------------------------------------------------------


class _State(NamedTuple):
    """What names a state of the table: every change counts a version up, and no row is ever deleted."""

    rows: int
    versions: int
    latest: datetime | None


_known: dict[str, tuple[_State, Synonyms]] = {}
_lock = Lock()


def current(session: Session) -> Synonyms:
    """Give the mapping that holds now; read anew only when the table has changed (one small statement)."""
    asked = sa.select(
        sa.func.count(),
        sa.func.coalesce(sa.func.sum(SynonymGroup.version), 0),
        sa.func.max(SynonymGroup.updated_at),
    )
    state = _State(*session.execute(asked).one())
    if not state.rows:
        return synonyms.standard()
    database = str(session.get_bind().engine.url)
    known = _known.get(database)
    if known is None or known[0] != state:
        rows = session.execute(
            sa.select(SynonymGroup.head, SynonymGroup.others).where(SynonymGroup.active.is_(True))
        )
        known = state, synonyms.table(line(head, others) for head, others in rows)
        with _lock:
            _known[database] = known
    return known[1]


def supposing(session: Session, head: str, others: Sequence[str], instead_of: int = 0) -> Synonyms:
    """Give the mapping that would hold with this group, in place of one of those that are there."""
    rows = session.execute(
        sa.select(SynonymGroup.head, SynonymGroup.others).where(
            SynonymGroup.active.is_(True), SynonymGroup.id != instead_of
        )
    )
    return synonyms.table([*(line(*row) for row in rows), line(head, others)])


def meanings(session: Session, text: str) -> list[tuple[str, list[str]]]:
    """Say what each word of a query, and each two side by side, stands for beside itself."""
    words, mapping = list(dict.fromkeys(analysis.content_words(text)))[:MOST_WORDS], current(session)
    entries = [(word, [synonyms.term(word)]) for word in words]
    for pair in pairwise(words):
        terms = [synonyms.term(" ".join(pair)), synonyms.term("".join(pair))]
        if any(term in mapping for term in terms):
            entries.append((" ".join(pair), terms))
    return [
        (entry, sorted({one.replace("_", " ") for term in terms for one in mapping.get(term, ())}))
        for entry, terms in entries
    ]


def line(head: str, others: Sequence[str]) -> str:
    """Write a group as `synonyms.table` reads it."""
    return ", ".join((head, *others))


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the groups."""

    groups: Sequence[SynonymGroup]
    total: int
    number: int
    pages: int


def listed(
    session: Session, text: str = "", number: int = 1, size: int = 40, *, removed: bool = False
) -> Listed:
    """Give the groups that hold (or those taken out) with a word that contains `text`, by their first word.

    The table is some hundred rows; the words of a group are looked through here, the same on every database.
    """
    wanted = " ".join(analysis.words(text))
    query = (
        sa.select(SynonymGroup)
        .where(SynonymGroup.active.is_(not removed))
        .options(joinedload(SynonymGroup.council), joinedload(SynonymGroup.editor))
        .order_by(SynonymGroup.head)
    )
    groups = [
        group
        for group in session.scalars(query)
        if any(wanted in entry for entry in (group.head, *group.others))
    ]
    pages = max(1, -(-len(groups) // size))
    number = min(max(number, 1), pages)
    return Listed(groups[(number - 1) * size : number * size], len(groups), number, pages)


def group(session: Session, group_id: int) -> SynonymGroup:
    """Give one group. :raise NoSuchGroup:"""
    found = session.get(SynonymGroup, group_id)
    if found is None:
        raise NoSuchGroup
    return found


# --- what is typed -----------------------------------------------------------------------------------


def read_entry(typed: str) -> str:
    """Read one word, or two that belong together. :raise Unreadable:"""
    entry = " ".join(analysis.words(inputs.text(typed, most=LONGEST)))
    roots = analysis.stems(entry)
    if not roots:
        raise inputs.Unreadable(
            "“%(word)s” says nothing by itself: the search leaves such words out.", word=typed.strip()
        )
    if len(roots) > synonyms.TERM_WORDS:
        raise inputs.Unreadable(
            "“%(word)s” is too long: one word, or two that stand side by side.", word=entry
        )
    return entry


def read_others(typed: str) -> list[str]:
    """Read entries separated by commas or lines, each once. :raise Unreadable:"""
    parts = [
        part for part in _BETWEEN.split(inputs.text(typed, most=LONGEST_OTHERS, lines=True)) if part.strip()
    ]
    entries = list(dict.fromkeys(read_entry(part) for part in parts))
    if len(entries) > MOST_OTHERS:
        raise inputs.Unreadable(
            "Please give at most %(most)s words; make two groups of them.", most=MOST_OTHERS
        )
    return entries


def distinct(head: str, others: Sequence[str]) -> list[str]:
    """Give the others without those that the search takes for the head anyway. :raise Unreadable: if none is left."""
    term = synonyms.term(head)
    left = [entry for entry in others if synonyms.term(entry) != term]
    if not left:
        raise inputs.Unreadable("The search takes these for the same word already; give words that differ.")
    return left


# --- changing ----------------------------------------------------------------------------------------


def add(
    session: Session, actor: Actor, council: Council | None, head: str, others: Sequence[str], note: str
) -> SynonymGroup:
    """Add a group, or bring back one that was taken out, with these words. :raise AlreadyThere:"""
    load(session)
    found = _headed(session, head)
    if found is not None and found.active:
        raise AlreadyThere(found)
    if found is None:
        found = SynonymGroup(head=head, others=[], active=False, version=0)
        session.add(found)
    _write(
        session,
        actor,
        council,
        found,
        "synonyms.added",
        head=head,
        others=list(others),
        note=note,
        active=True,
    )
    return found


def change(
    session: Session,
    actor: Actor,
    council: Council | None,
    found: SynonymGroup,
    seen: int,
    head: str,
    others: Sequence[str],
    note: str,
) -> None:
    """Change a group that was shown as version `seen`. :raise AlreadyThere: :raise ChangedMeanwhile:"""
    _still(session, found, seen)
    other = _headed(session, head)
    if other is not None and other.id != found.id:
        raise AlreadyThere(other)
    _write(session, actor, council, found, "synonyms.changed", head=head, others=list(others), note=note)


def remove(session: Session, actor: Actor, council: Council | None, found: SynonymGroup) -> None:
    """Take a group out; it can be put back."""
    if found.active:
        _write(session, actor, council, found, "synonyms.removed", active=False)


def restore(session: Session, actor: Actor, council: Council | None, found: SynonymGroup) -> None:
    """Put a group back that was taken out."""
    if not found.active:
        _write(session, actor, council, found, "synonyms.restored", active=True)


def load(session: Session) -> int:
    """Write down what the shop begins with, where a head is not there yet; say how many are new."""
    known = set(session.scalars(sa.select(SynonymGroup.head)))
    moment, fresh = now(), 0
    for text in synonyms.listed():
        head, *others = (" ".join(analysis.words(part)) for part in text.split(","))
        if head not in known:
            session.add(
                SynonymGroup(head=head, others=others, note="", active=True, version=1, updated_at=moment)
            )
            fresh += 1
    session.flush()
    return fresh


def _headed(session: Session, head: str) -> SynonymGroup | None:
    return session.scalar(sa.select(SynonymGroup).where(SynonymGroup.head == head))


def _still(session: Session, found: SynonymGroup, seen: int) -> None:
    session.refresh(found, with_for_update={"of": SynonymGroup})
    if found.version != seen:
        raise ChangedMeanwhile


def _write(
    session: Session,
    actor: Actor,
    council: Council | None,
    found: SynonymGroup,
    action: str,
    **values: object,
) -> None:
    before = _said(found)
    for name, value in values.items():
        setattr(found, name, value)
    found.version += 1
    found.updated_at = now()
    found.council_id = council.id if council else None
    found.editor_id = actor.user_id
    changes.of_words(session)
    scope = council.code if council else ""
    audit.record(session, actor, action, found, before=before, after=_said(found), scope=scope)


def _said(found: SynonymGroup) -> dict[str, object]:
    return {"words": line(found.head, found.others) if found.active else "", "note": found.note or ""}
