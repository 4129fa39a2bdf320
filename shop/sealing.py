"""Sealed words: what is kept so that a stolen copy of the database does not tell it, such as bank accounts.

AES-256-GCM under a key derived from the settings. Every seal is bound to what it is about (`bank_accounts:workshop:12`),
so words moved to another row do not open there.
"""

import base64
import hashlib
import hmac
import os
from functools import lru_cache
from typing import TYPE_CHECKING

from shop import config

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = "s1"
"""Begins every seal, so that another way of sealing can follow."""
_NONCE = 12
"""Bytes; NIST SP 800-38D asks for 96 bits."""


class Broken(RuntimeError):
    """The words were changed or moved, or the key of the settings is another one."""


def seal(words: str, about: str) -> str:
    """Give words so that only the settings' key opens them, and only where they are about the same thing."""
    nonce = os.urandom(_NONCE)
    closed = _cipher(_secret()).encrypt(nonce, words.encode(), about.encode())
    return f"{VERSION}.{base64.urlsafe_b64encode(nonce + closed).decode()}"


def unseal(sealed: str, about: str) -> str:
    """Give the words of a seal. :raise Broken:"""
    from cryptography.exceptions import InvalidTag

    version, _, body = sealed.partition(".")
    try:
        raw = base64.urlsafe_b64decode(body)
        if version != VERSION or len(raw) <= _NONCE:
            raise Broken(about)
        return _cipher(_secret()).decrypt(raw[:_NONCE], raw[_NONCE:], about.encode()).decode()
    except (ValueError, InvalidTag) as error:
        raise Broken(about) from error


def fingerprint(words: str) -> str:
    """Give what tells whether two sealed words are the same, and nothing else about them."""
    return hmac.new(_key(_secret(), "fingerprints"), words.encode(), hashlib.sha256).hexdigest()


def _secret() -> str:
    settings = config.current()
    return settings.sealing_key or settings.secret_key


def _key(secret: str, purpose: str) -> bytes:
    """Derive 32 bytes for one purpose (HKDF's expand step over a long random secret, RFC 5869)."""
    start = hmac.new(b"kriya", secret.encode(), hashlib.sha256).digest()
    return hmac.new(start, purpose.encode() + b"\x01", hashlib.sha256).digest()


@lru_cache(maxsize=4)
def _cipher(secret: str) -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(_key(secret, "seals"))
