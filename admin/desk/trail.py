"""What the audit trail says, for people: which rows they may read, and each row in words.

Read by the history page and by the pages of orders.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from admin.desk import scope
from admin.desk.claim_phrases import WORDS as CLAIM_WORDS
from admin.desk.phrases import ACTIONS, FIELDS, INTERESTS, OBJECTS, STAGES, TASK_STATES, VALUES
from catalog import councils
from catalog.curation import kinds
from catalog.models import (
    Clinic,
    CoachingTask,
    Council,
    Craft,
    Listing,
    Membership,
    Product,
    Sample,
    Submission,
    SynonymGroup,
    Variant,
    Workshop,
)
from checkout.models import Claim, Order, Payment, Refund, Shipment
from shop import authz, i18n, money
from shop.models import AuditEntry, Role, User

MONEY = (
    "orders", "shipments", "payments", "refunds", "councils",
    "commission_rules", "bank_accounts", "payouts", "payout_batches", "payout_holds",
)  # fmt: skip
"""What finance reads of the trail."""
LONGEST = 400


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the trail in words."""

    at: datetime
    who: str
    words: str
    about: str
    address: str
    """Where to read on: everything about the same thing."""
    changes: list[tuple[str, str, str]]
    """Name of a value, what it was, what it is; empty where there is none."""


# --- who may read what -----------------------------------------------------------------------------------


def in_scope() -> sa.ColumnElement[bool]:
    """Give what of the trail the signed-in person may read: administrators everything, others their councils'.

    People's accounts are read by administrators alone.
    """
    judged = _within(scope.codes(*scope.JUDGES))
    paid = sa.and_(_within(scope.codes(Role.FINANCE)), AuditEntry.object_type.in_(MONEY))
    allowed = sa.or_(judged, paid)
    if authz.ALL_COUNCILS in scope.codes(Role.ADMIN):
        return sa.true()
    return sa.and_(allowed, AuditEntry.object_type.not_in(("users", "sign_in_attempts")))


def _within(codes: frozenset[str]) -> sa.ColumnElement[bool]:
    if authz.ALL_COUNCILS in codes:
        return sa.true()
    own = [code for code in codes if code]
    below = [AuditEntry.scope.startswith(f"{code}.", autoescape=True) for code in own]
    return sa.or_(AuditEntry.scope.in_(own), *below)


def of_piece(session: Session, person: User, product_id: int) -> sa.ColumnElement[bool] | None:
    """Give the condition for everything about one piece; None unless it was sent to one of the person's councils."""
    listings = sa.select(Listing.id).where(Listing.product_id == product_id)
    sent = sa.select(Submission.id).where(Submission.listing_id.in_(listings))
    mine = sent.where(Submission.council_id.in_(councils.ids_of(session, person))).limit(1)
    if session.scalar(mine) is None:
        return None
    variants = sa.select(Variant.id).where(Variant.product_id == product_id)
    return sa.or_(
        sa.and_(AuditEntry.object_type == "products", AuditEntry.object_id == str(product_id)),
        _about(session, "listings", listings),
        _about(session, "submissions", sent),
        _about(session, "variants", variants),
        _about(
            session, "coaching_tasks", sa.select(CoachingTask.id).where(CoachingTask.listing_id.in_(listings))
        ),
        _about(session, "samples", sa.select(Sample.id).where(Sample.listing_id.in_(listings))),
    )


def of_workshop(session: Session, person: User, workshop_id: int) -> sa.ColumnElement[bool] | None:
    """Give the condition for everything about a workshop: itself, its membership, and its pieces that were sent.

    None unless it belongs to one of the person's councils.
    """
    mine = councils.ids_of(session, person)
    known = sa.select(Workshop.id).where(Workshop.id == workshop_id, Workshop.council_id.in_(mine))
    if session.scalar(known) is None:
        return None
    sent = (
        sa.select(Listing.product_id)
        .join(Submission, Submission.listing_id == Listing.id)
        .join(Product, Product.id == Listing.product_id)
        .where(Product.workshop_id == workshop_id)
    )
    listings = sa.select(Listing.id).where(Listing.product_id.in_(sent))
    return sa.or_(
        sa.and_(AuditEntry.object_type == "workshops", AuditEntry.object_id == str(workshop_id)),
        _among("memberships", sa.select(Membership.id).where(Membership.workshop_id == workshop_id)),
        _among("products", sent),
        _among("variants", sa.select(Variant.id).where(Variant.product_id.in_(sent))),
        _among("listings", listings),
        _among("submissions", sa.select(Submission.id).where(Submission.listing_id.in_(listings))),
    )


def _among(table: str, ids: sa.Select[Any]) -> sa.ColumnElement[bool]:
    keys = sa.select(sa.cast(ids.subquery().c[0], sa.String))
    return sa.and_(AuditEntry.object_type == table, AuditEntry.object_id.in_(keys))


