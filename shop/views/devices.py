"""How an open sign-in is called on the page that lists them."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from shop.models import UserSession

# The order matters: Edge and Opera call themselves Chrome too, and Chrome calls itself Safari.
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "UCBrowser": "UC Browser",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "CrOS": "ChromeOS",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


@dataclass(frozen=True, slots=True)
class Device:
    """One line of the list."""

    name: str
    ip: str
    since: datetime
    until: datetime
    is_here: bool

    @classmethod
    def of(cls, row: UserSession, here: str) -> "Device":
        """Describe an open sign-in; `here` is the hash of this request's token."""
        return cls(
            name=_name(row.user_agent),
            ip=row.ip,
            since=row.created_at,
            until=row.expires_at,
            is_here=row.token_hash == here,
        )


def _name(user_agent: str) -> str:
    browser = next((name for mark, name in BROWSERS.items() if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS.items() if mark in user_agent), "")
    return " · ".join(part for part in (browser, system) if part) or str(gettext("Unknown device"))
