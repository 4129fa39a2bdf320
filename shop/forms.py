"""Forms of all areas: the base class, and one field per kind of input. Rules about the world stay in rule modules.

Fields keep what was typed, also when it cannot be used. `_()` marks the words of labels; they are translated when
the page is shown.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import request
from flask_babel import get_domain, gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict
from wtforms import Field, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget, PasswordInput, RadioInput, TextArea, TextInput

from shop import inputs
from shop.money import MAX_AMOUNT, rupiah

Words = Any
"""A label or hint: a `str`, or a lazy one from `flask_babel.lazy_gettext`."""
Pairs = Sequence[tuple[Any, Words]]
"""Choices: a value and its words."""

SENDING = {"POST", "PUT", "PATCH", "DELETE"}
REQUIRED = lazy_gettext("Please fill this in.")


class Texts:
    """WTForms' own messages in the language of the page; WTForms brings no Indonesian."""

    def gettext(self, string: str) -> str:
        """Give a text."""
        return str(gettext(string))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Give a text that depends on a number; WTForms fills in its other values afterwards."""
        return str(get_domain().get_translations().ungettext(singular, plural, n))


class Form(FlaskForm):
    """The base of every form that changes something; its token comes from Flask-WTF."""

    class Meta(FlaskForm.Meta):
        """How WTForms speaks."""

        def get_translations(self, _form: Any) -> Texts:
            """Give WTForms its texts from our catalogues."""
            return Texts()

        def wrap_formdata(self, _form: Any, formdata: Any) -> Any:
            """Read what was sent as a form, also when that is nothing at all; JSON is no form."""
            if formdata is None or hasattr(formdata, "getlist"):
                return formdata
            if request.method not in SENDING:
                return None
            return CombinedMultiDict((request.files, request.form)) if request.files else request.form

    def is_sent(self) -> bool:
        """Say whether this request sends the form, and all its fields can be used."""
        return bool(self.validate_on_submit())

    def refuse(self, field: Field, error: inputs.Unreadable | str) -> None:
        """Put a refusal that a rule raised beside the field it is about."""
        field.errors = [*field.errors, say(error) if isinstance(error, inputs.Unreadable) else error]


def say(error: inputs.Unreadable) -> str:
    """Give a parser's refusal in the language of the page."""
    return str(gettext(error.message, **error.params))


