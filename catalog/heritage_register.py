"""The heritage register: craft forms, their names, their home regions and what registers say of them, with evidence.

Loaded once from the reference data (`flask reference load`), then kept by officers of the home regions' councils
at the desk; every change is one row of the audit trail. Who may claim a form is decided by `is_home`;
counter-signatures for others are in `catalog.curation.countersignatures`.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog import changes, councils, heritage_names, indonesia
from catalog.models import (
    Council,
    Craft,
    HeritageForm,
    HeritageHome,
    HeritageStatus,
    Province,
    Regency,
)
from catalog.taxonomy import slugify
from shop import audit, authz
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict, Forbidden, Invalid, NotFound
from shop.models import Role, User

KEEPERS = (Role.CURATOR, Role.COUNCIL_ADMIN)
"""Who keeps the register for the home regions of their council; the national council and administrators: for all."""
PAGE = 40


class NoSuchForm(NotFound):
    """There is no such craft form in the register."""


class NotAtHome(Forbidden):
    """The form is at home elsewhere; the council there keeps it."""

    message = "This craft form is at home in another region. Its council keeps what the register says of it."


class ChangedMeanwhile(Conflict):
    """Somebody else has changed the form since the page was shown."""

    message = "Somebody has changed this entry meanwhile. Look at it as it is now, then change it again."


class AlreadyThere(Invalid):
    """The register has a form of this name."""

    message = "The register has a craft form of this name already."


class HomeRefused(Invalid):
    """A form has at least one home, and nobody takes another region's home away."""

    message = (
        "A form keeps at least one home region, and the home of another region is not yours to take away."
    )


# --- reading -------------------------------------------------------------------------------------------


def homes(session: Session, craft_ids: Collection[int], *, guarded: bool = False) -> dict[int, list[str]]:
    """Give the codes of home regions, by craft id, in the order in which they were entered.

    `guarded` asks only for forms whose name is bound to its home.
    """
    found: dict[int, list[str]] = {}
    query = sa.select(HeritageHome).where(HeritageHome.craft_id.in_(craft_ids)).order_by(HeritageHome.id)
    if guarded:
        query = query.where(
            sa.exists().where(HeritageForm.craft_id == HeritageHome.craft_id, HeritageForm.guarded)
        )
    for home in session.scalars(query):
        found.setdefault(home.craft_id, []).append(home.code)
    return found


def is_home(codes: Iterable[str], *regency_codes: str | None) -> bool:
    """Say whether all of these regencies lie in one of the regions, or are it."""
    regions = tuple(codes)
    return all(
        any(place == region or (place or "").startswith(f"{region}.") for region in regions)
        for place in regency_codes
    )


def foreign(session: Session, craft_ids: Collection[int], *regency_codes: str | None) -> set[int]:
    """Give those of these forms whose name is bound to a home in which these places do not lie."""
    known = homes(session, craft_ids, guarded=True)
    return {craft_id for craft_id, codes in known.items() if not is_home(codes, *regency_codes)}


def keeps(session: Session, person: User, craft_id: int) -> bool:
    """Say whether somebody keeps the register for one of a form's home regions."""
    codes = authz.scopes(person, *KEEPERS)
    return any(authz.covers(codes, home) for home in homes(session, [craft_id]).get(craft_id, ()))


@dataclass(frozen=True, slots=True)
class Line:
    """One form of the register in a list."""

    craft: Craft
    guarded: bool
    homes: list[str]
    mine: bool
    unchecked: int
    """Entries that no officer has compared with the document."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the register."""

    lines: list[Line]
    total: int
    number: int
    pages: int


