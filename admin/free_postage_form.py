"""The form of a rule of free postage, the same for a workshop, a council and the marketplace."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms.widgets import DateInput

from admin.voucher_form import read_day
from checkout import rates
from shop.forms import ChoicesField, Form, RupiahField, StrictField


class FreePostageForm(Form):
    """From which amount, to where, up to how much, from when to when."""

    from_amount = RupiahField(lazy_gettext("From an amount of goods of"), required=True)
    most = RupiahField(
        lazy_gettext("Up to"), required=False,
        hint=lazy_gettext("Rupiah per parcel. Empty: all that the cheapest service costs."),
    )  # fmt: skip
    zones = ChoicesField(lazy_gettext("To these zones"))
    first_on = StrictField(
        lazy_gettext("First day"), parse=read_day, widget=DateInput(), required=False,
        hint=lazy_gettext("Empty: from today on."),
    )  # fmt: skip
    last_on = StrictField(
        lazy_gettext("Last day"), parse=read_day, widget=DateInput(), required=False,
        hint=lazy_gettext("Empty: without end."),
    )  # fmt: skip

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.zones.choices = [(str(zone), lazy_gettext(name)) for zone, name in enumerate(rates.ZONE_NAMES)]

    @property
    def chosen_zones(self) -> list[int]:
        """Give the numbers of the zones."""
        return [int(zone) for zone in self.zones.data or []]
