"""A piece as its workshop sent it: what the curator reads is what will be public, not what is being edited since.

Used by the review and its preview; everything comes from the submission's snapshot but price and stock, which are
not judged.
"""

from collections.abc import Mapping
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import details, photos, taxonomy
from catalog.cards import ProductView
from catalog.details import Address
from catalog.models import Picture, Submission
from catalog.pictures import PhotoView
from catalog.versions import Snapshot
from shop import i18n


def page(session: Session, submission: Submission, address: Address) -> ProductView:
    """Give the product page of a submission; `address` makes the addresses of its private photographs."""
    shown = details.preview(session, submission.listing_id, address)
    sent = submission.snapshot
    english = i18n.current_locale() == "en"
    gallery = _gallery(session, sent, address)
    technique = taxonomy.TECHNIQUES.get(sent["technique"])
    craft, regency, profile = sent["craft"] or {}, sent["regency"] or {}, sent["workshop"]
    name = "name_en" if english else "name_id"
    title = (english and sent["title_en"]) or sent["title"]
    card = shown.card._replace(
        title=title,
        workshop_name=profile["name"],
        craft_name=craft.get(name) or shown.card.craft_name,
        photo=gallery[0] if gallery else None,
    )
    place = regency.get("name") or ""
    return replace(
        shown,
        card=card,
        gallery=gallery,
        story=(english and sent["story_en"]) or sent["story"],
        technique=sent["technique"],
        technique_label=str(getattr(technique, name, "")),
        technique_note=sent["technique_note"],
        materials=", ".join(sent["materials"]),
        motif=sent["motif"],
        inspired_by=(sent.get("inspired_by") or {}).get(name, ""),
        measures=sent["measures"],
        allowed_variation=sent["variation"],
        care=sent["care"],
        origin=f"{place}, {card.province}" if place else shown.origin,
        workshop=replace(
            shown.workshop,
            name=profile["name"],
            maker_name=profile["maker_name"],
            about=profile["about"],
        ),
    )


def pictures(session: Session, wanted: Mapping[int, str], address: Address) -> dict[int, PhotoView]:
    """Describe private photographs by id, in the order asked for; `wanted` gives the words for each."""
    if not wanted:
        return {}
    found = {row.id: row for row in session.scalars(sa.select(Picture).where(Picture.id.in_(wanted)))}
    views = {
        key: photos.private_view(found[key], alt, address) for key, alt in wanted.items() if key in found
    }
    return {key: view for key, view in views.items() if view}


def portrait(session: Session, submission: Submission, address: Address) -> PhotoView | None:
    """Describe the portrait of the workshop that becomes public with the piece, where there is one."""
    judged = submission.snapshot["workshop"].get("portrait")
    wanted = {judged["picture_id"]: judged["alt"]} if judged else {}
    return next(iter(pictures(session, wanted, address).values()), None)


def _gallery(session: Session, sent: Snapshot, address: Address) -> tuple[PhotoView, ...]:
    wanted = {photo["picture_id"]: photo["alt"] for photo in sent.get("photos", [])}
    return tuple(pictures(session, wanted, address).values())
