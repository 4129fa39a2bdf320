"""Passwords: how they are kept (argon2id), and which are refused. Called by accounts and its forms."""

import unicodedata
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from shop.texts import mark

MIN_LENGTH = 10
MAX_LENGTH = 200
"""Longer ones would only cost time; a passphrase of thirty words still fits."""

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""OWASP Password Storage Cheat Sheet, argon2id: 19 MiB, two passes, one lane."""


def normalise(password: str) -> str:
    """Give one form for what different keyboards write differently (NFC)."""
    return unicodedata.normalize("NFC", password)


def hash_of(password: str) -> str:
    """Give what is stored in place of a password. Takes some 20 ms on purpose: never inside a transaction."""
    return _hasher.hash(normalise(password))


def matches(stored: str | None, password: str) -> bool:
    """Say whether a password is the stored one; without a stored one it takes as long, and is not."""
    try:
        _hasher.verify(stored or _nobodys(), normalise(password))
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Say whether a hash was made with weaker settings than today's."""
    return _hasher.check_needs_rehash(stored)


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody has this password")


@cache
def _commonest() -> frozenset[str]:
    text = (Path(__file__).parent / "data" / "common_passwords.txt").read_text("utf-8")
    return frozenset(line for line in text.split("\n") if line and not line.startswith("#"))


def weakness(password: str, *known: str) -> str | None:
    """Give what is wrong with a new password as an English msgid, or None.

    `known` are words that anybody would try first: the person's name and address.
    """
    password = normalise(password)
    if len(password) < MIN_LENGTH:
        return mark("Please use at least 10 characters; a few words in a row are easy to remember.")
    if len(password) > MAX_LENGTH:
        return mark("Please use at most 200 characters.")
    folded = password.casefold()
    simple = "".join(character for character in folded if character.isalnum())
    if len(set(folded)) < 4 or folded in _commonest() or simple in _commonest():
        return mark("This password is among the first that anybody would try. Please choose another.")
    for word in known:
        parts = {word.casefold(), word.casefold().partition("@")[0], word.casefold().replace(" ", "")}
        if folded in parts or simple in parts:
            return mark("This password is your own name or address. Please choose another.")
    return None
