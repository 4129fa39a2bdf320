"""The form of a round: its names, days, place, crafts and places, read into a `rounds.Plan`."""

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, HiddenField

from catalog.curation import rounds
from catalog.curation.rounds import Plan, RoundRefused
from catalog.models import Craft
from shop import i18n, inputs
from shop.db import db, now
from shop.forms import ChoicesField, Form, StrictField, TextField, WholeNumberField
from shop.texts import mark

NOT_A_DAY = mark("Please give days as year-month-day, for example 2026-11-21.")
YEARS = range(2000, 2200)


def read_day(typed: str) -> date:
    """Read a day. :raise shop.inputs.Unreadable:"""
    try:
        day = date.fromisoformat(typed.strip())
    except ValueError as error:
        raise inputs.Unreadable(NOT_A_DAY) from error
    if day.year not in YEARS:
        raise inputs.Unreadable(NOT_A_DAY)
    return day


def end_of(day: date) -> datetime:
    """Give the last second of a day in western Indonesian time."""
    return datetime.combine(day, time(23, 59, 59), i18n.WIB)


class RoundForm(Form):
    """Everything that a council says about a round."""

    name_id = TextField(lazy_gettext("Name in Indonesian"), most=120, least=3)
    name_en = TextField(
        lazy_gettext("Name in English"), most=120, required=False,
        hint=lazy_gettext("Without it, English pages show the Indonesian name."),
    )  # fmt: skip
    first_on = StrictField(lazy_gettext("First day"), parse=read_day)
    last_on = StrictField(lazy_gettext("Last day"), parse=read_day)
    apply_on = StrictField(
        lazy_gettext("Apply until"), parse=read_day,
        hint=lazy_gettext("Until the end of this day, western Indonesian time (WIB)."),
    )  # fmt: skip
    place = TextField(
        lazy_gettext("Place"), most=200, required=False,
        hint=lazy_gettext("Building, street, town; and when the doors open."),
    )  # fmt: skip
    online = BooleanField(lazy_gettext("It is held online"))
    capacity = WholeNumberField(
        lazy_gettext("How many workshops"), least=1, most=rounds.LARGEST,
        hint=lazy_gettext("Whoever applies beyond this number is on the waiting list."),
    )  # fmt: skip
    pieces_each = WholeNumberField(lazy_gettext("Pieces of each workshop, at most"), least=1, most=20)
    words_id = TextField(
        lazy_gettext("What workshops should know, in Indonesian"), most=2000, lines=True, required=False,
        hint=lazy_gettext("When to come, what to bring, who to ask."),
    )  # fmt: skip
    words_en = TextField(
        lazy_gettext("What workshops should know, in English"), most=2000, lines=True, required=False
    )
    crafts = ChoicesField(
        lazy_gettext("Crafts"), required=False, hint=lazy_gettext("Without a choice: all crafts.")
    )
    confirmed = BooleanField(
        lazy_gettext("Workshops have read the round as it was. I change it all the same.")
    )
    seen = HiddenField()

    def plan(self) -> Plan:
        """Give what was typed as a plan."""
        return Plan(
            name_id=self.name_id.data,
            name_en=self.name_en.data,
            first_on=self.first_on.data,
            last_on=self.last_on.data,
            apply_by=end_of(self.apply_on.data),
            place=self.place.data,
            online=bool(self.online.data),
            words_id=self.words_id.data,
            words_en=self.words_en.data,
            capacity=self.capacity.data,
            pieces_each=self.pieces_each.data,
            craft_ids=tuple(int(key) for key in self.crafts.data or ()),
        )

    def refuse_plan(self, error: RoundRefused) -> None:
        """Put a rule's refusal beside its field."""
        names = {"apply_by": self.apply_on}
        field = names.get(error.field, getattr(self, error.field, self.name_id))
        self.refuse(field, str(gettext(error.message, **error.params)))


def filled(plan: Plan | None, seen: int = 0) -> RoundForm:
    """Give the form of a round, or of a new one."""
    data: dict[str, Any] = {"capacity": 32, "pieces_each": 3, "seen": seen}
    if plan is not None:
        told = {name: getattr(plan, name) for name in Plan.__dataclass_fields__}
        day = plan.apply_by.astimezone(i18n.WIB).date()
        data |= told | {"apply_on": day, "crafts": [str(key) for key in plan.craft_ids]}
    form = RoundForm(data=data)
    english = i18n.current_locale() == "en"
    name = Craft.name_en if english else Craft.name_id
    form.crafts.offer(
        [(str(key), words) for key, words in db.session.execute(sa.select(Craft.id, name).order_by(name))]
    )
    return form


def on_other_days(plan: Plan) -> Plan:
    """Give a former round's plan without its days: they are over."""
    today = now().astimezone(i18n.WIB).date()
    shift = max(0, (today - plan.first_on).days + 30)
    day = date.fromordinal(plan.first_on.toordinal() + shift)
    length = (plan.last_on - plan.first_on).days
    lead = max(1, (plan.first_on - plan.apply_by.astimezone(i18n.WIB).date()).days)
    return replace(
        plan,
        first_on=day,
        last_on=date.fromordinal(day.toordinal() + length),
        apply_by=end_of(date.fromordinal(max(day.toordinal() - lead, today.toordinal() + 1))),
    )