def of_order(session: Session, order: Order) -> sa.ColumnElement[bool]:
    """Give the condition for everything about one order; who may see the order is the caller's business."""
    payments = sa.select(Payment.id).where(Payment.order_id == order.id)
    return sa.or_(
        sa.and_(AuditEntry.object_type == "orders", AuditEntry.object_id == str(order.id)),
        _about(session, "payments", payments),
        _about(session, "refunds", sa.select(Refund.id).where(Refund.payment_id.in_(payments))),
        _about(session, "shipments", sa.select(Shipment.id).where(Shipment.order_id == order.id)),
        _about(session, "claims", sa.select(Claim.id).where(Claim.order_id == order.id)),
    )


def _about(session: Session, table: str, ids: sa.Select[Any]) -> sa.ColumnElement[bool]:
    keys = [str(key) for key in session.scalars(ids)]
    return sa.and_(AuditEntry.object_type == table, AuditEntry.object_id.in_(keys))


# --- in words -----------------------------------------------------------------------------------------------


def lines(session: Session, entries: Sequence[AuditEntry]) -> list[Line]:
    """Give rows of the trail in the language of the page."""
    names = _names(session, entries)
    return [
        Line(
            at=entry.at,
            who=who(entry.actor_label),
            words=action(entry.action),
            about=_about_words(entry, names),
            address=url_for("desk_history.index", object=f"{entry.object_type}:{entry.object_id}"),
            changes=_changes(entry),
        )
        for entry in entries
    ]


def action(code: str) -> str:
    """Say what happened."""
    return str(gettext(ACTIONS[code])) if code in ACTIONS else code


def who(label: str) -> str:
    """Name who acted; a part of the shop that acts by itself is the shop."""
    if label == "visitor":
        return str(gettext("A guest"))
    return str(gettext("The shop itself")) if label.startswith("system:") else label


def _about_words(entry: AuditEntry, names: Mapping[tuple[str, str], str]) -> str:
    kind = OBJECTS.get(entry.object_type)
    word = gettext(kind) if kind else entry.object_type
    return f"{word} {names.get((entry.object_type, entry.object_id)) or entry.object_id}"


def _names(session: Session, entries: Sequence[AuditEntry]) -> dict[tuple[str, str], str]:
    """Name what rows are about: one statement for each kind of thing. A draft nobody has sent has no name here."""
    wanted: dict[str, set[int]] = {}
    for entry in entries:
        if entry.object_id.isascii() and entry.object_id.isdigit():
            wanted.setdefault(entry.object_type, set()).add(int(entry.object_id))
    title = Submission.snapshot["title"].as_string()
    sources: dict[str, tuple[Any, Any]] = {
        "listings": (Submission.listing_id, title),
        "submissions": (Submission.id, title),
        "workshops": (Workshop.id, Workshop.name),
        "councils": (Council.id, Council.name),
        "clinics": (Clinic.id, Clinic.name),
        "coaching_tasks": (CoachingTask.id, sa.func.substr(CoachingTask.text, 1, 60)),
        "samples": (Sample.id, Sample.kept_where),
        "orders": (Order.id, Order.number),
        "users": (User.id, User.name),
        "synonym_groups": (SynonymGroup.id, SynonymGroup.head),
        "crafts": (Craft.id, Craft.name_id),
    }
    found = {}
    for table in sources.keys() & wanted.keys():
        key, name = sources[table]
        for number, words in session.execute(
            sa.select(key, name).where(key.in_(wanted[table])).order_by(key)
        ):
            found[table, str(number)] = (
                f"“{words}”" if table in {"listings", "submissions", "synonym_groups"} else words
            )
    return found


def _changes(entry: AuditEntry) -> list[tuple[str, str, str]]:
    before, after = entry.before or {}, entry.after or {}
    shown = []
    for key in FIELDS:
        if key in before or key in after:
            old, new = before.get(key), after.get(key)
            words = _rates(old, new) if key == "rows" else (_value(entry, key, old), _value(entry, key, new))
            if words[0] != words[1]:
                shown.append((gettext(FIELDS[key]), *words))
    return shown


def _rates(old: Any, new: Any) -> tuple[str, str]:
    """Say how many prices of a table were changed; the table itself is in the export."""
    known = {tuple(row) for row in old or ()}
    count = sum(1 for row in new or () if tuple(row) not in known)
    return "", ngettext("%(num)s price", "%(num)s prices", count)


def _value(entry: AuditEntry, key: str, value: Any) -> str:
    words = ""
    if value is None:
        return words
    if key == "total" and entry.object_type == "listings":
        words = gettext("%(total)s of 100", total=value)
    elif key in {"price", "amount", "total"} and isinstance(value, int):
        words = money.rupiah(value)
    elif key == "state":
        known = TASK_STATES if entry.object_type == "coaching_tasks" else VALUES
        words = gettext(known[value]) if value in known else str(value)
    elif entry.object_type == "claims" and key in CLAIM_WORDS:
        words = gettext(CLAIM_WORDS[key].get(value, str(value)))
    elif key in {"stage", "interest"}:
        known = STAGES if key == "stage" else INTERESTS
        words = gettext(known[value]) if value in known else str(value)
    elif key == "help":
        words = i18n.localised(kinds.of(value))
    elif key in {"due_on", "held_on"}:
        words = i18n.write_date(date.fromisoformat(value))
    else:
        words = str(value)
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"
