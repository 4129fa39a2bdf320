"""What a page showed when it was opened, so that a second window never overwrites silently what the first has saved."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from shop.errors import Conflict


class ChangedMeanwhile(Conflict):
    """What the form shows was saved in another window since."""

    message = "This was saved in another window since you opened it. Please look at it again before you save."


def mark(values: Mapping[str, Any]) -> str:
    """Give a short mark of values; other values have another mark."""
    return hashlib.sha256(json.dumps(dict(values), sort_keys=True, default=str).encode()).hexdigest()[:16]


def check(values: Mapping[str, Any], shown: str | None) -> None:
    """Make sure the present values are those that the page showed. :raise ChangedMeanwhile:"""
    if shown and shown != mark(values):
        raise ChangedMeanwhile
