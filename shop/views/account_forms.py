"""The forms of the account pages."""

from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms.validators import ValidationError

from shop import inputs, passwords
from shop.forms import ChoiceField, EmailField, Form, PasswordField, PhoneField, StrictField, TextField

LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
_NEW_PASSWORD = lazy_gettext("At least 10 characters; a few words in a row are easy to remember.")


class SignInForm(Form):
    """Address and password."""

    email = StrictField(
        lazy_gettext("E-mail address"), parse=inputs.sign_in_email, render_kw={"type": "email"}
    )
    password = PasswordField(lazy_gettext("Password"))


class SignUpForm(Form):
    """What an account needs: a name, an address, a password, a language."""

    name = TextField(lazy_gettext("Your name"), most=120, least=2)
    email = EmailField(lazy_gettext("E-mail address"))
    password = PasswordField(lazy_gettext("Password"), hint=_NEW_PASSWORD)
    locale = ChoiceField(lazy_gettext("Language of our e-mails"), choices=LANGUAGES)

    def validate_password(self, field: PasswordField) -> None:
        """Refuse what anybody would try first."""
        refuse_weak(field.data, self.name.data, self.email.data)


class ConfirmForm(Form):
    """A button: mail programs that open every link must not press it."""


class ForgotForm(Form):
    """The address of the account."""

    email = EmailField(lazy_gettext("E-mail address"))


class NewPasswordForm(Form):
    """A new password; `known` are the person's name and address."""

    password = PasswordField(lazy_gettext("New password"), hint=_NEW_PASSWORD)

    def __init__(self, *known: str, **options: Any) -> None:
        super().__init__(**options)
        self.known = known

    def validate_password(self, field: PasswordField) -> None:
        """Refuse what anybody would try first."""
        refuse_weak(field.data, *self.known)


class ChangePasswordForm(NewPasswordForm):
    """The present password and a new one."""

    current = PasswordField(lazy_gettext("Present password"))


class ChangeEmailForm(Form):
    """A new address, and the password because it is a way into the account."""

    email = EmailField(lazy_gettext("New e-mail address"))
    current = PasswordField(lazy_gettext("Present password"))


class SettingsForm(Form):
    """How the shop calls a person."""

    name = TextField(lazy_gettext("Your name"), most=120, least=2)
    phone = PhoneField(
        lazy_gettext("Telephone"),
        required=False,
        hint=lazy_gettext("Couriers call it when they stand before the door."),
    )
    locale = ChoiceField(lazy_gettext("Language of our e-mails"), choices=LANGUAGES)


def refuse_weak(password: str | None, *known: str | None) -> None:
    """Raise what is wrong with a new password, in the language of the page."""
    weak = passwords.weakness(password or "", *(word for word in known if word))
    if weak:
        raise ValidationError(gettext(weak))
