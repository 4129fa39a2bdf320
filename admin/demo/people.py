"""The demonstration's accounts: one for each kind of work, all with the password that the terminal prints."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.demo.rows import Rows
from shop import passwords
from shop.models import Role, RoleGrant, User

PASSWORD = "kriya-peraga-2026"  # noqa: S105 - printed in the terminal, demonstration only
DOMAIN = "example.com"
ACCOUNTS: tuple[tuple[str, str, Role | None, str], ...] = (
    ("pembeli", "Pembeli Peraga", None, ""),
    ("perajin", "Ibu Rembulan", Role.ARTISAN, ""),
    ("kurator", "Kurator Peraga Bengkulu", Role.CURATOR, "17"),
    ("kurator.kedua", "Kurator Kedua Peraga Bengkulu", Role.CURATOR, "17"),
    ("kurator.sumsel", "Kurator Peraga Sumatera Selatan", Role.CURATOR, "16"),
    ("kurator.nasional", "Kurator Peraga Nasional", Role.CURATOR, "nasional"),
    ("pengurus", "Pengurus Peraga Bengkulu", Role.COUNCIL_ADMIN, "17"),
    ("keuangan", "Keuangan Peraga", Role.FINANCE, "nasional"),
    ("keuangan.kedua", "Keuangan Kedua Peraga", Role.FINANCE, "nasional"),
    ("admin", "Admin Peraga", Role.ADMIN, ""),
)
"""Name before the @, what the person is called, role and council."""


def address(name: str) -> str:
    """Give a demonstration address; mail to it goes nowhere."""
    return f"{name}@{DOMAIN}"


def table() -> str:
    """Give the accounts as lines for the terminal."""
    lines = [f"Demonstration accounts, password {PASSWORD}:"]
    for name, full_name, role, scope in ACCOUNTS:
        what = f"{role.value} {scope}".rstrip() if role else "buyer"
        lines.append(f"  {address(name):28} {what:24} {full_name}")
    return "\n".join(lines)


def build(rows: Rows, moment: datetime) -> dict[str, int]:
    """Collect the accounts; give the user ids by name."""
    hashed = passwords.hash_of(PASSWORD)
    ids = {}
    for name, full_name, role, scope in ACCOUNTS:
        ids[name] = person(rows, name, full_name, hashed, moment)
        if role is not None:
            rows.add(RoleGrant, user_id=ids[name], role=role, scope=scope, created_at=moment)
    return ids


def person(rows: Rows, name: str, full_name: str, password_hash: str, moment: datetime) -> int:
    """Collect one confirmed account."""
    return rows.add(
        User,
        email=address(name),
        name=full_name,
        password_hash=password_hash,
        locale="id",
        confirmed_at=moment,
        created_at=moment,
    )


def exist(session: Session) -> bool:
    """Say whether the demonstration is loaded."""
    return session.scalar(sa.select(User.id).where(User.email == address("admin"))) is not None
