"""What is sealed tells nothing in the database, and opens only where it belongs."""

from dataclasses import replace

import pytest
from flask import Flask

from shop import sealing


def test_sealed_words_open_again_and_no_two_seals_are_alike(app: Flask) -> None:
    """Given an account number, when it is sealed twice, then both open, differ, and do not show it."""
    one, other = sealing.seal("1234567890", "workshop:1"), sealing.seal("1234567890", "workshop:1")
    assert one != other
    assert "1234567890" not in one + other
    assert sealing.unseal(one, "workshop:1") == sealing.unseal(other, "workshop:1") == "1234567890"
    assert sealing.fingerprint("1234567890") == sealing.fingerprint("1234567890")
    assert sealing.fingerprint("1234567890") != sealing.fingerprint("1234567891")


def test_a_seal_that_was_moved_changed_or_has_another_key_does_not_open(app: Flask) -> None:
    """Given a seal, when its row, a letter of it, or the key of the settings is another, then it stays shut."""
    sealed = sealing.seal("1234567890", "workshop:1")
    for seal, about in [(sealed, "workshop:2"), (sealed[:-6] + "AAAAA=", "workshop:1"), ("", "workshop:1")]:
        with pytest.raises(sealing.Broken):
            sealing.unseal(seal, about)
    mine = app.config["KRIYA"]
    app.config["KRIYA"] = replace(mine, sealing_key="another key of at least 32 characters")
    try:
        with pytest.raises(sealing.Broken):
            sealing.unseal(sealed, "workshop:1")
    finally:
        app.config["KRIYA"] = mine
