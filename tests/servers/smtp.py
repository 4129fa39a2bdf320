"""A real SMTP server for tests: the fixture `smtp`."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession

from tests.servers.s3 import free_port


@dataclass
class Letterbox:
    """A mail server that keeps what it was given, oldest first."""

    port: int
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    refuse_with: str = ""
    """An answer such as `451 try later`; empty takes every mail."""

    @property
    def url(self) -> str:
        """Give the address for KRIYA_SMTP_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_DATA(self, server: SMTP, session: SmtpSession, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail, or refuse it as the test asked."""
        if self.refuse_with:
            return self.refuse_with
        content = cast(bytes, envelope.content)
        self.messages.append(message_from_bytes(content, policy=policy.default))
        self.recipients.append([str(address) for address in envelope.rcpt_tos])
        return "250 OK"


@pytest.fixture
def smtp() -> Iterator[Letterbox]:
    """Give an empty letterbox behind a real SMTP server."""
    letterbox = Letterbox(free_port())
    controller = Controller(letterbox, hostname="127.0.0.1", port=letterbox.port)
    controller.start()
    try:
        yield letterbox
    finally:
        controller.stop()
