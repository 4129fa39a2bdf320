"""Risk classes of edits, and the lane in which a sent edit is judged: the one table and the one rule.

What holds at once never gets here. What is staged waits in a copy while the old version stays on sale; a small
staged edit goes the fast lane (one curator, differences only), everything else goes before the panel. The studio
shows the way before sending (`of_draft`), `submissions.submit` writes it down (`assign`), verify checks it.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import versions
from catalog.models import (
    Decision,
    Lane,
    Listing,
    ListingState,
    Outcome,
    Product,
    Submission,
    SubmissionState,
)
from catalog.versions import Change, Difference, Snapshot
from shop import config
from shop.texts import mark


class Risk(enum.StrEnum):
    """What becomes of a changed field."""

    AT_ONCE = "at_once"
    STAGED = "staged"
    PANEL = "panel"


RISKS: dict[str, Risk] = {
    "price": Risk.AT_ONCE,
    "stock": Risk.AT_ONCE,
    "lead_time": Risk.AT_ONCE,
    "rest": Risk.AT_ONCE,
    "packed_size": Risk.AT_ONCE,
    "title": Risk.STAGED,
    "title_en": Risk.STAGED,
    "story": Risk.STAGED,
    "story_en": Risk.STAGED,
    "technique_note": Risk.STAGED,
    "materials": Risk.STAGED,
    "motif": Risk.STAGED,
    "measures": Risk.STAGED,
    "variation": Risk.STAGED,
    "care": Risk.STAGED,
    "variants": Risk.STAGED,
    "photos": Risk.STAGED,
    "workshop_about": Risk.STAGED,
    "workshop_since_year": Risk.STAGED,
    "craft": Risk.PANEL,
    "inspired_by": Risk.PANEL,
    "technique": Risk.PANEL,
    "regency": Risk.PANEL,
    "workshop_name": Risk.PANEL,
    "workshop_maker_name": Risk.PANEL,
    "workshop_village": Risk.PANEL,
    "workshop_craft": Risk.PANEL,
    "workshop_regency": Risk.PANEL,
}
"""Every field that an artisan can edit. Keys are those of `versions.LABELS`; those at once are columns of variants."""
AT_ONCE = {
    "price": mark("Price"),
    "stock": mark("Stock"),
    "lead_time": mark("Lead time"),
    "rest": mark("Resting and selling again"),
    "packed_size": mark("Packed size and weight"),
}
"""What holds at once, for people (msgids)."""
FEW_WORDS = 5
"""So many words of a field may always differ: a share of three words says nothing."""

FIRST = mark("It is new: the whole panel looks at it.")
SEEN_BEFORE = mark("This version was before the panel already, so it goes there again.")
NOTHING = mark("Nothing differs from the live page.")
GRAVE = mark("%(field)s: what a piece is, where it is from and who makes it is judged by the panel.")
MANY_WORDS = mark("%(field)s: %(share)s of a hundred words differ; up to %(most)s is a small edit.")
MANY_PHOTOS = mark("Photographs: %(count)s differ; up to %(most)s is a small edit.")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an edit goes a way: a msgid, and what it says of which field."""

    words: str
    params: dict[str, Any] = field(default_factory=dict)
    label: str = ""
    """A msgid that stands for `field` in the words."""


@dataclass(frozen=True, slots=True)
class Way:
    """The lane of an edit, and why it is not the fast one."""

    lane: Lane
    reasons: Sequence[Reason] = ()


PANEL_FIRST = Way(Lane.PANEL, (Reason(FIRST),))


# --- the rule ------------------------------------------------------------------------------------------


def way(difference: Difference, most_photos: int, most_share: int) -> Way:
    """Give the lane of a difference to the live version: fast if all of it is staged and small."""
    reasons = [
        Reason(GRAVE, label=one.label)
        for one in difference.fields
        if RISKS.get(one.field, Risk.PANEL) is Risk.PANEL
    ]
    for one in difference.fields:
        share = changed_share(one)
        if RISKS.get(one.field) is Risk.STAGED and share > most_share:
            reasons.append(Reason(MANY_WORDS, {"share": share, "most": most_share}, one.label))
    count = changed_photos(difference)
    if count > most_photos:
        reasons.append(Reason(MANY_PHOTOS, {"count": count, "most": most_photos}))
    if not difference:
        reasons.append(Reason(NOTHING))
    return Way(Lane.PANEL if reasons else Lane.FAST, reasons)


def changed_share(change: Change) -> int:
    """Give how many of a hundred words of a field differ; 0 for a handful, whatever share that is."""
    gone, new = (_changed(parts) for parts in (change.old_parts, change.new_parts))
    differing = max(gone, new)
    if differing <= FEW_WORDS:
        return 0
    longest = max(len(change.old.split()), len(change.new.split()), 1)
    return -(-100 * differing // longest)


def _changed(parts: Sequence[tuple[str, bool]]) -> int:
    return sum(len(text.split()) for text, differs in parts if differs)


def changed_photos(difference: Difference) -> int:
    """Count photographs that came or went; a new order and new descriptions are words."""
    kinds = [photo.kind for photo in difference.photos]
    return max(kinds.count("added"), kinds.count("removed"))


# --- asking of a listing -------------------------------------------------------------------------------


def live_snapshot(session: Session, product_id: int) -> Snapshot | None:
    """Give what the council judged of the version that is on sale; None where none is."""
    found: Snapshot | None = session.scalars(
        sa.select(Submission.snapshot)
        .join(Listing, Listing.id == Submission.listing_id)
        .where(
            Listing.product_id == product_id,
            Listing.state == ListingState.LIVE,
            Submission.state == SubmissionState.DECIDED,
        )
        .order_by(Submission.number.desc())
        .limit(1)
    ).first()
    return found


def last_of_panel(session: Session, product_id: int) -> Decision | None:
    """Give the panel's decision that the version on sale stands on, also where the fast lane carried it on."""
    last = session.scalars(
        sa.select(Decision)
        .join(Submission, Submission.id == Decision.submission_id)
        .join(Listing, Listing.id == Submission.listing_id)
        .where(
            Listing.product_id == product_id,
            Listing.state == ListingState.LIVE,
            Decision.outcome.in_((Outcome.PASS, Outcome.CONDITIONS)),
        )
        .order_by(Decision.id.desc())
        .limit(1)
    ).first()
    if last is not None and last.carried_from_id is not None:
        return session.get_one(Decision, last.carried_from_id)
    return last


def of_draft(session: Session, listing: Listing) -> Way:
    """Say which way a draft would go if it were sent now."""
    return _of(session, listing, versions.snapshot(session, listing), 0)


def assign(session: Session, submission: Submission) -> Way:
    """Write down the lane of a submission that is being sent."""
    session.flush()
    listing = session.get_one(Listing, submission.listing_id)
    found = _of(session, listing, submission.snapshot, submission.id)
    submission.lane = found.lane
    return found


def _of(session: Session, listing: Listing, snapshot: Snapshot, submission_id: int) -> Way:
    product = session.get_one(Product, listing.product_id)
    old = live_snapshot(session, product.id)
    if old is None or last_of_panel(session, product.id) is None:
        return PANEL_FIRST
    before_panel = sa.select(Submission.id).where(
        Submission.listing_id == listing.id,
        Submission.lane == Lane.PANEL,
        Submission.state != SubmissionState.WITHDRAWN,
        Submission.id != submission_id,
    )
    if session.scalar(before_panel.limit(1)) is not None:
        return Way(Lane.PANEL, (Reason(SEEN_BEFORE),))
    settings = config.current()
    return way(versions.diff(old, snapshot), settings.fast_photos, settings.fast_words)
