"""Landscapes of provinces, for the pages of the regions and their councils, and how a council hangs one.

They belong to no workshop and nobody has to approve them. What hung before is in the audit trail and can be put back.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import changes, photos, pictures
from catalog.models import Council, PlacePicture
from catalog.pictures import PhotoView
from shop import audit, media
from shop.audit import Actor
from shop.errors import Invalid, NotFound
from shop.i18n import localised
from shop.models import AuditEntry
from shop.web import media_url

CHANGED = "council.landscape_changed"
_FIELDS = ("digest", "width", "height", "widths", "colour", "blur", "alt_id", "alt_en")


class NotWide(Invalid):
    """The photograph is upright."""

    message = "A landscape is wider than it is high. Please choose another photograph."


class NothingBefore(NotFound):
    """The council has hung no landscape yet."""

    message = "There is no earlier picture to put back."


def view(kept: PlacePicture | None) -> PhotoView | None:
    """Describe a landscape in the language of the page, where there is one."""
    if kept is None:
        return None
    prefix = pictures.public_prefix(kept.digest)
    return pictures.described(
        kept, localised(kept, "alt"), lambda w, ending: media_url(f"{prefix}/{w}.{ending}")
    )


def keeps(council: Council) -> bool:
    """Say whether a council hangs the landscape of a province: the province's own does."""
    return council.province_code is not None and council.regency_code is None


def of(session: Session, council: Council) -> PlacePicture | None:
    """Give the landscape of a council's province."""
    return session.get(PlacePicture, council.province_code)


def receive(data: bytes) -> dict[str, Any]:
    """Check an upload and make its files, which takes seconds; not inside a transaction.

    :raise catalog.pictures.PictureRefused: or WrongKind, when it is no photograph that can be used.
    :raise NotWide:
    """
    master = pictures.read(data)
    if master.width < master.height:
        raise NotWide
    sizes = pictures.make(master.data, pictures.public_prefix(master.digest), media.current())
    return {
        "digest": master.digest, "width": master.width, "height": master.height,
        "widths": sizes.widths, "colour": sizes.colour, "blur": sizes.blur,
    }  # fmt: skip


def hang(
    session: Session, actor: Actor, council: Council, files: Mapping[str, Any], alt_id: str, alt_en: str
) -> None:
    """Show a received photograph, or with no `files` the present one with other words."""
    kept = _values(of(session, council)) | dict(files)
    words = {"alt_id": photos.words(alt_id), "alt_en": photos.words(alt_en)}
    _set(session, actor, council, kept | words)


def take_down(session: Session, actor: Actor, council: Council) -> None:
    """Show no landscape."""
    _set(session, actor, council, {})


def before(session: Session, council: Council) -> dict[str, Any] | None:
    """Give what hung before the last change, empty where nothing did; None where the council has changed nothing."""
    newest = sa.select(AuditEntry.before).where(
        AuditEntry.object_type == Council.__tablename__,
        AuditEntry.object_id == str(council.id),
        AuditEntry.action == CHANGED,
    )
    return session.scalar(newest.order_by(AuditEntry.id.desc()).limit(1))


def put_back(session: Session, actor: Actor, council: Council) -> None:
    """Undo the last change; once more undoes that. :raise NothingBefore:"""
    earlier = before(session, council)
    if earlier is None:
        raise NothingBefore
    _set(session, actor, council, earlier)


def _values(kept: PlacePicture | None) -> dict[str, Any]:
    return {name: getattr(kept, name) for name in _FIELDS} if kept else {}


def _set(session: Session, actor: Actor, council: Council, values: Mapping[str, Any]) -> None:
    kept = of(session, council)
    was = _values(kept)
    if was == dict(values):
        return
    if kept is None:
        session.add(PlacePicture(province_code=council.province_code, **values))
    elif not values:
        session.delete(kept)
    else:
        for name, value in values.items():
            setattr(kept, name, value)
    session.flush()
    changes.of_words(session)
    audit.record(session, actor, CHANGED, council, before=was, after=values, scope=council.code)
