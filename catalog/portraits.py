"""Portraits of workshops: hanging one, describing it, taking it down, and the moment in which it becomes public.

The artisan hangs a portrait in the studio (`hang`). Every submission names it in its snapshot, the council sees it,
and with the approval it becomes the one that the public sees (`publish`, called by `catalog.publication`).
"""

from typing import Any

from sqlalchemy.orm import Session

from catalog import changes, photos
from catalog.models import Picture, PictureState, Portrait, Workshop
from catalog.photos import Upload
from shop import audit
from shop.audit import Actor


def of(session: Session, workshop_id: int) -> Portrait | None:
    """Give what a workshop wants and what the public sees of it."""
    return session.get(Portrait, workshop_id)


def picture(session: Session, workshop_id: int) -> Picture | None:
    """Give the picture that the workshop wants as its portrait."""
    wanted = of(session, workshop_id)
    return session.get(Picture, wanted.picture_id) if wanted and wanted.picture_id else None


def hang(session: Session, actor: Actor, workshop: Workshop, upload: Upload, alt: str) -> None:
    """Make a received photograph the portrait that the next approval makes public."""
    kept = photos.keep(session, workshop.id, upload)
    _set(session, actor, workshop, kept.id, alt)


def describe(session: Session, actor: Actor, workshop: Workshop, alt: str) -> None:
    """Set the words for those who do not see the portrait."""
    known = of(session, workshop.id)
    if known is not None and known.alt != photos.words(alt):
        _set(session, actor, workshop, known.picture_id, alt)


def take_down(session: Session, actor: Actor, workshop: Workshop) -> None:
    """Want no portrait any more; what the public sees goes at once, for nobody has to approve an absence."""
    known = of(session, workshop.id)
    if known is None:
        return
    known.live_picture_id, known.live_alt = None, ""
    changes.of_workshop(session, workshop.id)
    _set(session, actor, workshop, None, "")


def _set(session: Session, actor: Actor, workshop: Workshop, picture_id: int | None, alt: str) -> None:
    known = of(session, workshop.id)
    if known is None:
        known = Portrait(workshop_id=workshop.id)
        session.add(known)
    before = known.picture_id
    known.picture_id = picture_id
    known.alt = photos.words(alt or f"{workshop.maker_name}, {workshop.name}") if picture_id else ""
    session.flush()
    audit.record(
        session, actor, "workshop.portrait_changed", workshop,
        before={"picture": before}, after={"picture": picture_id},
    )  # fmt: skip


def snapshot(session: Session, workshop_id: int) -> dict[str, Any] | None:
    """Write down, as JSON values, the portrait that a curator judges together with a listing."""
    wanted, kept = of(session, workshop_id), picture(session, workshop_id)
    if wanted is None or kept is None or kept.state is PictureState.FAILED:
        return None
    return {"picture_id": kept.id, "alt": wanted.alt, "digest": kept.digest}


def publish(session: Session, workshop_id: int, judged: dict[str, Any] | None) -> bool:
    """Show the public the portrait that was judged; say whether that changes anything.

    A piece sent without one changes nothing, and one taken down since it was sent stays down.
    """
    known = of(session, workshop_id)
    if known is None or known.picture_id is None or judged is None:
        return False
    if (known.live_picture_id, known.live_alt) == (judged["picture_id"], judged["alt"]):
        return False
    known.live_picture_id, known.live_alt = judged["picture_id"], judged["alt"]
    return True
