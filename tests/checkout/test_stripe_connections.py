"""The connections to Stripe: one for many questions, through the environment's proxy, with no redirect followed."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import stripe

from checkout.stripe_connections import Connections


class _Answers(BaseHTTPRequestHandler):
    """Answers every question, and writes down how it came."""

    protocol_version = "HTTP/1.1"
    server: "_Server"

    def do_GET(self) -> None:
        """Answer, or lead elsewhere."""
        self.server.lines.append(self.path)
        self.server.peers.add(self.client_address)
        self.server.known.append(self.headers.get("Proxy-Authorization", ""))
        self.send_response(302 if self.path.endswith("/elsewhere") else 200)
        self.send_header("Location", "/v1/followed")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def do_POST(self) -> None:
        """Read what was sent, and answer."""
        self.server.sent.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.do_GET()

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.lines: list[str] = []
        self.known: list[str] = []
        self.sent: list[bytes] = []
        self.peers: set[object] = set()
        self.url = f"http://127.0.0.1:{self.server_port}"

    def start(self) -> None:
        """Serve in a thread until `shutdown`."""
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[_Server]:
    for name in ("http_proxy", "HTTP_PROXY", "no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with _Server() as found:
        found.start()
        yield found
        found.shutdown()


def test_many_questions_go_over_one_connection_and_a_redirect_is_an_answer(server: _Server) -> None:
    connections = Connections(server.url, 5)
    body, status, headers = connections.request("get", server.url + "/v1/elsewhere", {"Accept": "*/*"})
    assert (body, status, headers["location"]) == ("{}", 302, "/v1/followed")
    assert connections.request("post", server.url + "/v1/pages", {}, "amount=15000000")[1] == 200
    connections.close()
    assert server.lines == ["/v1/elsewhere", "/v1/pages"]
    assert server.sent == [b"amount=15000000"]
    assert len(server.peers) == 1


def test_a_proxy_of_the_environment_is_asked_instead_unless_it_says_no(
    server: _Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", server.url.replace("//", "//kriya:p%40ss@"))
    asked = Connections("http://gateway.example", 5).request("get", "http://gateway.example/v1/pages", {})
    assert asked[1] == 200
    assert server.lines == ["http://gateway.example/v1/pages"]
    assert server.known == ["Basic a3JpeWE6cEBzcw=="]
    monkeypatch.delenv("http_proxy")
    monkeypatch.setenv("all_proxy", server.url)
    assert (
        Connections("http://gateway.example", 5).request("get", "http://gateway.example/v1/all", {})[1] == 200
    )
    assert server.lines[-1] == "http://gateway.example/v1/all"
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert Connections(server.url, 5).request("get", server.url + "/v1/direct", {})[1] == 200
    assert server.lines[-1] == "/v1/direct"


def test_an_answer_that_does_not_come_may_be_asked_for_again_but_not_a_false_certificate(
    server: _Server,
) -> None:
    server.server_close()
    with pytest.raises(stripe.APIConnectionError) as silent:
        Connections(server.url, 1).request("get", server.url + "/v1/pages", {})
    assert silent.value.should_retry
    with _Server() as plain:  # speaks no TLS
        plain.start()
        secure = plain.url.replace("http:", "https:")
        with pytest.raises(stripe.APIConnectionError) as false:
            Connections(secure, 5).request("get", secure + "/v1/pages", {})
        plain.shutdown()
    assert not false.value.should_retry
