"""The connections over which Stripe's SDK asks: kept open, shared by all threads, through the environment's proxy.

Made by `checkout.stripe_client`. The SDK's own client of `requests` is correct too, and a question through it takes two
thirds more of the processor: what is sent is prepared by urllib3 in the end, over which this one asks at once.
"""

import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

import stripe
import urllib3
from urllib3.exceptions import HTTPError, SSLError

AT_ONCE = 16
"""Connections that are kept open; as many as threads ask."""


class Connections(stripe.HTTPClient):
    """What the SDK asks through. Neither redirects nor retries: those that may be repeated, the SDK repeats."""

    name = "urllib3"

    def __init__(self, base: str, timeout: float) -> None:
        """`base` is the address that is asked, `timeout` how many seconds connecting and each wait may take."""
        super().__init__()
        self._timeout = urllib3.Timeout(connect=timeout, read=timeout)
        self._pool = _pool(base)

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **_usage: Any
    ) -> tuple[str, int, Mapping[str, str]]:
        """Ask once; give the answer's body, status and headers.

        :raise stripe.APIConnectionError: without an answer. Who cannot be trusted is not asked again.
        """
        try:
            answer = self._pool.request(
                method.upper(), url, body=post_data, headers=headers, timeout=self._timeout,
                retries=False, redirect=False,
            )  # fmt: skip
        except HTTPError as error:
            again = not isinstance(error, SSLError)
            raise stripe.APIConnectionError(str(error), should_retry=again) from error  # type: ignore[no-untyped-call]
        return answer.data.decode("utf-8", "replace"), answer.status, answer.headers

    def close(self) -> None:
        """Close what is open."""
        self._pool.clear()


def _pool(base: str) -> urllib3.PoolManager:
    parts = urlsplit(base)
    common: dict[str, Any] = {
        "maxsize": AT_ONCE, "cert_reqs": "CERT_REQUIRED", "ca_certs": stripe.ca_bundle_path,
    }  # fmt: skip
    named = urllib.request.getproxies()
    proxy = named.get(parts.scheme) or named.get("all")
    if not proxy or urllib.request.proxy_bypass(parts.netloc):
        return urllib3.PoolManager(**common)
    through = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    known = f"{unquote(through.username)}:{unquote(through.password or '')}" if through.username else None
    headers = urllib3.make_headers(proxy_basic_auth=known) if known else None
    return urllib3.ProxyManager(
        f"{through.scheme}://{through.hostname}:{through.port or 80}", proxy_headers=headers, **common
    )
