"""The form of the workshop page: who makes, where, and where parcels start."""

from typing import Any

from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session
from wtforms import HiddenField
from wtforms.validators import ValidationError

from admin import selects
from admin.selects import GroupField
from catalog.artisans import Profile
from catalog.models import Workshop
from shop import inputs
from shop.db import now
from shop.forms import Form, PhoneField, StrictField, TextField, WholeNumberField

EARLIEST = 1900


def postal_code(typed: str) -> str:
    """Give a postal code of five digits. :raise shop.inputs.Unreadable:"""
    code = typed.strip()
    if len(code) != 5 or not (code.isascii() and code.isdigit()):
        raise inputs.Unreadable("A postal code has five digits.")
    return code


class WorkshopForm(Form):
    """Everything a workshop says about itself; place by place, so that it works without JavaScript."""

    name = TextField(lazy_gettext("Name of the workshop"), most=120, least=2)
    maker_name = TextField(
        lazy_gettext("Name of the maker"), most=120, least=2,
        hint=lazy_gettext("The person or group whose hands make the pieces. It stands on every page."),
    )  # fmt: skip
    about = TextField(
        lazy_gettext("Your story"), most=4000, lines=True, required=False,
        hint=lazy_gettext("Who taught you, who works with you, what is special about your place. "
                          "The council reads it together with your first piece."),
    )  # fmt: skip
    province = GroupField(lazy_gettext("Province"), empty=lazy_gettext("Choose a province"), required=True)
    regency = GroupField(
        lazy_gettext("Regency or city"), empty=lazy_gettext("Choose a regency or city"), required=True
    )
    district = GroupField(
        lazy_gettext("District"), empty=lazy_gettext("Choose a district"),
        hint=lazy_gettext("Postage is worked out from here."),
    )  # fmt: skip
    craft = GroupField(
        lazy_gettext("Main craft"), empty=lazy_gettext("Choose a craft"), required=True,
        hint=lazy_gettext("Crafts of your province come first. Each piece can have its own craft."),
    )  # fmt: skip
    village = TextField(lazy_gettext("Village or ward"), most=120, required=False)
    address = TextField(
        lazy_gettext("Address"), most=300, required=False,
        hint=lazy_gettext("Street, number, RT/RW. Only buyers' parcels show it, as the sender."),
    )  # fmt: skip
    postal_code = StrictField(
        lazy_gettext("Postal code"), required=False, parse=postal_code, render_kw={"inputmode": "numeric"}
    )
    phone = PhoneField(
        lazy_gettext("Telephone"), required=False,
        hint=lazy_gettext("For the courier and your council; never shown to visitors."),
    )  # fmt: skip
    since_year = WholeNumberField(
        lazy_gettext("Making since (year)"), least=EARLIEST, most=2100, required=False,
        render_kw={"inputmode": "numeric"},
    )  # fmt: skip

    seen = HiddenField()

    def offer(self, session: Session) -> None:
        """Fill the selects so far as the places above them are chosen; drop a place that lies elsewhere."""
        self.province.offer(selects.provinces(session))
        known = dict(selects.regencies(session, self.province.data or ""))
        if self.regency.data not in known:
            self.regency.data = ""
        districts = selects.districts(session, self.regency.data or "")
        if self.district.data not in dict(districts):
            self.district.data = ""
        self.regency.offer(list(known.items()))
        self.district.offer(districts)
        self.craft.offer(selects.crafts(session, self.province.data or ""))

    def validate_since_year(self, field: WholeNumberField) -> None:
        """Refuse a year to come."""
        if field.data and field.data > now().year:
            raise ValidationError(gettext("This year is still to come."))

    def profile(self) -> Profile:
        """Give what was written as the value that the rules take."""
        return Profile(
            name=self.name.data,
            maker_name=self.maker_name.data,
            craft_id=int(self.craft.data),
            regency_code=self.regency.data,
            district_code=self.district.data or None,
            village=self.village.data,
            about=self.about.data,
            address=self.address.data,
            postal_code=self.postal_code.data or "",
            phone=self.phone.data,
            since_year=self.since_year.data,
        )


def written(workshop: Workshop) -> dict[str, Any]:
    """Give what a workshop says now, by the form's field names."""
    names = ("name", "maker_name", "about", "village", "address", "postal_code", "phone", "since_year")
    return {name: getattr(workshop, name) for name in names} | {
        "province": workshop.regency_code[:2],
        "regency": workshop.regency_code,
        "district": workshop.district_code or "",
        "craft": str(workshop.craft_id),
    }
