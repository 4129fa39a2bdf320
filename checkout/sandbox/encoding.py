"""Form encoding as Stripe's SDK writes it: `line_items[0][price_data][currency]=idr`. Called by api.py."""

import re
from collections.abc import Iterable
from typing import Any

from checkout.sandbox.errors import Unusable

PIECE = re.compile(r"^([^\[\]]+)|\[([^\[\]]*)\]")
DEEPEST = 8


def path_of(key: str) -> list[str]:
    """Split `a[b][0]` into its parts; raise `Unusable` when the brackets do not match."""
    pieces = [match.group(1) or match.group(2) or "" for match in PIECE.finditer(key)]
    if (
        not pieces
        or key != pieces[0] + "".join(f"[{piece}]" for piece in pieces[1:])
        or len(pieces) > DEEPEST
    ):
        raise Unusable(f"Invalid parameter name: {key[:80]}", param=key[:80], code="parameter_unknown")
    return pieces


def nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Turn flat pairs into dictionaries; what carries the keys 0, 1, 2… stays one until a rule asks for a list."""
    tree: dict[str, Any] = {}
    for key, value in pairs:
        *folders, name = path_of(key)
        here = tree
        for folder in folders:
            here = here.setdefault(folder or str(len(here)), {})
            if not isinstance(here, dict):
                raise Unusable(f"Invalid object: {key[:80]}", param=key[:80])
        here[name or str(len(here))] = value
    return tree
