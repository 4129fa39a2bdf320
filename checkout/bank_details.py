"""Bank details: which account a workshop or council is paid to, checked, sealed, shown by its last digits only.

Details are never changed: new ones are a new row (`checkout.bank_changes`). Reading a number in clear is audited.
"""

import csv
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.indonesia import DATA
from checkout import payees
from checkout.models import BankAccount
from checkout.payees import Payee
from shop import audit, sealing
from shop.audit import Actor
from shop.errors import Invalid

LENGTHS: Mapping[str, int] = {"002": 15, "008": 13, "009": 10, "014": 10}
"""Digits of an account number at BRI, Mandiri, BNI and BCA, as these banks write them; others vary."""
SHORTEST, LONGEST = 6, 20
_NUMBER = re.compile(r"[0-9]+", re.ASCII)
_HOLDER = re.compile(r"[A-Z0-9][A-Z0-9 .,'&/()-]+", re.ASCII)


class UnknownBank(Invalid):
    """Not a bank of the list."""

    message = "Please choose a bank from the list."


class BadNumber(Invalid):
    """Not an account number."""

    message = "An account number has 6 to 20 digits."


class WrongLength(Invalid):
    """Not an account number of this bank."""

    message = "Account numbers of this bank have %(digits)s digits; these are %(given)s."


class BadHolder(Invalid):
    """Not the name of an account."""

    message = "Please write the name as it stands in the bank book, in letters: 3 to 70 characters."


@dataclass(frozen=True, slots=True)
class Details:
    """Where money goes, in clear."""

    bank_code: str
    number: str
    holder: str


@cache
def banks() -> dict[str, str]:
    """Give the banks of `catalog/data/banks.csv` by their code."""
    with (DATA / "banks.csv").open(encoding="utf-8", newline="") as file:
        return {row["bank_code"]: row["name"] for row in csv.DictReader(file)}


def bank_name(code: str) -> str:
    """Give what a bank is called."""
    return banks().get(code, code)


def checked(bank_code: str, number: str, holder: str) -> Details:
    """Give details as they are kept. :raise UnknownBank: :raise BadNumber: :raise WrongLength: :raise BadHolder:"""
    if bank_code not in banks():
        raise UnknownBank
    return Details(bank_code, checked_number(bank_code, number), checked_holder(holder))


def checked_number(bank_code: str, typed: str) -> str:
    """Give an account number as digits alone. :raise BadNumber: :raise WrongLength:"""
    digits = re.sub(r"[ .-]", "", typed.strip())
    if not _NUMBER.fullmatch(digits) or not SHORTEST <= len(digits) <= LONGEST or len(set(digits)) == 1:
        raise BadNumber
    length = LENGTHS.get(bank_code)
    if length is not None and len(digits) != length:
        raise WrongLength(digits=length, given=len(digits))
    return digits


def checked_holder(typed: str) -> str:
    """Give the name of an account in capitals without accents, as bank files take it. :raise BadHolder:"""
    plain = "".join(
        letter for letter in unicodedata.normalize("NFKD", typed) if not unicodedata.combining(letter)
    )
    name = " ".join(plain.replace("’", "'").upper().split())
    letters = sum(letter.isalpha() for letter in name)
    if not _HOLDER.fullmatch(name) or not 3 <= len(name) <= 70 or letters < 3:
        raise BadHolder
    return name


def current(session: Session, payee: Payee) -> BankAccount | None:
    """Give the details that hold for a payee."""
    return session.scalar(
        sa.select(BankAccount).where(payee.owns(BankAccount), BankAccount.replaced_at.is_(None))
    )


def masked(account: BankAccount) -> str:
    """Write an account so that its owner knows it and nobody else learns it."""
    return f"•••• {account.last_digits}"


def about(payee: Payee) -> str:
    """Name what the seal of a payee's account is bound to."""
    return f"bank_accounts:{payee.account}"


def in_clear(account: BankAccount) -> str:
    """Give the number of an account. For bank files and `reveal`; nobody else. :raise sealing.Broken:"""
    return sealing.unseal(account.sealed_number, about(payees.of(account)))


def reveal(session: Session, actor: Actor, account: BankAccount) -> str:
    """Give the number of an account to a person, and write down that they have read it."""
    number = in_clear(account)
    scope = payees.named(session, payees.of(account)).council.code
    audit.record(
        session, actor, "bank_account.read", account,
        after={"bank": bank_name(account.bank_code), "account": masked(account)}, scope=scope,
    )  # fmt: skip
    return number


def shared_with(session: Session, account: BankAccount) -> list[str]:
    """Give the names of other payees that are paid to the same account: a reason to ask."""
    same = sa.select(BankAccount).where(
        BankAccount.fingerprint == account.fingerprint,
        BankAccount.replaced_at.is_(None),
        BankAccount.id != account.id,
    )
    return sorted(payees.named(session, payees.of(other)).name for other in session.scalars(same))


def fits(account: BankAccount, names: frozenset[str]) -> bool:
    """Say whether the name of an account shares a word with one of a payee's names."""
    held = {word for word in re.split(r"[^A-Z0-9]+", account.holder) if len(word) > 2}
    known = {word for name in names for word in re.split(r"[^A-Z0-9]+", name.upper()) if len(word) > 2}
    return not held.isdisjoint(known)
