"""Settings: the one place that reads the environment (`KRIYA_…`), and refuses a half-configured start."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from flask import current_app

PREFIX = "KRIYA_"
INSTANCE = Path(__file__).resolve().parent.parent / "instance"
EXAMPLE_VALUES = {"change-me", "changeme", "example", "secret", "sk_test_example", "whsec_example"}
DEMO_SECRET = "demonstration-only-not-a-secret-0123456789"
DEMO_WEBHOOK_SECRET = "whsec_demonstration_only_0123456789"
DEMO_STRIPE_KEY = "sk_test_demonstration"


class SettingsError(SystemExit):
    """Raised when the environment does not describe a shop that can start; names the setting."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs from one installation to the next. Times are seconds, sizes are bytes."""

    database_url: str
    secret_key: str
    base_url: str
    stripe_api_key: str
    stripe_webhook_secret: str
    media_url: str
    smtp_url: str
    demo: bool = False
    stripe_api_base: str = ""
    s3_endpoint: str = ""
    s3_access_key: str = ""
    s3_secret_key: str = ""
    s3_region: str = "us-east-1"
    redis_url: str = ""
    search: str = "whoosh"
    search_dir: str = str(INSTANCE / "search")
    page_cache_mb: int = 12
    """Megabytes of whole public pages that each web process keeps (`shop.kept_pages`); 0 keeps none."""
    mail_from: str = "Kriya <no-reply@kriya.invalid>"
    metrics_token: str = ""
    trusted_proxies: int = 0
    rajaongkir_key: str = ""
    """Key of RajaOngkir (Komerce V2) for live tariffs and tracking; without a key the councils' tables hold."""
    biteship_key: str = ""
    """Key of Biteship, for the same; at most one of the two."""
    courier_api_base: str = ""
    """Another address of that aggregator: its sandbox, or a test's."""
    courier_timeout: int = 2
    min_payment: int = 10_000
    """Smallest order total in rupiah (Stripe's minimum depends on the settlement currency)."""
    commission_bp: int = 800
    """The council's commission on goods in basis points, where no rule of `checkout.commissions` says another."""
    sealing_key: str = ""
    """What bank accounts are sealed with; where it is empty, KRIYA_SECRET_KEY. Changing it makes them unreadable."""
    payout_min: int = 50_000
    """Smallest payout in rupiah; less is carried to the next."""
    payout_hold_hours: int = 72
    """How long new bank details hold payouts."""
    payment_minutes: int = 60
    """How long a payment page stays open; Stripe's shortest is 30 minutes."""
    countersign_days: int = 30
    """How long the council of a home region has to answer a claim of a workshop from elsewhere."""
    late_cancel_days: int = 3
    """Working days after a parcel should have left from which its buyer may call it off."""
    claim_days: int = 3
    """So long after its arrival a buyer may claim; a parcel without a claim then counts as received (2 at least)."""
    claim_answer_days: int = 3
    """How long a side has to answer the other in a claim."""
    claim_council_days: int = 7
    """How long an officer has to decide a claim."""
    claim_appeal_days: int = 3
    """How long the two have to ask another officer."""
    claim_send_days: int = 7
    """How long somebody has to send what a claim needs, back or out."""
    claim_arrive_days: int = 14
    """After so long what was sent for a claim counts as arrived."""
    fast_photos: int = 2
    """So many photographs may differ in an edit that one curator judges alone (the fast lane)."""
    fast_words: int = 25
    """So many of a hundred words of a field may differ there."""
    stripe_timeout: int = 10
    s3_timeout: int = 10
    smtp_timeout: int = 10
    statement_timeout: int = 5
    lock_timeout: int = 3
    db_pool: int = 10

    @property
    def https(self) -> bool:
        """Whether visitors reach the shop over TLS."""
        return self.base_url.startswith("https://")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read and check every setting.

        :raise SettingsError: naming the first setting that is missing, empty, unknown or an example.
        """
        environ = os.environ if environ is None else environ
        given = {k.removeprefix(PREFIX).lower(): v for k, v in environ.items() if k.startswith(PREFIX)}
        known = {field.name: field for field in fields(cls)}
        for name in given:
            if name not in known:
                raise SettingsError(f"{PREFIX}{name.upper()} is not a setting of Kriya (see .env.example)")
        demo = given.get("demo", "") in {"1", "true", "yes"}
        values: dict[str, object] = _demo_defaults(environ) if demo else {}
        for name, text in given.items():
            values[name] = _parse(name, text.strip(), str(known[name].type), demo)
        if demo and "stripe_api_key" in given:
            # A key of Stripe's own: the sandbox and its secret have no place beside it.
            for name in ("stripe_api_base", "stripe_webhook_secret"):
                values[name] = given.get(name, "")
        for name in known:
            if name in REQUIRED and not values.get(name):
                raise SettingsError(f"{PREFIX}{name.upper()} is missing (see .env.example)")
        settings = cls(**values)  # type: ignore[arg-type]
        settings._check()
        return settings

    def _check(self) -> None:
        if urlsplit(self.base_url).scheme not in {"http", "https"} or not urlsplit(self.base_url).netloc:
            raise SettingsError(f"{PREFIX}BASE_URL must be an address such as https://kriya.example.id")
        if not self.database_url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise SettingsError(f"{PREFIX}DATABASE_URL must begin with sqlite:/// or postgresql://")
        if not self.media_url.startswith(("file:", "s3://")):
            raise SettingsError(f"{PREFIX}MEDIA_URL must be file:<folder> or s3://<bucket>")
        if self.search not in {"whoosh", "tantivy"}:
            raise SettingsError(f"{PREFIX}SEARCH must be whoosh or tantivy")
        if self.rajaongkir_key and self.biteship_key:
            raise SettingsError(f"set {PREFIX}RAJAONGKIR_KEY or {PREFIX}BITESHIP_KEY, not both")
        if len(self.secret_key) < 32:
            raise SettingsError(f"{PREFIX}SECRET_KEY must have at least 32 characters")
        if self.payment_minutes < 30:
            raise SettingsError(
                f"{PREFIX}PAYMENT_MINUTES must be at least 30, the gateway's shortest session"
            )
        if self.claim_days < 2:
            raise SettingsError(f"{PREFIX}CLAIM_DAYS must be at least 2, as the law gives buyers")
        if not self.demo and not self.stripe_webhook_secret.startswith("whsec_"):
            raise SettingsError(f"{PREFIX}STRIPE_WEBHOOK_SECRET must be the whsec_… value of the endpoint")
        self._check_payouts()

    def _check_payouts(self) -> None:
        if self.sealing_key and len(self.sealing_key) < 32:
            raise SettingsError(f"{PREFIX}SEALING_KEY must have at least 32 characters")
        if self.payout_hold_hours < 72 and not self.demo:
            raise SettingsError(f"{PREFIX}PAYOUT_HOLD_HOURS must be at least 72")


REQUIRED = {
    "database_url",
    "secret_key",
    "base_url",
    "stripe_api_key",
    "stripe_webhook_secret",
    "media_url",
    "smtp_url",
}


def _demo_defaults(environ: Mapping[str, str]) -> dict[str, object]:
    port = environ.get("PORT", "8000")
    return {
        "database_url": f"sqlite:///{INSTANCE / 'kriya.sqlite'}",
        "secret_key": DEMO_SECRET,
        "base_url": f"http://127.0.0.1:{port}",
        "stripe_api_key": DEMO_STRIPE_KEY,
        "stripe_webhook_secret": DEMO_WEBHOOK_SECRET,
        "stripe_api_base": "http://127.0.0.1:" + environ.get("SANDBOX_PORT", str(int(port) + 10)),
        "media_url": f"file:{INSTANCE / 'media'}",
        "smtp_url": "outbox:",
    }


def _parse(name: str, text: str, kind: str, demo: bool) -> object:
    label = f"{PREFIX}{name.upper()}"
    if not text:
        raise SettingsError(f"{label} is empty; remove it or give it a value")
    if not demo and text.lower() in EXAMPLE_VALUES | {DEMO_SECRET, DEMO_WEBHOOK_SECRET, DEMO_STRIPE_KEY}:
        raise SettingsError(f"{label} still has the value of the example")
    if kind in {"int", "<class 'int'>"}:
        if not (text.isascii() and text.isdigit()):
            raise SettingsError(f"{label} must be a whole number")
        return int(text)
    if kind in {"bool", "<class 'bool'>"}:
        if text.lower() not in {"0", "1", "true", "false", "yes", "no"}:
            raise SettingsError(f"{label} must be 1 or 0")
        return text.lower() in {"1", "true", "yes"}
    return text


def current() -> Settings:
    """Give the settings of the running application."""
    return cast(Settings, current_app.config["KRIYA"])


def part(name: str) -> Any:
    """Give what an area hung on the running application under this name (`app.extensions`)."""
    return current_app.extensions[name]
