"""Addresses of orders: their numbers, and the signed link by which a guest reaches an order.

The link holds the order's number and its access key, signed; changing the key revokes every link that was sent.
"""

import secrets
from datetime import datetime
from hmac import compare_digest

from itsdangerous import URLSafeSerializer

from checkout.models import Order
from shop import config, i18n, web

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Digits and letters that are not mistaken for one another."""


def new_number(moment: datetime) -> str:
    """Make an order number that nobody can guess from another: `KRY-261121-7F3KQM`."""
    day = moment.astimezone(i18n.WIB)
    return f"KRY-{day:%y%m%d}-" + "".join(secrets.choice(ALPHABET) for _ in range(6))


def new_access_key() -> str:
    """Make the secret of an order's links, 256 random bits."""
    return secrets.token_urlsafe(32)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(config.current().secret_key, salt="order-link")


def key_of(order: Order) -> str:
    """Give the signed key of a guest's link."""
    return str(_signer().dumps([order.number, order.access_key]))


def opens(order: Order, key: str) -> bool:
    """Say whether a key from an address opens this order: it is the very key that was given, letter by letter.

    Reading it would take other spellings too: base64 leaves two bits of the last letter unused.
    """
    return compare_digest(key.encode("utf-8", "replace"), key_of(order).encode())


def link(order: Order, endpoint: str = "orders.show") -> str:
    """Give the full address of an order's page in the buyer's language, with the signed key."""
    return web.address_for(order.locale, endpoint, number=order.number, key=key_of(order))
