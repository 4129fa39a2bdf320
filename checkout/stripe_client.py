"""Stripe's SDK: the client, its errors in our words, signatures.

Beside `checkout.stripe_connections` the only module that imports stripe.

Called by `checkout.stripe_gateway` and `checkout.stripe_books`. IDR is a two-decimal currency at Stripe, so
Rp 150.000 is 15000000 there (https://docs.stripe.com/currencies).
"""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from checkout.gateway import NotSigned, Refused, UnderDispute, Unknown, Unreachable
from shop.config import Settings

if TYPE_CHECKING:
    import stripe

log = logging.getLogger(__name__)

T = TypeVar("T")
RETRIES = 1
_REFUSALS = {"resource_missing": Unknown, "charge_disputed": UnderDispute}
TRIES = 8
"""So many keys are tried for one thing, the next only when Stripe keeps a failure as the answer to the one before."""


@contextmanager
def _hidden(library: str) -> Iterator[None]:
    """Let what is imported meanwhile find no such library, as where it is not installed.

    The SDK loads `requests` where it can (4 MB), for a client that is never asked: `checkout.stripe_connections` is.
    """
    loaded = sys.modules.get(library)
    sys.modules[library] = None  # type: ignore[assignment]  # the import system's way to say: there is none
    try:
        yield
    finally:
        del sys.modules[library]
        if loaded is not None:
            sys.modules[library] = loaded


class Spoilt(Exception):
    """Stripe has kept a failure as the answer to this key, and will give it for a day (Idempotent-Replayed).

    It may have been an error of its own, or a no that does not hold any more, as while a bank was deciding. Whatever
    was to happen under that key has happened or never will: look, then ask under another key.
    """

    def __init__(self, meaning: Unreachable | Refused) -> None:
        super().__init__(meaning)
        self.meaning = meaning


class StripeClient:
    """Stripe, or whatever speaks its protocol at `KRIYA_STRIPE_API_BASE`."""

    def __init__(self, settings: Settings) -> None:
        if not settings.stripe_webhook_secret.strip():
            raise ValueError("an empty webhook secret would verify every message")
        self._settings = settings
        self.live = "_live_" in settings.stripe_api_key

    @cached_property
    def _stripe(self) -> "stripe.StripeClient":
        with _hidden("requests"):
            import stripe

        from checkout.stripe_connections import Connections

        base = self._settings.stripe_api_base
        # All tries together stay under the limit that a buyer waits.
        timeout = self._settings.stripe_timeout / (RETRIES + 1) - 0.5
        return stripe.StripeClient(
            self._settings.stripe_api_key,
            base_addresses={"api": base, "files": base} if base else None,
            max_network_retries=RETRIES,
            http_client=Connections(base or stripe.DEFAULT_API_BASE, timeout),
        )

    def prepare(self) -> None:
        """Load the SDK, which takes as long as several orders."""
        _ = self._stripe.v1.checkout.sessions

    def _ask(self, call: Callable[[], T]) -> T:
        """Ask once. :raise Unreachable: :raise Refused: or one of its kinds"""
        try:
            return self._try(call)
        except Spoilt as spoilt:
            raise spoilt.meaning from spoilt

    def _try(self, call: Callable[[], T]) -> T:
        """Ask once, and tell an answer that Stripe keeps apart. :raise Spoilt: and as `_ask`"""
        import stripe

        try:
            return call()
        except stripe.IdempotencyError as error:
            if error.http_status == 409:  # the first request under this key still runs: wait for what it does
                raise Unreachable from error
            log.warning("stripe refused", extra={"code": error.code})
            raise Refused from error
        except (stripe.InvalidRequestError, stripe.CardError) as error:
            log.warning("stripe refused", extra={"code": error.code, "param": getattr(error, "param", None)})
            refusal = _REFUSALS.get(str(error.code), Refused)
            raise (Spoilt(refusal()) if _is_replayed(error) else refusal) from error
        except (stripe.AuthenticationError, stripe.PermissionError) as error:
            log.exception("stripe does not accept our key")
            raise Unreachable from error
        except stripe.StripeError as error:
            log.warning("stripe does not answer", extra={"error": type(error).__name__})
            raise (Spoilt(Unreachable()) if _is_replayed(error) else Unreachable) from error

    def _once(self, key: str, call: Callable[[Any], T], look: Callable[[], T | None]) -> T:
        """Do something once under a key; when Stripe keeps a failure as that key's answer, look before another key.

        :raise Unreachable: :raise Refused:
        """
        meaning: Unreachable | Refused = Unreachable()
        for number in range(TRIES):
            options = {"idempotency_key": key if number == 0 else f"{key}-{number + 1}"}
            try:
                return self._try(lambda options=options: call(options))  # type: ignore[misc]
            except Spoilt as spoilt:
                meaning = spoilt.meaning
            found = look()
            if found is not None:
                return found
        raise meaning

    def _verified(self, body: bytes, signature: str) -> dict[str, Any]:
        """Check a message's signature and give what it says. :raise NotSigned:"""
        import stripe

        try:
            text = body.decode("utf-8")
            found = self._stripe.construct_event(text, signature, self._settings.stripe_webhook_secret)
            told: dict[str, Any] = found.to_dict()
        except (ValueError, RecursionError, stripe.SignatureVerificationError) as error:
            raise NotSigned from error
        except (AttributeError, KeyError, TypeError) as error:  # signed, but not an event
            raise NotSigned from error
        return told


def _is_replayed(error: "stripe.StripeError") -> bool:
    headers = error.headers or {}
    return str(headers.get("Idempotent-Replayed") or headers.get("idempotent-replayed") or "") == "true"


def rupiah(sen: Any) -> int | None:
    """Give whole rupiah, or None for what is not a whole number of them."""
    if not isinstance(sen, int) or sen % 100:
        return None
    return sen // 100


def number(metadata: Any, name: str) -> int | None:
    """Read one of our ids from an object's metadata."""
    text = metadata[name] if metadata and name in metadata else ""
    plain = isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 19
    return int(text) if plain else None


def ref_of(found: Any) -> str:
    """Give the id of something that may be expanded, only named, or missing."""
    if found is None:
        return ""
    return found if isinstance(found, str) else str(found.id)
