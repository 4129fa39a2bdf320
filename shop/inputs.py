"""One strict parser per kind of input, the same on every page: text, address, telephone, quantity, rupiah.

Each takes what a person typed and gives a value, or raises `Unreadable` with words for that person. Called by the
fields of `shop.forms`, and by whoever reads input that is not a form. Python's `int()` takes `1_000` and Arabic
digits, SQLite takes NUL where PostgreSQL does not: here both are refused, so both databases answer alike.
"""

import re
import unicodedata
from typing import Any, TypeVar

from email_validator import EmailNotValidError, validate_email

from shop.money import MAX_AMOUNT

T = TypeVar("T")

_QUANTITY = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)
_WHOLE = re.compile(r"0|[1-9][0-9]{0,14}", re.ASCII)
_RUPIAH = re.compile(
    r"(?:Rp\.? ?)?([0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,15})(?:,(?:00|-))?", re.ASCII | re.IGNORECASE
)
_FORM_KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)
_LINE_ENDS = re.compile(r"\r\n?")
MAX_EMAIL = 254


class Unreadable(ValueError):
    """What was typed is not of its kind; the message is an English msgid with parameters."""

    def __init__(self, message: str, **params: Any) -> None:
        self.message = message
        self.params = params
        super().__init__(message % params if params else message)


def text(typed: str, *, most: int = 200, least: int = 0, lines: bool = False) -> str:
    """Give text in NFC without outer space; `lines` allows line breaks, one-line text has single spaces.

    :raise Unreadable: for control characters, half characters, and what is too short or too long.
    """
    value = unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", typed))
    if any(_is_unusable(character) for character in value):
        raise Unreadable("This text contains characters that cannot be kept.")
    value = value.strip() if lines else " ".join(value.split())
    if len(value) > most:
        raise Unreadable(
            "Please use at most %(most)s characters; these are %(length)s.", most=most, length=len(value)
        )
    if value and len(value) < least:
        raise Unreadable("Please use at least %(least)s characters.", least=least)
    return value


def _is_unusable(character: str) -> bool:
    if character in "\n\t":
        return False
    return (
        unicodedata.category(character) in {"Cc", "Cs", "Cn"}
        or character in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068"
        or character == "\ufffd"  # what is read for bytes that are no text, such as half a character
    )


def email(typed: str) -> str:
    """Give an e-mail address in lower case. :raise Unreadable:"""
    value = text(typed, most=MAX_EMAIL)
    try:
        checked = validate_email(value, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise Unreadable("Please write the address like nama@contoh.id.") from error
    return unicodedata.normalize("NFC", checked.normalized.lower())


def sign_in_email(typed: str) -> str:
    """Give the address that somebody signs in with, as `email` would store it, without judging it."""
    return unicodedata.normalize("NFC", typed).replace("\x00", "\ufffd").strip().lower()[:MAX_EMAIL]


def phone(typed: str) -> str:
    """Give an Indonesian telephone number as +62…, from any common way of writing it. :raise Unreadable:"""
    from lokal import phone as lokal_phone

    value = text(typed, most=40)
    found = lokal_phone.normalize_phone(value) if value.isascii() else None
    if found is None:
        raise Unreadable("Please write an Indonesian telephone number, for example 0812 3456 7890.")
    return found


def tax_number(typed: str) -> str:
    """Give the 16 digits of an NPWP or NIK from any common way of writing it (PMK 112/2022). :raise Unreadable:"""
    from lokal import parse_npwp

    value = text(typed, most=40)
    found = parse_npwp(value) if value.isascii() else None
    if found is None or not found.valid or found.npwp16 is None:
        raise Unreadable("Please write an NPWP of 15 or 16 digits, or an NIK of 16 digits.")
    return found.npwp16


def quantity(typed: str) -> int:
    """Give a number of pieces, 1 to 9999, from digits and nothing else. :raise Unreadable:"""
    if not _QUANTITY.fullmatch(typed):
        raise Unreadable("Please enter a number of pieces from 1 to 9999, in digits.")
    return int(typed)


def form_key(typed: str) -> str:
    """Give the key that makes one press of a form one deed: 128 bits as 32 hexadecimal digits. :raise Unreadable:"""
    if not _FORM_KEY.fullmatch(typed):
        raise Unreadable("This form has been open for too long. Please go back and try again.")
    return typed


def whole(typed: str, *, least: int = 0, most: int = 999_999) -> int:
    """Give a whole number: pieces on hand, grams, centimetres, days. :raise Unreadable:"""
    value = typed.strip()
    if not _WHOLE.fullmatch(value) or not least <= int(value) <= most:
        raise Unreadable("Please enter a whole number from %(least)s to %(most)s.", least=least, most=most)
    return int(value)


def row_number(typed: str) -> int:
    """Give the number of a row that a form or an address names: as many digits as a column holds. :raise Unreadable:"""
    return whole(typed, most=10**15 - 1)


def digits(typed: str, otherwise: T, *, most: int = 9) -> int | T:
    """Give the number that at most so many digits write, or something else where it is not one: nobody is told.

    For what a page wrote itself and reads again: which version of a form was seen, which page of a list.
    """
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= most else otherwise


def rupiah(typed: str, *, least: int = 0, most: int = MAX_AMOUNT) -> int:
    """Give an amount in whole rupiah from `1250000`, `1.250.000` or `Rp 1.250.000`. :raise Unreadable:"""
    found = _RUPIAH.fullmatch(" ".join(typed.split()))
    if found is None:
        raise Unreadable("Please write the amount in whole rupiah, for example 1.250.000.")
    amount = int(found[1].replace(".", ""))
    if not least <= amount <= most:
        raise Unreadable(
            "Please enter an amount from Rp %(least)s to Rp %(most)s.",
            least=_dotted(least),
            most=_dotted(most),
        )
    return amount


def _dotted(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")
