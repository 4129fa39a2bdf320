"""The forms of the cart: a gift message, a voucher."""

from flask_babel import lazy_gettext

from checkout import carts
from shop.forms import Form, TextField


class GiftForm(Form):
    """What shall be written into one parcel."""

    message = TextField(
        lazy_gettext("Gift message"), most=carts.MAX_MESSAGE, lines=True, required=False,
        hint=lazy_gettext("The workshop writes it on a card and puts it into the parcel. Up to 300 characters."),
    )  # fmt: skip


class VoucherForm(Form):
    """A voucher's code, however it is typed."""

    code = TextField(lazy_gettext("Voucher code"), most=60)
