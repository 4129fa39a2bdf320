"""The form of one variant: what it is called, what it costs, how it is packed, whether it is ready."""

from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import HiddenField
from wtforms.validators import ValidationError

from catalog import stock
from catalog.models import Variant
from catalog.variants import NAME_LENGTH, Terms
from shop.forms import Form, RadioField, RupiahField, TextField, WholeNumberField
from shop.money import MAX_AMOUNT

READY, MADE = "ready", "made"
KINDS = ((READY, lazy_gettext("Ready: it lies here")), (MADE, lazy_gettext("Made to order")))
_DIGITS = {"inputmode": "numeric"}


class VariantForm(Form):
    """A variant; its name is judged with the listing, everything else holds at once."""

    seen = HiddenField()
    name = TextField(
        lazy_gettext("Name of the variant"), most=NAME_LENGTH, required=False,
        hint=lazy_gettext("Colour, size or kind, for example: Merah, 200 × 60 cm. Empty if there is only one."),
    )  # fmt: skip
    price = RupiahField(
        lazy_gettext("Price"), least=1_000, most=MAX_AMOUNT // 10,
        hint=lazy_gettext("What the buyer pays for one piece, without postage."),
    )  # fmt: skip
    kind = RadioField(lazy_gettext("Is it ready?"), choices=KINDS, default=READY)
    on_hand = WholeNumberField(
        lazy_gettext("Pieces on hand"), most=stock.MOST, required=False, render_kw=_DIGITS,
        hint=lazy_gettext("Only for what is ready."),
    )  # fmt: skip
    lead_days = WholeNumberField(
        lazy_gettext("Working days to make one"), least=1, most=365, required=False, render_kw=_DIGITS,
        hint=lazy_gettext("Only for what is made to order."),
    )  # fmt: skip
    weight_g = WholeNumberField(
        lazy_gettext("Weight when packed (grams)"), least=1, most=100_000, render_kw=_DIGITS,
        hint=lazy_gettext("With box and padding. Postage is worked out from it."),
    )  # fmt: skip
    length_cm = WholeNumberField(
        lazy_gettext("Length when packed (cm)"), least=1, most=300, render_kw=_DIGITS
    )
    width_cm = WholeNumberField(lazy_gettext("Width when packed (cm)"), least=1, most=300, render_kw=_DIGITS)
    height_cm = WholeNumberField(
        lazy_gettext("Height when packed (cm)"), least=1, most=300, render_kw=_DIGITS
    )

    one_of_a_kind = False
    """Set by the view: a piece that exists once is ready, and at most one."""

    def validate_kind(self, field: RadioField) -> None:
        """Refuse to take orders for a piece that exists once."""
        if self.one_of_a_kind and field.data == MADE:
            raise ValidationError(gettext("A one-of-a-kind piece cannot be made to order."))

    def validate_on_hand(self, field: WholeNumberField) -> None:
        """Refuse more than one of a piece that exists once."""
        if self.one_of_a_kind and (field.data or 0) > 1:
            raise ValidationError(gettext("This piece is one of a kind: there is one, or none."))

    def validate_lead_days(self, field: WholeNumberField) -> None:
        """Ask for the days of what is made to order."""
        if self.kind.data == MADE and not field.data:
            raise ValidationError(gettext("How many working days does it take?"))

    @property
    def is_made(self) -> bool:
        """Whether it is made after the order."""
        return bool(self.kind.data == MADE)

    def terms(self) -> Terms:
        """Give what the workshop decides by itself."""
        return Terms(
            price=self.price.data,
            weight_g=self.weight_g.data,
            length_cm=self.length_cm.data,
            width_cm=self.width_cm.data,
            height_cm=self.height_cm.data,
            made_to_order=self.is_made,
            lead_days=(self.lead_days.data or 0) if self.is_made else 0,
        )


def written(variant: Variant, name: str) -> dict[str, Any]:
    """Give what a variant is now, by the form's field names."""
    names = ("price", "weight_g", "length_cm", "width_cm", "height_cm", "on_hand")
    return {field: getattr(variant, field) for field in names} | {
        "name": name,
        "kind": MADE if variant.made_to_order else READY,
        "lead_days": variant.lead_days or None,
    }
