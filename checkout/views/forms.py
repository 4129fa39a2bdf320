"""The forms of cart and checkout."""

import re
from typing import Any

from flask import request
from flask_babel import lazy_gettext
from wtforms import HiddenField

from catalog import indonesia
from catalog.indonesia import Place
from checkout import bank_details
from checkout.models import ReceivingAccount
from checkout.transfers import accounts
from shop import inputs
from shop.db import db
from shop.forms import (
    ChoiceField,
    EmailField,
    Form,
    PhoneField,
    QuantityField,
    RadioField,
    StrictField,
    TextField,
)


class AddForm(Form):
    """What a product page sends; public pages carry no token, so the view checks where it comes from."""

    class Meta(Form.Meta):
        """No token on pages that are the same for everyone."""

        csrf = False

    variant_id = StrictField(
        lazy_gettext("Choice"), parse=lambda typed: inputs.whole(typed, least=1, most=10**12)
    )
    quantity = QuantityField(lazy_gettext("Quantity"))


class QuantityForm(Form):
    """How many of a line."""

    quantity = QuantityField(lazy_gettext("Quantity"))


class PressForm(Form):
    """A button."""


def _postal_code(typed: str) -> str:
    if not re.fullmatch(r"[0-9]{5}", typed.strip()):
        raise inputs.Unreadable("A postal code has five digits.")
    return typed.strip()


class CheckoutForm(Form):
    """Who buys, and where the parcels go. The district comes from a postal code or a name."""

    form_key = HiddenField()
    seen_total = HiddenField()
    name = TextField(lazy_gettext("Name of the recipient"), most=120, least=2)
    email = EmailField(
        lazy_gettext("E-mail address"),
        hint=lazy_gettext("The confirmation and the link to your order go there."),
    )
    phone = PhoneField(
        lazy_gettext("Telephone"), hint=lazy_gettext("The courier may call, for example 0812 3456 7890.")
    )
    street = TextField(lazy_gettext("Street, number, RT/RW"), most=300, least=5)
    village = TextField(lazy_gettext("Village or ward (desa, kelurahan)"), most=80, required=False)
    postal_code = StrictField(lazy_gettext("Postal code"), parse=_postal_code)
    place_q = TextField(
        lazy_gettext("Name of the district (kecamatan)"),
        most=100,
        required=False,
        hint=lazy_gettext(
            "Only if the postal code does not find it. The regency may follow: Ilir Timur, Palembang."
        ),
    )
    district_code = ChoiceField(lazy_gettext("District (kecamatan)"), validate_choice=False)
    pay_by = RadioField(lazy_gettext("How you pay"), required=False)
    note = TextField(lazy_gettext("Note to the workshops"), most=500, lines=True, required=False)
    voucher = TextField(lazy_gettext("Voucher code"), most=60, required=False)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # By card there is nothing to look up before the page is drawn (again): `offer_ways`.
        self.ways: list[ReceivingAccount] = []
        if str(self.pay_by.data or "card") == "card":
            self.pay_by.offer([("card", "")])
            self.pay_by.data = "card"
        else:
            self.offer_ways()
        self.found = self._places()
        self.district_code.choices = [(place.district_code, place.label) for place in self.found]
        if len(self.found) == 1 and not self.district_code.data and self.known:
            self.district_code.data = self.found[0].district_code
            self.district_code.raw_data = [self.found[0].district_code]
        if len(self.found) != 1 or not self.district_code.data:
            self.district_code.choices.insert(0, ("", lazy_gettext("Please choose")))

    def offer_ways(self) -> None:
        """Offer a transfer to each account that receives any; without one there is nothing to choose."""
        self.ways = accounts.active(db.session())
        to = lazy_gettext("Bank transfer to %(bank)s")
        ways = [
            (f"transfer-{one.id}", str(to) % {"bank": bank_details.bank_name(one.bank_code)})
            for one in self.ways
        ]
        self.pay_by.offer([("card", lazy_gettext("By card, on the payment page")), *ways])
        if not self.pay_by.data:
            self.pay_by.data = "card"

    @property
    def transfer_to(self) -> int | None:
        """Give the account the buyer sends a transfer to, or None for the payment page."""
        kind, _, number = str(self.pay_by.data or "").partition("-")
        return int(number) if kind == "transfer" else None

    def _places(self) -> list[Place]:
        """Give the districts that what was typed so far may mean, the chosen one first."""
        code = str(self.district_code.data or "")
        chosen = indonesia.place(code)
        self.known = not code or chosen is not None
        typed_code = str(self.postal_code.data or "")
        typed_name = str(self.place_q.data or "")
        found = indonesia.places(typed_name, limit=20) if typed_name else []
        if typed_code and not typed_name:
            found = indonesia.places(postal_code=typed_code, limit=20)
        # A district that does not fit a postal code just typed is a left-over of an earlier one.
        fits = chosen is not None and (not found or chosen in found)
        if chosen is not None and fits and chosen not in found:
            found = [chosen, *found]
        if not fits and code:
            self.district_code.data = ""
            self.district_code.raw_data = [""]
        return found

    def validate_district_code(self, field: ChoiceField) -> None:
        """Take only a district that exists."""
        if field.data not in {place.district_code for place in self.found}:
            raise ValueError(lazy_gettext("Please choose the district (kecamatan) from the list."))

    @property
    def chosen_district(self) -> str:
        """Give the code of the chosen district, or nothing."""
        code = str(self.district_code.data or "")
        return code if code in {place.district_code for place in self.found} else ""

    @property
    def total_unseen(self) -> bool:
        """Say whether our page was sent before it could show a total: it writes the field, and leaves it empty."""
        return self.seen_total.data == ""

    @property
    def total_seen(self) -> int | None:
        """Give the total in rupiah that the page showed, or None when it showed none."""
        text = str(self.seen_total.data or "")
        if not text:
            return None
        return int(text) if re.fullmatch(r"[1-9][0-9]{0,11}", text) else -1


def key_from_request() -> str:
    """Give the signed key of a guest's link, from the address or from the form."""
    return str(request.form.get("key") or request.args.get("key") or "")[:500]
