"""The form of bank details, in the studio for a workshop and at the desk for a council."""

from flask_babel import gettext, lazy_gettext

from admin.selects import GroupField
from checkout import bank_details
from checkout.bank_details import Details
from shop.errors import Invalid
from shop.forms import Form, PasswordField, StrictField, TextField


class BankForm(Form):
    """A bank, a number typed twice, the name of the account, and the password."""

    bank = GroupField(lazy_gettext("Bank"), empty=lazy_gettext("Choose a bank"), required=True)
    number = StrictField(
        lazy_gettext("Account number"), hint=lazy_gettext("As in the bank book, digits only."),
        render_kw={"inputmode": "numeric", "maxlength": 30},
    )  # fmt: skip
    again = StrictField(
        lazy_gettext("Account number once more"),
        hint=lazy_gettext("Please type it again instead of copying it: money goes where this number says."),
        render_kw={"inputmode": "numeric", "maxlength": 30},
    )  # fmt: skip
    holder = TextField(
        lazy_gettext("Name of the account"), most=70, least=3,
        hint=lazy_gettext("Exactly as the bank writes it; a payout to another name comes back."),
    )  # fmt: skip
    current = PasswordField(lazy_gettext("Your password"))

    def __init__(self) -> None:
        super().__init__()
        self.bank.offer([(code, f"{name} ({code})") for code, name in bank_details.banks().items()])

    def details(self) -> Details | None:
        """Give the details as they would be kept; None, with words beside the fields, when they cannot be."""
        try:
            number = bank_details.checked_number(self.bank.data, self.number.data)
        except Invalid as error:
            self.refuse(self.number, gettext(error.message, **error.params))
            return None
        if "".join(filter(str.isdigit, self.again.data)) != number:
            self.refuse(self.again, gettext("The two numbers are not the same."))
            return None
        try:
            return bank_details.checked(self.bank.data, number, self.holder.data)
        except Invalid as error:
            self.refuse(self.holder, gettext(error.message, **error.params))
            return None
