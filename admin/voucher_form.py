"""The form of a voucher, for councils and the marketplace (desk) and for workshops (studio)."""

from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session
from wtforms import HiddenField
from wtforms.widgets import DateInput

from admin import selects
from admin.selects import GroupField
from catalog import councils
from catalog.models import Council, Product, Workshop
from checkout.models import Voucher, VoucherKind
from checkout.voucher_book import Giver, Plan, PlanRefused
from shop import i18n, inputs
from shop.db import now
from shop.forms import EmailField, Form, RadioField, RupiahField, StrictField, TextField, WholeNumberField
from shop.texts import mark

NOT_A_DAY = mark("Please give days as year-month-day, for example 2026-11-21.")
NOWHERE = mark("No page of ours has this address, or it is not within what you answer for.")
YEARS = range(2000, 2200)
LARGEST = 1_000_000


def read_day(typed: str) -> date:
    """Read a day. :raise shop.inputs.Unreadable:"""
    try:
        day = date.fromisoformat(typed.strip())
    except ValueError as error:
        raise inputs.Unreadable(NOT_A_DAY) from error
    if day.year not in YEARS:
        raise inputs.Unreadable(NOT_A_DAY)
    return day


class PlanForm(Form):
    """What a voucher promises."""

    code = TextField(
        lazy_gettext("Code"), most=60, required=False,
        hint=lazy_gettext("What buyers type: 3 to 24 letters, digits or hyphens. Empty: the shop makes one up."),
    )  # fmt: skip
    name = TextField(
        lazy_gettext("What it is for"), most=120, least=3, hint=lazy_gettext("Buyers see these words beside the code.")
    )  # fmt: skip
    kind = RadioField(
        lazy_gettext("What comes off"),
        choices=[
            (VoucherKind.PERCENT.value, lazy_gettext("A percentage of the pieces")),
            (VoucherKind.AMOUNT.value, lazy_gettext("An amount off the pieces")),
            (VoucherKind.POSTAGE.value, lazy_gettext("The postage")),
        ],
    )
    percent = WholeNumberField(lazy_gettext("Per cent"), least=1, most=100, required=False)
    amount = RupiahField(lazy_gettext("Amount"), least=1, required=False)
    cap = RupiahField(
        lazy_gettext("At most off an order"), least=1, required=False, hint=lazy_gettext("Empty: no limit.")
    )
    min_goods = RupiahField(
        lazy_gettext("From goods of"), required=False,
        hint=lazy_gettext("Only the pieces that it holds for count. Empty: from any amount."),
    )  # fmt: skip
    council = GroupField(lazy_gettext("Only workshops of"), empty=lazy_gettext("All councils"))
    craft = GroupField(lazy_gettext("Only this craft"), empty=lazy_gettext("All crafts"))
    workshop = TextField(
        lazy_gettext("Only this workshop"), most=300, required=False,
        hint=lazy_gettext("The address of its page, for example /artisans/sanggar-canting."),
    )  # fmt: skip
    piece = TextField(
        lazy_gettext("Only this piece"), most=300, required=False,
        hint=lazy_gettext("The address of its page, for example /products/selendang-besurek."),
    )  # fmt: skip
    email = EmailField(
        lazy_gettext("Only for the account with this e-mail address"), required=False,
        hint=lazy_gettext("Nobody else can use it. The person has to be signed in."),
    )  # fmt: skip
    first_on = StrictField(lazy_gettext("First day"), parse=read_day, widget=DateInput())
    last_on = StrictField(
        lazy_gettext("Last day"), parse=read_day, widget=DateInput(), required=False,
        hint=lazy_gettext("Until the end of this day, western Indonesian time (WIB). Empty: without end."),
    )  # fmt: skip
    limit_total = WholeNumberField(
        lazy_gettext("How often in all"), least=1, most=LARGEST, required=False,
        hint=lazy_gettext("Orders that were not paid or were given back do not count. Empty: as often as one likes."),
    )  # fmt: skip
    limit_each = WholeNumberField(
        lazy_gettext("How often for one person"), least=1, most=LARGEST, required=False,
        hint=lazy_gettext("By account, for guests by e-mail address. Empty: as often as one likes."),
    )  # fmt: skip
    seen = HiddenField()

    def plan(self, session: Session, giver: Giver) -> Plan | None:
        """Give what was typed as a plan; None with the reason beside its field."""
        kind = VoucherKind(self.kind.data)
        if kind is VoucherKind.PERCENT and not self.percent.data:
            self.refuse(self.percent, gettext("Please fill this in."))
        if kind is VoucherKind.AMOUNT and not self.amount.data:
            self.refuse(self.amount, gettext("Please fill this in."))
        workshop_id, piece_id = self._workshop(session, giver), self._piece(session, giver)
        if any(field.errors for field in self):
            return None
        return Plan(
            code=self.code.data,
            name=self.name.data,
            kind=kind,
            percent=self.percent.data or 0,
            amount=self.amount.data or 0,
            cap=self.cap.data or None,
            min_goods=self.min_goods.data or 0,
            starts_at=datetime.combine(self.first_on.data, time(), i18n.WIB),
            ends_at=datetime.combine(self.last_on.data, time(23, 59, 59), i18n.WIB)
            if self.last_on.data
            else None,
            limit_total=self.limit_total.data or None,
            limit_each=self.limit_each.data or None,
            only_council_id=_number(self.council.data) if "council" in self else None,
            only_craft_id=_number(self.craft.data),
            only_workshop_id=workshop_id,
            only_product_id=piece_id,
            only_email=self.email.data,
        )

    def refuse_plan(self, error: PlanRefused) -> None:
        """Put a rule's refusal beside its field."""
        words = str(gettext(error.message, **error.params))
        self.refuse(getattr(self, error.field, self.code), words)

    def _workshop(self, session: Session, giver: Giver) -> int | None:
        if "workshop" not in self or not self.workshop.data:
            return None
        query = sa.select(Workshop.id).where(Workshop.slug == _slug(self.workshop.data))
        found = session.scalar(_within(query, session, giver))
        if found is None:
            self.refuse(self.workshop, gettext(NOWHERE))
        return found

    def _piece(self, session: Session, giver: Giver) -> int | None:
        if not self.piece.data:
            return None
        query = sa.select(Product.id).join(Workshop, Workshop.id == Product.workshop_id)
        found = session.scalar(
            _within(query.where(Product.slug == _slug(self.piece.data)), session, giver)
        )  # fmt: skip
        if found is None:
            self.refuse(self.piece, gettext(NOWHERE))
        return found


