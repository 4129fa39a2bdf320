"""A shop with pieces, and buyers over HTTP who cost little themselves: what measurements of checkout share."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

Ready = tuple[str, dict[str, str]]
"""Cookies, and the form as it will be sent."""


def settings(folder: Path, address: str, secret: str) -> dict[str, str]:
    """Give the settings of a shop that is thrown away afterwards."""
    return {
        "KRIYA_DEMO": "1",
        "KRIYA_DATABASE_URL": address,
        "KRIYA_SECRET_KEY": "a secret for measurements, long enough for the shop",
        "KRIYA_STRIPE_API_KEY": "sk_test_bench",
        "KRIYA_STRIPE_WEBHOOK_SECRET": secret,
        "KRIYA_MEDIA_URL": f"file:{folder / 'media'}",
        "KRIYA_SEARCH_DIR": str(folder / "search"),
        "KRIYA_SMTP_URL": "outbox:",
    }


def set_up(pieces: int, *, on_hand: int) -> list[int]:
    """Make the tables and so many pieces of six workshops; give their variants. The settings must stand already."""
    from shop.db import db  # noqa: PLC0415 - settings are read when the application is imported
    from tests import make_catalog  # noqa: PLC0415
    from wsgi import app  # noqa: PLC0415

    for command in (["db", "upgrade"], ["reference", "load"], ["rates", "load"]):
        done = app.test_cli_runner().invoke(args=command)
        if done.exit_code:
            raise RuntimeError(done.output)
    with app.app_context():
        shops = [make_catalog.workshop() for _ in range(6)]
        made = [make_catalog.piece(shops[number % 6], on_hand=on_hand) for number in range(pieces)]
        variants = [make_catalog.variant_of(piece).id for piece in made]
        db.session.remove()
        db.engine.dispose()
    return variants


def forms(url: str, variants: list[int], many: int) -> list[Ready]:
    """Let so many visitors fill their carts, each with one piece, and open the checkout page."""
    from tests.journeys.buyers import Buyer  # noqa: PLC0415

    def prepare(number: int) -> Ready:
        buyer = Buyer(url)
        buyer.add(variants[number % len(variants)])
        form = buyer.fill_in(
            email=f"pembeli{number}@example.com", district_code="17.71.02", postal_code="38225"
        )
        return "; ".join(f"{one.name}={one.value}" for one in buyer.http.cookies), form

    with ThreadPoolExecutor(6) as pool:
        return list(pool.map(prepare, range(many)))


async def call(port: int, method: str, path: str, cookies: str, body: str, origin: str) -> str:
    """Send one request and give the head of the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    cookie = f"Cookie: {cookies}\r\n" if cookies else ""
    writer.write(
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nOrigin: {origin}\r\n{cookie}"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
    )
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    while await reader.read(65536):
        pass
    writer.close()
    return head