class StrictField(Field):
    """A field whose text goes through one strict parser; an empty one is an error only where it is required."""

    widget: Any = TextInput()
    empty: Any = None
    """What an empty field is worth."""

    def __init__(
        self,
        label: Words = None,
        *,
        required: bool = True,
        hint: Words = "",
        parse: Callable[[str], Any] | None = None,
        validators: Sequence[Any] = (),
        **options: Any,
    ) -> None:
        super().__init__(label, list(validators), description=hint, **options)
        self.required = required
        self.parser = parse
        if required:
            self.flags.required = True

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Parse what was sent."""
        typed = valuelist[0] if valuelist else ""
        self.data = self.empty
        if not isinstance(typed, str) or not typed.strip():
            if self.required:
                raise ValueError(REQUIRED)
            return
        try:
            self.data = self.parse(typed)
        except inputs.Unreadable as error:
            raise ValueError(say(error)) from error

    def parse(self, typed: str) -> Any:
        """Turn text into a value. :raise Unreadable:"""
        return self.parser(typed) if self.parser else inputs.text(typed)

    def pre_validate(self, form: Any) -> None:
        """Ask no further rules about what could not be read."""
        if self.process_errors:
            raise StopValidation

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0]).replace("\x00", "")  # no page can hold it
        return "" if self.data is None else self.written(self.data)

    def written(self, value: Any) -> str:
        """Write a value as a person would type it."""
        return str(value)


class TextField(StrictField):
    """One line of text; with `lines` several. Empty is an empty string."""

    empty = ""

    def __init__(
        self, label: Words = None, *, most: int = 200, least: int = 0, lines: bool = False, **options: Any
    ) -> None:
        super().__init__(label, **options)
        self.most, self.least, self.lines = most, least, lines
        if lines:
            self.widget = TextArea()

    def parse(self, typed: str) -> str:
        """Give text in NFC, of the right length."""
        return inputs.text(typed, most=self.most, least=self.least, lines=self.lines)


class EmailField(StrictField):
    """An e-mail address, in lower case."""

    widget = TextInput("email")
    empty = ""

    def parse(self, typed: str) -> str:
        """Give the address."""
        return inputs.email(typed)


class PhoneField(StrictField):
    """An Indonesian telephone number, kept as +62…"""

    widget = TextInput("tel")
    empty = ""

    def parse(self, typed: str) -> str:
        """Give the number."""
        return inputs.phone(typed)


class QuantityField(StrictField):
    """A number of pieces to buy, 1 to 9999."""

    def parse(self, typed: str) -> int:
        """Give the number."""
        return inputs.quantity(typed)


class WholeNumberField(StrictField):
    """A whole number within bounds: pieces on hand, grams, centimetres, days."""

    def __init__(self, label: Words = None, *, least: int = 0, most: int = 999_999, **options: Any) -> None:
        super().__init__(label, **options)
        self.least, self.most = least, most

    def parse(self, typed: str) -> int:
        """Give the number."""
        return inputs.whole(typed, least=self.least, most=self.most)


class RupiahField(StrictField):
    """An amount in whole rupiah, typed with or without dots and `Rp`."""

    def __init__(
        self, label: Words = None, *, least: int = 0, most: int = MAX_AMOUNT, **options: Any
    ) -> None:
        super().__init__(label, **options)
        self.least, self.most = least, most

    def parse(self, typed: str) -> int:
        """Give the amount."""
        return inputs.rupiah(typed, least=self.least, most=self.most)

    def written(self, value: Any) -> str:
        """Write the amount with dots, without `Rp`: the field shows that beside it."""
        return rupiah(value).removeprefix("Rp\N{NO-BREAK SPACE}")


class PasswordField(StringField):
    """A password: kept exactly as typed, and the only thing that is not shown again."""

    widget = PasswordInput(hide_value=True)

    data: Any

    def __init__(self, label: Words = None, *, hint: Words = "", **options: Any) -> None:
        super().__init__(label, [_given], description=hint, **options)
        self.flags.required = True


class _PlainChoices(SelectField):
    """Choices given as pairs of value and words, or as `{group: pairs}`; WTForms wants objects of its own."""

    def __init__(
        self,
        label: Words = None,
        *,
        choices: Pairs | Mapping[Words, Pairs] = (),
        required: bool = True,
        hint: Words = "",
        **options: Any,
    ) -> None:
        super().__init__(label, [], choices=_objects(choices), description=hint, **options)
        if required:
            self.flags.required = True

    def pre_validate(self, form: Any) -> None:
        """Ask for a choice where one is needed, and take only what was offered."""
        if not any(self.raw_data or ()):
            raise StopValidation(str(REQUIRED) if self.flags.required else "")
        super().pre_validate(form)

    def offer(self, choices: Pairs | Mapping[Words, Pairs]) -> None:
        """Set the choices that are only known when the page is made."""
        self.choices = _objects(choices)


def _objects(choices: Pairs | Mapping[Words, Pairs]) -> list[Any]:
    if isinstance(choices, Mapping):
        return [
            SelectChoice(value, words, optgroup=str(group))
            for group, pairs in choices.items()
            for value, words in pairs
        ]
    return [SelectChoice(value, words) for value, words in choices]


class ChoiceField(_PlainChoices):
    """One of a few values, from a list; what is not among them is refused."""


class RadioField(_PlainChoices):
    """One of a few values, all in sight."""

    widget = ListWidget(prefix_label=False)
    option_widget = RadioInput()


class ChoicesField(_PlainChoices, SelectMultipleField):
    """Any of a few values, each with a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _given(_form: Any, field: Field) -> None:
    if not field.raw_data or not field.raw_data[0]:
        field.errors = []
        raise StopValidation(str(REQUIRED))
