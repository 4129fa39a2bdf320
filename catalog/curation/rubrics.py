"""Rubrics as data: which one a council judges by, writing a new version, publishing it for good.

A council without a rubric of its own judges by that of its province, and else by the national one. A submission
keeps the version it was sent under. Called by submissions, the desk and public pages; the rules are in
`catalog.curation.rubric`.
"""

from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog import changes
from catalog.councils import NATIONAL
from catalog.curation import rubric, rubric_checks
from catalog.curation.rubric import Content, Rubric
from catalog.models import Council, RubricState, RubricVersion, Submission
from shop import audit
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict, NotFound
from shop.models import User

_kept: dict[int, Rubric] = {}
"""Published rubrics by id: they never change, so a process reads each once."""


class NoSuchRubric(NotFound):
    """There is no such version, or not for this person."""


class EditedElsewhere(Conflict):
    """The draft was saved in another window, or published, since this page was shown."""

    message = "This rubric was changed in another window. Please look at it again before you save."


def forget() -> None:
    """Let go of what this process keeps, for tests that begin with another database."""
    _kept.clear()


# --- which one holds ---------------------------------------------------------------------------------------------


def by_id(session: Session, key: int | None) -> Rubric:
    """Give a published rubric; None means the one that the shop comes with."""
    if key is None:
        return rubric.shipped()
    if key not in _kept:
        row = session.execute(
            sa.select(RubricVersion.content, RubricVersion.version, Council.code, Council.slug)
            .join(Council, Council.id == RubricVersion.council_id)
            .where(RubricVersion.id == key, RubricVersion.state == RubricState.PUBLISHED)
        ).one()
        _kept[key] = rubric.read(row.content, row.version, key, row.code, row.slug)
    return _kept[key]


def of(session: Session, submission: Submission) -> Rubric:
    """Give the rubric that a submission is judged by."""
    return by_id(session, submission.rubric_id)


def for_council(session: Session, council: Council) -> Rubric:
    """Give the rubric that a council judges by now: its own, else its province's, else the national one."""
    codes = (council.code, council.code[:2], NATIONAL)
    newest = (
        sa.select(RubricVersion.id)
        .join(Council, Council.id == RubricVersion.council_id)
        .where(Council.code.in_(codes), RubricVersion.state == RubricState.PUBLISHED)
        .order_by(
            sa.case({code: -rank for rank, code in enumerate(codes)}, value=Council.code).desc(),
            RubricVersion.version.desc(),
        )
        .limit(1)
    )
    return by_id(session, session.scalar(newest))


def published(session: Session, council_code: str, version: int) -> RubricVersion:
    """Give one published version of a council, with the council and who published it. :raise NoSuchRubric:"""
    found = session.scalar(
        sa.select(RubricVersion)
        .join(Council, Council.id == RubricVersion.council_id)
        .where(
            Council.code == council_code,
            RubricVersion.version == version,
            RubricVersion.state == RubricState.PUBLISHED,
        )
        .options(joinedload(RubricVersion.council), joinedload(RubricVersion.published_by))
    )
    if found is None:
        raise NoSuchRubric
    return found


def authors(session: Session) -> list[Council]:
    """Give the councils that judge by a rubric of their own, the national one included."""
    own = sa.select(RubricVersion.council_id).where(RubricVersion.state == RubricState.PUBLISHED)
    return list(session.scalars(sa.select(Council).where(Council.id.in_(own)).order_by(Council.code)))


def load(session: Session) -> int:
    """Make the rubric that the shop comes with the national council's first version; say how many are new."""
    national = session.scalar(sa.select(Council).where(Council.code == NATIONAL))
    if national is None or session.scalar(
        sa.select(RubricVersion.id).where(RubricVersion.council_id == national.id).limit(1)
    ):
        return 0
    session.add(
        RubricVersion(
            council_id=national.id, version=1, state=RubricState.PUBLISHED, content=rubric.shipped_content(),
            created_at=now(), published_at=now(),
        )
    )  # fmt: skip
    session.flush()
    return 1


# --- writing a new one -------------------------------------------------------------------------------------------


