"""What Stripe tells of our account: balance transactions, disputes, evidence. Part of `checkout.stripe_gateway`."""

import io
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from checkout.gateway import Refused, Unknown
from checkout.gateway_books import DisputeStatus, GatewayDispute, Movement, MovementKind
from checkout.stripe_client import StripeClient, number, ref_of, rupiah

PAGE = 100
_KINDS = {
    "charge": MovementKind.CHARGE,
    "payment": MovementKind.CHARGE,
    "refund": MovementKind.REFUND,
    "payment_refund": MovementKind.REFUND,
    "refund_failure": MovementKind.REFUND_BACK,
    "payment_failure_refund": MovementKind.REFUND_BACK,
    "stripe_fee": MovementKind.FEE,
    "stripe_fx_fee": MovementKind.FEE,
    "tax_fee": MovementKind.FEE,
    "payout": MovementKind.PAYOUT,
    "payout_failure": MovementKind.PAYOUT_BACK,
    "payout_cancel": MovementKind.PAYOUT_BACK,
}
"""https://docs.stripe.com/reports/balance-transaction-types; an adjustment is told apart by its reporting category."""
_DISPUTE = {"dispute": MovementKind.DISPUTE, "dispute_reversal": MovementKind.DISPUTE_BACK}
_STATUS = {
    "needs_response": DisputeStatus.NEEDS_RESPONSE,
    "warning_needs_response": DisputeStatus.NEEDS_RESPONSE,
    "under_review": DisputeStatus.UNDER_REVIEW,
    "warning_under_review": DisputeStatus.UNDER_REVIEW,
    "won": DisputeStatus.WON,
    "lost": DisputeStatus.LOST,
    "warning_closed": DisputeStatus.CLOSED,
    "prevented": DisputeStatus.CLOSED,
}
TEXTS = {
    "buyer": "customer_name",
    "email": "customer_email_address",
    "address": "shipping_address",
    "goods": "product_description",
    "courier": "shipping_carrier",
    "tracking": "shipping_tracking_number",
    "shipped_on": "shipping_date",
    "story": "uncategorized_text",
}
"""Our names of evidence, and Stripe's."""
FILES = {
    "receipt": "receipt",
    "delivery": "shipping_documentation",
    "photograph": "uncategorized_file",
}


class StripeBooks(StripeClient):
    """The part of the port that reads our account and answers disputes."""

    def movements(self, since: datetime | None) -> list[Movement]:
        """Read balance transactions page by page; Stripe gives the newest first."""
        params: dict[str, Any] = {"limit": PAGE, "expand": ["data.source"]}
        if since is not None:
            params["created"] = {"gte": int(since.timestamp())}
        found: list[Any] = []
        while True:
            asked: Any = params
            page = self._ask(lambda asked=asked: self._stripe.v1.balance_transactions.list(asked))  # type: ignore[misc]
            found += page.data
            if not page.has_more or not page.data:
                return [_movement(each) for each in reversed(found)]
            params = {**params, "starting_after": page.data[-1].id}

    def held(self) -> int:
        """Add up what is available and what is pending, in rupiah's hundredths."""
        balance = self._ask(self._stripe.v1.balance.retrieve)
        sides: list[Any] = [*balance.available, *balance.pending]
        return sum(int(side.amount) for side in sides if str(side.currency) == "idr")

    def dispute(self, ref: str) -> GatewayDispute:
        """Ask for a dispute as it is now."""
        return _dispute(self._ask(lambda: self._stripe.v1.disputes.retrieve(ref)))

    def disputes(self, since: datetime) -> list[GatewayDispute]:
        """List disputes, newest first."""
        params: Any = {"limit": PAGE, "created": {"gte": int(since.timestamp())}}
        found: list[GatewayDispute] = []
        while True:
            asked = params
            page = self._ask(lambda asked=asked: self._stripe.v1.disputes.list(asked))  # type: ignore[misc]
            found += [_dispute(each) for each in page.data]
            if not page.has_more or not page.data:
                return found
            params = {**params, "starting_after": page.data[-1].id}

    def send_evidence(self, ref: str, texts: Mapping[str, str], files: Mapping[str, bytes]) -> GatewayDispute:
        """Send files, then the answer that names them; banks take one answer, so one that was sent stands."""
        known = self.dispute(ref)
        if known.answered:
            return known
        evidence = {TEXTS[name]: text for name, text in texts.items() if text}
        for name, content in files.items():
            evidence[FILES[name]] = self._upload(ref, name, content)
        params: Any = {"evidence": evidence, "submit": True}
        return self._once(
            f"kriya-evidence-{ref}",
            lambda key: _dispute(self._stripe.v1.disputes.update(ref, params, key)),
            lambda: self._answered(ref),
        )

    def _upload(self, ref: str, name: str, content: bytes) -> str:
        file = io.BytesIO(content)
        file.name = f"{name}{_ending(content)}"
        params: Any = {"purpose": "dispute_evidence", "file": file}
        sent = self._ask(lambda: self._stripe.v1.files.create(params))
        return str(sent.id)

    def _answered(self, ref: str) -> GatewayDispute | None:
        found = self.dispute(ref)
        return found if found.answered else None

    def accept_dispute(self, ref: str) -> GatewayDispute:
        """Close a dispute as lost; when Stripe says it is closed already, look how."""
        try:
            return _dispute(self._ask(lambda: self._stripe.v1.disputes.close(ref)))
        except Unknown:
            raise
        except Refused:
            return self.dispute(ref)


def _ending(content: bytes) -> str:
    if content.startswith(b"%PDF"):
        return ".pdf"
    return ".png" if content.startswith(b"\x89PNG") else ".jpg"


def _moment(seconds: Any) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)


def _movement(found: Any) -> Movement:
    kind = _KINDS.get(str(found.type), MovementKind.OTHER)
    if str(found.type) == "adjustment":
        kind = _DISPUTE.get(str(found.reporting_category), MovementKind.OTHER)
    source = found.source
    whole = None if source is None or isinstance(source, str) else source
    metadata = getattr(whole, "metadata", None)
    return Movement(
        ref=found.id,
        kind=kind,
        type=str(found.type)[:60],
        amount=int(found.amount),
        fee=int(found.fee),
        currency=str(found.currency).upper(),
        at=_moment(found.created),
        available_on=_moment(found.available_on),
        source_ref=ref_of(source),
        intent_ref=ref_of(getattr(whole, "payment_intent", None)),
        payment_id=number(metadata, "payment_id"),
        order_number=str(metadata["order_number"]) if metadata and "order_number" in metadata else "",
        refund_id=number(metadata, "refund_id"),
        text=str(found.description or "")[:200],
    )


def _dispute(found: Any) -> GatewayDispute:
    details = found.evidence_details
    due = getattr(details, "due_by", None)
    return GatewayDispute(
        ref=found.id,
        intent_ref=ref_of(found.payment_intent),
        status=_STATUS.get(str(found.status), DisputeStatus.UNDER_REVIEW),
        inquiry=str(found.status).startswith("warning_"),
        amount=rupiah(found.amount),
        currency=str(found.currency).upper(),
        reason=str(found.reason)[:60],
        opened_at=_moment(found.created),
        due_by=_moment(due) if due else None,
        moved=tuple((str(each.id), int(each.amount)) for each in found.balance_transactions),
        answered=bool(details and details.submission_count),
        live=bool(found.livemode),
    )
