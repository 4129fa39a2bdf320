"""How the buyer wants each parcel sent, as the checkout form says it: a service's key and a tick, never a price."""

import re

from flask import request

from checkout.pricing import Choice

_NAME = re.compile(r"(service|insured)-([1-9][0-9]{0,14})", re.ASCII)
_KEY = re.compile(r"[A-Za-z0-9_-]{1,80}", re.ASCII)
UNREADABLE = "?"
"""Stands for what cannot be the key of a service; nothing is offered under it."""
MOST = 60
"""Parcels that a form may speak of; a cart holds at most 50 pieces."""


def sent() -> dict[int, Choice]:
    """Give the choices of the form that was sent, by workshop."""
    keys: dict[int, str] = {}
    insured: set[int] = set()
    for name, value in request.form.items():
        found = _NAME.fullmatch(name)
        if found is None or len(keys) >= MOST:
            continue
        if found[1] == "insured":
            insured.add(int(found[2]))
        else:
            keys[int(found[2])] = value if not value or _KEY.fullmatch(value) else UNREADABLE
    return {one: Choice(keys.get(one, ""), one in insured) for one in keys.keys() | insured}
