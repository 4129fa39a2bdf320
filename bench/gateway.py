"""A stand-in for Stripe as small as it can be: it opens pages after 50 ms, and pays them when it is told to.

Written from Stripe's documentation of Checkout Sessions and webhook signatures; it shares nothing with the payments
sandbox, which is a whole program and would be what is measured. `python -m bench.gateway PORT WEBHOOK SECRET`.
"""

import asyncio
import hashlib
import hmac
import json
import sys
import time
import urllib.parse
from typing import Any

DELAY = 0.05
"""Seconds that every call of the shop takes."""


class Gateway:
    """Pages by their id."""

    def __init__(self, webhook: str, secret: str) -> None:
        self.webhook = urllib.parse.urlsplit(webhook)
        self.secret = secret
        self.pages: dict[str, dict[str, Any]] = {}
        self.by_key: dict[str, str] = {}
        self.told = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the calls of one connection."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode("latin-1").split("\r\n")
                method, path, _version = lines[0].split(" ")
                headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
                headers = {name.lower(): value for name, value in headers.items()}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                status, answer = await self.answer(method, path, headers, body.decode())
                text = json.dumps(answer).encode()
                writer.write(
                    b"HTTP/1.1 %d OK\r\nContent-Type: application/json\r\nRequest-Id: req_1\r\n"
                    b"Content-Length: %d\r\n\r\n" % (status, len(text)) + text
                )
                await writer.drain()
                if headers.get("connection", "").lower() == "close":
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def answer(
        self, method: str, path: str, headers: dict[str, str], body: str
    ) -> tuple[int, dict[str, Any]]:
        """Give status and object."""
        path, _mark, _query = path.partition("?")
        if path.startswith("/pay/"):
            return await self.pay(path.removeprefix("/pay/"))
        if path == "/taken":
            return 200, {
                page["client_reference_id"]: page["amount_total"]
                for page in self.pages.values()
                if page["payment_status"] == "paid"
            }
        await asyncio.sleep(DELAY)
        if not path.startswith("/v1/checkout/sessions"):
            return 200, {"object": "list", "data": [], "has_more": False, "url": path}
        name = path.removeprefix("/v1/checkout/sessions").strip("/").split("/")[0]
        if method == "POST" and not name:
            return 200, self.open(headers.get("idempotency-key", ""), urllib.parse.parse_qs(body))
        page = self.pages.get(name)
        if page is None:
            return 404, {"error": {"message": "No such object", "type": "invalid_request_error"}}
        if path.endswith("/expire") and page["status"] == "open":
            page["status"] = "expired"
        return 200, page

    def open(self, key: str, given: dict[str, list[str]]) -> dict[str, Any]:
        """Open a page; the same key gives the same one."""
        if key in self.by_key:
            return self.pages[self.by_key[key]]
        name = f"cs_test_{len(self.pages):024}"
        total, index = 0, 0
        while f"line_items[{index}][quantity]" in given:
            price = given[f"line_items[{index}][price_data][unit_amount]"][0]
            total += int(price) * int(given[f"line_items[{index}][quantity]"][0])
            index += 1
        metadata = {
            field[9:-1]: values[0] for field, values in given.items() if field.startswith("metadata[")
        }
        self.by_key[key] = name
        self.pages[name] = {
            "id": name, "object": "checkout.session", "amount_total": total, "currency": "idr",
            "status": "open", "payment_status": "unpaid", "mode": "payment", "livemode": False,
            "client_reference_id": given.get("client_reference_id", [""])[0], "metadata": metadata,
            "payment_intent": None, "url": f"https://pay.example/{name}",
            "expires_at": int(time.time()) + 1860,
        }  # fmt: skip
        return self.pages[name]

    async def pay(self, name: str) -> tuple[int, dict[str, Any]]:
        """Take the money of a page and ring the shop's bell once."""
        page = self.pages[name]
        if page["status"] == "open":
            page |= {
                "status": "complete",
                "payment_status": "paid",
                "payment_intent": f"pi_{name}",
                "url": None,
            }
        self.told += 1
        event = json.dumps(
            {
                "id": f"evt_{self.told:024}", "object": "event", "type": "checkout.session.completed",
                "livemode": False, "created": int(time.time()), "data": {"object": page},
            }
        )  # fmt: skip
        moment = int(time.time())
        signed = hmac.new(self.secret.encode(), f"{moment}.{event}".encode(), hashlib.sha256).hexdigest()
        reader, writer = await asyncio.open_connection(self.webhook.hostname, self.webhook.port)
        writer.write(
            f"POST {self.webhook.path} HTTP/1.1\r\nHost: {self.webhook.netloc}\r\nConnection: close\r\n"
            f"Content-Type: application/json\r\nStripe-Signature: t={moment},v1={signed}\r\n"
            f"Content-Length: {len(event.encode())}\r\n\r\n{event}".encode()
        )
        status = await reader.readline()
        writer.close()
        return 200, {"told": status.decode().strip()}


async def main(port: int, webhook: str, secret: str) -> None:
    """Serve until the process is ended."""
    gateway = Gateway(webhook, secret)
    server = await asyncio.start_server(gateway.serve, "127.0.0.1", port, limit=2**20)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], sys.argv[3]))