def versions(session: Session, council: Council) -> list[RubricVersion]:
    """Give a council's own versions, the newest first, its draft included."""
    query = sa.select(RubricVersion).where(RubricVersion.council_id == council.id)
    return list(session.scalars(query.order_by(RubricVersion.version.desc())))


def draft_of(session: Session, council: Council) -> RubricVersion | None:
    """Give the version that a council is writing, if there is one."""
    return session.scalar(
        sa.select(RubricVersion).where(
            RubricVersion.council_id == council.id, RubricVersion.state == RubricState.DRAFT
        )
    )


def begin(session: Session, actor: Actor, person: User, council: Council) -> RubricVersion:
    """Begin a new version as a copy of the one that the council judges by; a draft that is there is given back."""
    # One after the other: two windows begin one draft.
    session.execute(sa.select(Council.id).where(Council.id == council.id).with_for_update())
    present = draft_of(session, council)
    if present is not None:
        return present
    source = for_council(session, council)
    content = rubric.shipped_content()
    if source.id is not None:
        content = session.get_one(RubricVersion, source.id).content
    highest = session.scalar(
        sa.select(sa.func.max(RubricVersion.version)).where(RubricVersion.council_id == council.id)
    )
    draft = RubricVersion(
        council_id=council.id, version=(highest or 0) + 1, content=content, copied_from_id=source.id,
        created_by_id=person.id, created_at=now(),
    )  # fmt: skip
    session.add(draft)
    session.flush()
    audit.record(session, actor, "rubric.begun", draft, after={"version": draft.version}, scope=council.code)
    return draft


def save(
    session: Session, actor: Actor, council: Council, content: Content, note: str, *, seen: int
) -> RubricVersion:
    """Keep a draft as it was typed, complete or not. :raise EditedElsewhere: when it is not as it was seen."""
    saved: RubricVersion | None = session.scalar(
        sa.update(RubricVersion)
        .where(
            RubricVersion.council_id == council.id,
            RubricVersion.state == RubricState.DRAFT,
            RubricVersion.edits == seen,
        )
        .values(content=content, note=note, edits=RubricVersion.edits + 1)
        .returning(RubricVersion),
        execution_options={"populate_existing": True},
    )
    if saved is None:
        raise EditedElsewhere
    audit.record(
        session, actor, "rubric.edited", saved, after={"version": saved.version, "edits": saved.edits},
        scope=council.code,
    )  # fmt: skip
    return saved


def publish(session: Session, actor: Actor, person: User, council: Council, *, seen: int) -> RubricVersion:
    """Make a draft the rubric that new submissions are judged by; those that wait keep theirs.

    :raise EditedElsewhere: :raise catalog.curation.rubric_checks.NotReady: naming what is missing.
    """
    draft = draft_of(session, council)
    if draft is None or draft.edits != seen:
        raise EditedElsewhere
    rubric_checks.check(draft.content, draft.note)
    published: RubricVersion | None = session.scalar(
        sa.update(RubricVersion)
        .where(
            RubricVersion.id == draft.id,
            RubricVersion.state == RubricState.DRAFT,
            RubricVersion.edits == seen,
        )
        .values(state=RubricState.PUBLISHED, published_at=now(), published_by_id=person.id)
        .returning(RubricVersion),
        execution_options={"populate_existing": True},
    )
    if published is None:
        raise EditedElsewhere
    audit.record(
        session, actor, "rubric.published", published,
        after={"version": published.version, "note": published.note}, scope=council.code,
    )  # fmt: skip
    changes.of_council(session, council.id)
    return published


def discard(session: Session, actor: Actor, council: Council, *, seen: int) -> None:
    """Give a draft up; what holds goes on holding. :raise EditedElsewhere:"""
    draft = draft_of(session, council)
    if draft is None or draft.edits != seen:
        raise EditedElsewhere
    audit.record(
        session, actor, "rubric.discarded", draft, before={"version": draft.version}, scope=council.code
    )
    session.delete(draft)
    session.flush()


def preview(draft: RubricVersion) -> Rubric:
    """Give a draft as judges would see it; call `rubric_checks.problems` first."""
    return replace(rubric.read(draft.content, draft.version), id=draft.id)
