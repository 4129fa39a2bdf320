"""Sign-in throttling, counted in the database so that all processes count together. Called by the account pages.

A wrong password counts against this account *from this network*, and against the network; so whoever guesses
from elsewhere cannot keep the owner out. A browser in which the owner has signed in before carries a signed
device mark, and is counted by that alone (OWASP, "Slow Down Online Guessing Attacks with Device Cookies").
"""

import hashlib
import ipaddress
from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shop.db import now, transaction
from shop.errors import ShopError
from shop.jobs import periodic
from shop.models import SignInAttempt

WINDOW = timedelta(minutes=15)
PER_ACCOUNT = 8
"""Tries for one account from one network or device in the window; ASVS 5, 6.3.1 asks for some such bound."""
PER_NETWORK = 100
"""Tries from one network in the window; a whole village may stand behind one address."""


class TooManyAttempts(ShopError):
    """Too many wrong passwords of late."""

    status = 429
    message = (
        "Too many attempts. Please wait 15 minutes, or choose a new password with “Forgot your password?”."
    )


def account_mark(email: str) -> str:
    """Give what stands for an account in counters and device marks: no address is kept there."""
    return hashlib.sha256(email.encode()).hexdigest()[:24]


def network(ip: str) -> str:
    """Give the network of an address: /24 of IPv4, /56 of IPv6 (what one customer is given)."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    size = 24 if address.version == 4 else 56
    return str(ipaddress.ip_network((address, size), strict=False))


def buckets(email: str, ip: str, device: str | None) -> list[str]:
    """Give the counters of a try; `device` is the number in the device mark of this account, if there is one."""
    if device:
        return [f"device:{hashlib.sha256(device.encode()).hexdigest()[:32]}"]
    block = network(ip)
    return [f"account:{account_mark(email)}|{block}", f"network:{block}"]


def note(session: Session, counters: Iterable[str]) -> list[int]:
    """Count a try before it is judged; give the rows, for `forgive` when the password was right.

    Commit this before `check`: then of many tries at once none slips through uncounted.
    """
    rows = [SignInAttempt(bucket=bucket, at=now()) for bucket in counters]
    session.add_all(rows)
    session.flush()
    return [row.id for row in rows]


def check(session: Session, counters: Iterable[str]) -> None:
    """Let a counted try pass. :raise TooManyAttempts:"""
    since = now() - WINDOW
    for bucket in counters:
        limit = PER_NETWORK if bucket.startswith("network:") else PER_ACCOUNT
        if _count(session, bucket, since) > limit:
            raise TooManyAttempts


def _count(session: Session, bucket: str, since: datetime) -> int:
    tries = sa.select(sa.func.count()).where(SignInAttempt.bucket == bucket, SignInAttempt.at > since)
    return session.scalar(tries) or 0


def forgive(session: Session, counters: Iterable[str], rows: Iterable[int]) -> None:
    """Forget a try that was right, and the wrong ones before it; other accounts' tries stay counted."""
    own = [bucket for bucket in counters if not bucket.startswith("network:")]
    session.execute(
        sa.delete(SignInAttempt).where(
            sa.or_(SignInAttempt.bucket.in_(own), SignInAttempt.id.in_(list(rows)))
        )
    )


def forgive_account(session: Session, email: str) -> None:
    """Forget every try at an account whose owner has just proved the address."""
    prefix = f"account:{account_mark(email)}|"
    session.execute(sa.delete(SignInAttempt).where(SignInAttempt.bucket.startswith(prefix, autoescape=True)))


@periodic(every=3600)
def forget_old() -> None:
    """Drop tries that no longer count."""
    with transaction() as session:
        session.execute(sa.delete(SignInAttempt).where(SignInAttempt.at < now() - 2 * WINDOW))
