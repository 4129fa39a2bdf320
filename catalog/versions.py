"""Versions of a listing: what one said at a moment (`snapshot`), and what differs between two (`diff`).

Used by submissions, which keep the snapshot they were sent with, and by the desk, which shows differences.
"""

import difflib
import re
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import portraits, taxonomy
from catalog.models import (
    Craft,
    Listing,
    ListingPhoto,
    ListingVariant,
    Picture,
    Product,
    Regency,
    Variant,
    Workshop,
)

Snapshot = dict[str, Any]
PROFILE = ("name", "maker_name", "village", "about")
LABELS = {
    "title": "Title",
    "title_en": "Title in English",
    "story": "Story",
    "story_en": "Story in English",
    "craft": "Craft",
    "technique": "Technique",
    "technique_note": "About the technique",
    "materials": "Materials",
    "motif": "Motif",
    "inspired_by": "Inspired by",
    "regency": "Made in",
    "measures": "Size",
    "variation": "What may differ by hand",
    "care": "Care",
    "variants": "Variants",
    "photos": "Photographs",
    "workshop_name": "Workshop",
    "workshop_maker_name": "Maker",
    "workshop_village": "Village",
    "workshop_about": "About the workshop",
    "workshop_since_year": "Making since (year)",
    "workshop_craft": "Main craft",
    "workshop_regency": "Place of the workshop",
}
"""Field to its name for people (msgid)."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs. The parts are runs of words with whether they are gone (old) or new (new)."""

    field: str
    label: str
    """A msgid."""
    old: str
    new: str
    old_parts: list[tuple[str, bool]]
    new_parts: list[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class PhotoChange:
    """One photograph of either version, for showing them side by side."""

    picture_id: int
    alt: str
    kind: str
    """`same`, `added`, `removed`, `moved` or `described` (only its words differ)."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that differs between two versions."""

    fields: list[Change]
    photos: list[PhotoChange]
    """In the new order, removed ones last; empty when no photograph changed."""

    def __bool__(self) -> bool:
        """Whether there is any difference."""
        return bool(self.fields or self.photos)


def snapshot(session: Session, listing: Listing) -> Snapshot:
    """Write down, as JSON values, everything that a curator judges of a listing now."""
    craft = session.get(Craft, listing.craft_id) if listing.craft_id else None
    regency = session.get(Regency, listing.regency_code) if listing.regency_code else None
    inspiring = session.get(Craft, listing.inspired_by_id) if listing.inspired_by_id else None
    workshop = session.scalars(
        sa.select(Workshop)
        .join(Product, Product.workshop_id == Workshop.id)
        .where(Product.id == listing.product_id)
    ).one()
    texts = (
        "title",
        "title_en",
        "story",
        "story_en",
        "technique_note",
        "motif",
        "measures",
        "variation",
        "care",
    )
    return {
        **{name: getattr(listing, name) for name in texts},
        "technique": listing.technique,
        "materials": list(listing.materials),
        "craft": _craft(craft) if craft else None,
        "inspired_by": _craft(inspiring) if inspiring else None,
        "regency": {"code": regency.code, "name": regency.name} if regency else None,
        "photos": _photos(session, listing.id),
        "variants": _variants(session, listing.id),
        "workshop": _profile(session, workshop),
    }


def _craft(craft: Craft) -> dict[str, Any]:
    return {"id": craft.id, "name_id": craft.name_id, "name_en": craft.name_en}


def _profile(session: Session, workshop: Workshop) -> dict[str, Any]:
    """Write down what becomes public of a workshop with an approved listing."""
    craft = session.get_one(Craft, workshop.craft_id)
    regency = session.get_one(Regency, workshop.regency_code)
    return {
        **{name: getattr(workshop, name) for name in PROFILE},
        "since_year": workshop.since_year,
        "craft": _craft(craft),
        "regency": {"code": regency.code, "name": regency.name},
        "portrait": portraits.snapshot(session, workshop.id),
    }


def _photos(session: Session, listing_id: int) -> list[dict[str, Any]]:
    rows = session.execute(
        sa.select(ListingPhoto.picture_id, ListingPhoto.alt, Picture.digest)
        .join(Picture, Picture.id == ListingPhoto.picture_id)
        .where(ListingPhoto.listing_id == listing_id)
        .order_by(ListingPhoto.position, ListingPhoto.id)
    )
    return [{"picture_id": row.picture_id, "alt": row.alt, "digest": row.digest} for row in rows]


def _variants(session: Session, listing_id: int) -> list[dict[str, Any]]:
    rows = session.execute(
        sa.select(ListingVariant.name, Variant)
        .join(Variant, Variant.id == ListingVariant.variant_id)
        .where(ListingVariant.listing_id == listing_id)
        .order_by(ListingVariant.position, ListingVariant.id)
    )
    return [
        {
            "id": variant.id,
            "name": name,
            "price": variant.price,
            "made_to_order": variant.made_to_order,
            "lead_days": variant.lead_days,
        }
        for name, variant in rows
    ]


# --- what differs ------------------------------------------------------------------------------------------


def diff(old: Snapshot, new: Snapshot, locale: str = "id") -> Difference:
    """Compare two snapshots field by field; price and lead time are not judged and not compared."""
    before, after = _words(old, locale), _words(new, locale)
    changes = [
        _change(field, before[field], after.get(field, ""))
        for field in LABELS
        if field in before and before[field] != after.get(field, "")
    ]
    return Difference(changes, _photo_changes(shown_photos(old), shown_photos(new)))


def _words(snapshot: Snapshot, locale: str) -> dict[str, str]:
    """Give every compared field as text."""
    name = "name_en" if locale == "en" else "name_id"
    label = taxonomy.TECHNIQUES.get(snapshot.get("technique", ""))
    words = {field: str(value) for field, value in snapshot.items() if isinstance(value, str)}
    words["technique"] = getattr(label, name) if label else ""
    words["materials"] = ", ".join(snapshot.get("materials", []))
    words["craft"] = (snapshot.get("craft") or {}).get(name, "")
    words["inspired_by"] = (snapshot.get("inspired_by") or {}).get(name, "")
    words["regency"] = (snapshot.get("regency") or {}).get("name", "")
    words["variants"] = ", ".join(variant["name"] or "1" for variant in snapshot.get("variants", []))
    profile = snapshot.get("workshop", {})
    words |= {f"workshop_{field}": profile.get(field, "") for field in PROFILE}
    if "craft" in profile:  # in those written before this was judged there is nothing to compare with
        words["workshop_since_year"] = str(profile["since_year"] or "")
        words["workshop_craft"] = profile["craft"][name]
        words["workshop_regency"] = profile["regency"]["name"]
    return words


def shown_photos(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Give every photograph of a snapshot that is judged: the listing's, and after them the portrait."""
    portrait = snapshot.get("workshop", {}).get("portrait")
    photos: list[dict[str, Any]] = snapshot.get("photos", [])
    return [*photos, portrait] if portrait else photos


def _change(field: str, old: str, new: str) -> Change:
    a, b = re.findall(r"\S+\s*", old), re.findall(r"\S+\s*", new)
    old_parts: list[tuple[str, bool]] = []
    new_parts: list[tuple[str, bool]] = []
    for kind, i, j, k, m in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if i < j:
            old_parts.append(("".join(a[i:j]), kind != "equal"))
        if k < m:
            new_parts.append(("".join(b[k:m]), kind != "equal"))
    return Change(field, LABELS[field], old, new, old_parts, new_parts)


def _photo_changes(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[PhotoChange]:
    before = {_photograph(photo): photo for photo in old}
    after = {_photograph(photo): photo for photo in new}
    kept_old = [key for key in before if key in after]
    kept_new = [key for key in after if key in before]
    changes = []
    for key, photo in after.items():
        kind = "same"
        if key not in before:
            kind = "added"
        elif kept_old.index(key) != kept_new.index(key):
            kind = "moved"
        elif before[key]["alt"] != photo["alt"]:
            kind = "described"
        changes.append(PhotoChange(photo["picture_id"], photo["alt"], kind))
    changes += [
        PhotoChange(photo["picture_id"], photo["alt"], "removed")
        for key, photo in before.items()
        if key not in after
    ]
    return changes if any(change.kind != "same" for change in changes) else []


def _photograph(photo: dict[str, Any]) -> str:
    """Name a photograph by its content, so that the same one sent again is the same."""
    return str(photo.get("digest") or photo["picture_id"])