def _within(query: sa.Select[int], session: Session, giver: Giver) -> sa.Select[int]:
    """Leave only what the giver can take something off."""
    if giver.workshop_id is not None:
        return query.where(Workshop.id == giver.workshop_id)
    if giver.council_id is not None:
        return query.where(Workshop.council_id.in_(councils.ids_under(session, giver.council_id)))
    return query


def _slug(typed: str) -> str:
    """Take the last part of an address: what the page is called."""
    return urlsplit(typed).path.rstrip("/").rpartition("/")[2]


def _number(typed: Any) -> int | None:
    return int(typed) if typed else None


def filled(session: Session, voucher: Voucher | None, province_code: str = "") -> PlanForm:
    """Give the form of a voucher, or of a new one that begins today."""
    data: dict[str, Any] = {"kind": VoucherKind.PERCENT.value, "first_on": now().astimezone(i18n.WIB).date()}
    if voucher is not None:
        data = {
            "code": voucher.code,
            "name": voucher.name,
            "kind": voucher.kind.value,
            "percent": voucher.percent or None,
            "amount": voucher.amount or None,
            "cap": voucher.cap,
            "min_goods": voucher.min_goods or None,
            "council": str(voucher.only_council_id or ""),
            "craft": str(voucher.only_craft_id or ""),
            "workshop": voucher.only_workshop.slug if voucher.only_workshop else "",
            "piece": voucher.only_product.slug if voucher.only_product else "",
            "email": voucher.only_email,
            "first_on": voucher.starts_at.astimezone(i18n.WIB).date(),
            "last_on": voucher.ends_at.astimezone(i18n.WIB).date() if voucher.ends_at else None,
            "limit_total": voucher.limit_total,
            "limit_each": voucher.limit_each,
            "seen": voucher.edits,
        }
    form = PlanForm(data=data)
    form.craft.offer(selects.crafts(session, province_code))
    rows = session.execute(sa.select(Council.id, Council.name).order_by(Council.name))
    form.council.offer([(str(council_id), name) for council_id, name in rows])
    return form


def seen(form: PlanForm) -> int:
    """Give the version of the voucher that the page showed."""
    typed = str(form.seen.data or "")
    return inputs.digits(typed, -1)
