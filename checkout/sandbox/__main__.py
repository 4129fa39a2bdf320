"""`python -m checkout.sandbox`: starts the payments sandbox. Called by `./dev run` when no Stripe key is set."""

import argparse
import os
import signal
import sys
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

from checkout.sandbox.app import create_app
from checkout.sandbox.backroom import Backroom
from checkout.sandbox.store import Store

KEYS = ("KRIYA_STRIPE_API_KEY", "STRIPE_API_KEY")
WAITING_LINE = 1024


class Quiet(WSGIRequestHandler):
    """Keeps connections open between calls, as the SDK expects, and logs nothing but faults."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        """Say nothing."""


def arguments() -> argparse.Namespace:
    """Read the command line; leave with a message when it makes no sense."""
    parser = argparse.ArgumentParser(prog="python -m checkout.sandbox", description="Payments without money.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8010, help="0 takes any free port")
    parser.add_argument(
        "--webhook", action="append", default=[], metavar="URL", help="where events go; repeatable"
    )
    parser.add_argument(
        "--secret",
        default=os.environ.get("KRIYA_STRIPE_WEBHOOK_SECRET", ""),
        help="signs webhooks (default: KRIYA_STRIPE_WEBHOOK_SECRET)",
    )
    parser.add_argument("--db", default=":memory:", metavar="FILE", help="default: forgotten at exit")
    parser.add_argument("--public-url", default="", metavar="URL", help="how browsers reach this program")
    parser.add_argument("--shop-name", default="Kriya")
    given = parser.parse_args()
    live = [name for name in KEYS if "_live_" in os.environ.get(name, "")]
    if live:
        parser.error(
            f"{live[0]} is a live key: a shop that takes real money has no place for pretended payments"
        )
    if given.webhook and not given.secret.strip():
        parser.error("--secret is empty: anybody could sign webhooks")
    return given


def stop(_signal: int, _frame: Any) -> None:
    """End as Ctrl-C does."""
    raise KeyboardInterrupt


def main() -> None:
    """Serve until told to stop. What was acknowledged is in the file; what was not sent is sent next time."""
    given = arguments()
    signal.signal(signal.SIGTERM, stop)
    store = Store(given.db)
    server = make_server(given.host, given.port, create_app(store), threaded=True, request_handler=Quiet)
    server.socket.listen(WAITING_LINE)
    url = f"http://{given.host}:{server.server_port}"
    with store.transaction():
        chosen: dict[str, Any] = {
            "public_url": given.public_url.rstrip("/") or url,
            "shop_name": given.shop_name,
        }
        store.set(chosen | ({"webhook_urls": given.webhook} if given.webhook else {}))
    backroom = Backroom(store, given.secret)
    backroom.start()
    print(f"Payments sandbox on {url} (no real money)", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        backroom.stop()
        store.close()
        sys.stdout.flush()
    os._exit(0)  # a webhook that hangs must not hold the program


if __name__ == "__main__":
    main()