def listed(
    session: Session,
    person: User,
    text: str = "",
    number: int = 1,
    *,
    mine: bool = False,
    unchecked: bool = False,
) -> Listed:
    """Give forms by name: those with a word, those of the person's regions, those with something to check."""
    codes = authz.scopes(person, *KEEPERS)
    forms = session.scalars(
        sa.select(HeritageForm)
        .join(Craft, Craft.id == HeritageForm.craft_id)
        .options(joinedload(HeritageForm.craft))
        .order_by(Craft.name_id)
    ).all()
    known = homes(session, [form.craft_id for form in forms])
    to_check = Counter(
        session.scalars(sa.select(HeritageStatus.craft_id).where(HeritageStatus.checked_at.is_(None)))
    )
    wanted = indonesia.fold(text)
    lines = [
        Line(
            form.craft, form.guarded, known.get(form.craft_id, []),
            any(authz.covers(codes, home) for home in known.get(form.craft_id, ())),
            to_check[form.craft_id],
        )
        for form in forms
        if wanted in indonesia.fold(" ".join((form.craft.name_id, form.craft.name_en, *form.also_called)))
    ]  # fmt: skip
    lines = [line for line in lines if (line.mine or not mine) and (line.unchecked or not unchecked)]
    pages = max(1, -(-len(lines) // PAGE))
    number = min(max(number, 1), pages)
    return Listed(lines[(number - 1) * PAGE : number * PAGE], len(lines), number, pages)


def form_of(session: Session, slug: str) -> HeritageForm:
    """Give a form with its craft and who changed it last. :raise NoSuchForm:"""
    found = session.scalar(
        sa.select(HeritageForm)
        .join(Craft, Craft.id == HeritageForm.craft_id)
        .where(Craft.slug == slug)
        .options(joinedload(HeritageForm.craft), joinedload(HeritageForm.council))
    )
    if found is None:
        raise NoSuchForm
    return found


def home_rows(session: Session, craft_id: int) -> list[HeritageHome]:
    """Give the home regions of a form with their names."""
    query = (
        sa.select(HeritageHome)
        .where(HeritageHome.craft_id == craft_id)
        .options(joinedload(HeritageHome.province), joinedload(HeritageHome.regency))
        .order_by(HeritageHome.id)
    )
    return list(session.scalars(query))


# --- changing ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Content:
    """What officers write of a form."""

    name_id: str
    name_en: str
    guarded: bool
    also_called: Sequence[str]
    homes: Sequence[str]
    """Codes of provinces, regencies and cities; the first one's council is asked first."""


def change(
    session: Session, actor: Actor, person: User, form: HeritageForm, seen: int, content: Content, reason: str
) -> bool:
    """Change what the register says of a form that was shown as version `seen`; say whether anything differs.

    :raise NotAtHome: ChangedMeanwhile: HomeRefused:
    """
    session.refresh(form, with_for_update={"of": HeritageForm})
    if not keeps(session, person, form.craft_id):
        raise NotAtHome
    if form.version != seen:
        raise ChangedMeanwhile
    before = said(session, form)
    _set_homes(session, person, form.craft_id, content.homes)
    craft = form.craft
    craft.name_id, craft.name_en = content.name_id, content.name_en
    form.guarded = content.guarded
    form.also_called = list(dict.fromkeys(filter(None, map(indonesia.fold, content.also_called))))
    session.flush()
    after = said(session, form)
    if before == after:
        return False
    touched(session, actor, form, keeper(session, person, form.craft_id))
    audit.record(
        session, actor, "heritage.changed", craft, before=before, after=after | {"reason": reason},
        scope=form.council.code if form.council else "",
    )  # fmt: skip
    return True


def touched(session: Session, actor: Actor, form: HeritageForm, council: Council | None) -> None:
    """Count one change of a form by a council, so that loading leaves it alone and pages show it."""
    form.version += 1
    form.council_id = council.id if council else None
    form.editor_name, form.updated_at = actor.label[:120], now()
    session.flush()
    session.refresh(form, ["council"])
    changes.of_craft(session, form.craft_id)


def keeper(session: Session, person: User, craft_id: int) -> Council | None:
    """Give the council in whose name a person acts on a form: that of the first home in their scope."""
    codes = authz.scopes(person, *KEEPERS)
    for home in homes(session, [craft_id]).get(craft_id, ()):
        if authz.covers(codes, home):
            return home_council(session, home)
    return None


def home_council(session: Session, region_code: str) -> Council:
    """Give the council that answers for a home region: its own, or that of its province, or the national one."""
    return councils.for_regency(session, region_code)


def said(session: Session, form: HeritageForm) -> dict[str, Any]:
    """Give what the register says of a form, as JSON values for the history."""
    return {
        "name": form.craft.name_id,
        "name_en": form.craft.name_en,
        "guarded": form.guarded,
        "also_called": ", ".join(form.also_called),
        "homes": ", ".join(homes(session, [form.craft_id]).get(form.craft_id, ())),
    }


def _set_homes(session: Session, person: User, craft_id: int, wanted: Sequence[str]) -> None:
    present = homes(session, [craft_id]).get(craft_id, [])
    codes = authz.scopes(person, *KEEPERS)
    gone = [code for code in present if code not in wanted]
    if not wanted or any(not authz.covers(codes, code) for code in gone):
        raise HomeRefused
    for row in session.scalars(sa.select(HeritageHome).where(HeritageHome.craft_id == craft_id)):
        if row.code in gone:
            session.delete(row)
    session.flush()
    for code in dict.fromkeys(wanted):
        if code not in present:
            add_home(session, craft_id, code)
    session.flush()


def add_home(session: Session, craft_id: int, code: str) -> None:
    """Enter one more home region of a form. :raise HomeRefused: where there is none with this code."""
    regency = code if "." in code else None
    if session.get(Province, code[:2]) is None or (regency and session.get(Regency, regency) is None):
        raise HomeRefused
    session.add(HeritageHome(craft_id=craft_id, province_code=code[:2], regency_code=regency))


def enter(
    session: Session, actor: Actor, person: User, family: str, content: Content, reason: str
) -> HeritageForm:
    """Enter a craft form that the register lacks, in one of the person's regions; makers can choose it at once.

    :raise NotAtHome: HomeRefused: AlreadyThere:
    """
    codes = authz.scopes(person, *KEEPERS)
    if not content.homes:
        raise HomeRefused
    if not all(authz.covers(codes, code) for code in content.homes):
        raise NotAtHome
    slug = slugify(content.name_id)
    if not slug or session.scalar(sa.select(Craft.id).where(Craft.slug == slug)) is not None:
        raise AlreadyThere
    first = content.homes[0]
    craft = Craft(
        slug=slug, name_id=content.name_id, name_en=content.name_en, family=family, technique="", materials="",
        province_code=first[:2], regency_code=first if "." in first else None, gi_status="unknown", source=reason,
    )  # fmt: skip
    session.add(craft)
    session.flush()
    names = content.also_called or heritage_names.of(content.name_id, content.name_en)
    form = HeritageForm(
        craft_id=craft.id, guarded=content.guarded, also_called=list(names), version=1, updated_at=now()
    )
    session.add(form)
    for code in content.homes:
        add_home(session, craft.id, code)
    session.flush()
    council = keeper(session, person, craft.id)
    touched(session, actor, form, council)
    session.refresh(form, ["craft"])
    audit.record(
        session, actor, "heritage.entered", craft, after=said(session, form) | {"reason": reason},
        scope=council.code if council else "",
    )  # fmt: skip
    return form
