"""`flask export DIR`: the shop's state as JSON lines, one file per table, for auditors and for other programs."""

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, TextIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.models import Decision, StockMovement
from checkout.models import (
    Account,
    BankAccount,
    Claim,
    ClaimParcel,
    ClaimPoint,
    ClaimStep,
    CommissionRule,
    Invoice,
    InvoiceCounter,
    InvoiceLine,
    Order,
    OrderLine,
    OutgoingMatch,
    ParcelCheckpoint,
    ParcelDelay,
    Payment,
    Payout,
    PayoutBatch,
    PayoutHold,
    PayoutItem,
    ReceivingAccount,
    Refund,
    Reservation,
    ReturnBatch,
    Shipment,
    StatementImport,
    StatementLine,
    TaxFacts,
    TaxPaper,
    TaxPassage,
    TaxRate,
    TaxRemittance,
    Transfer,
    TransferProof,
    TransferReturn,
    TransferTerms,
    TransferWait,
    Voucher,
    VoucherRedemption,
    WebhookEvent,
)
from shop.db import Base
from shop.models import AuditEntry, Job

TABLES: dict[str, type[Base]] = {
    "orders": Order,
    "order_lines": OrderLine,
    "shipments": Shipment,
    "parcel_checkpoints": ParcelCheckpoint,
    "parcel_delays": ParcelDelay,
    "payments": Payment,
    "refunds": Refund,
    "reservations": Reservation,
    "stock_movements": StockMovement,
    "accounts": Account,
    "transfers": Transfer,
    "receiving_accounts": ReceivingAccount,
    "transfer_terms": TransferTerms,
    "transfer_waits": TransferWait,
    "transfer_proofs": TransferProof,
    "statement_imports": StatementImport,
    "statement_lines": StatementLine,
    "return_batches": ReturnBatch,
    "transfer_returns": TransferReturn,
    "outgoing_matches": OutgoingMatch,
    "commission_rules": CommissionRule,
    "bank_accounts": BankAccount,
    "payouts": Payout,
    "payout_items": PayoutItem,
    "payout_batches": PayoutBatch,
    "payout_holds": PayoutHold,
    "claims": Claim,
    "claim_points": ClaimPoint,
    "claim_steps": ClaimStep,
    "claim_parcels": ClaimParcel,
    "invoices": Invoice,
    "invoice_lines": InvoiceLine,
    "invoice_counters": InvoiceCounter,
    "tax_rates": TaxRate,
    "tax_facts": TaxFacts,
    "tax_papers": TaxPaper,
    "tax_passages": TaxPassage,
    "tax_remittances": TaxRemittance,
    "decisions": Decision,
    "audit": AuditEntry,
    "jobs": Job,
    "webhook_inbox": WebhookEvent,
    "vouchers": Voucher,
    "voucher_redemptions": VoucherRedemption,
}
SECRET = {
    "access_key",
    "form_key",
    "lease_token",
    "page_url",
    "sealed_number",
    "sealed_holder",
    "fingerprint",
    "content",
    "picture_key",
    "number_sealed",
}
"""Columns that let somebody in, or say where money goes; never exported."""
BATCH = 1_000


def write(session: Session, folder: Path, progress: Callable[[str, int], None]) -> dict[str, int]:
    """Write every table as `<name>.jsonl`, rows in key order; give the counts.

    All tables are read in one transaction, so they fit together.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if session.get_bind().dialect.name == "postgresql":
        session.rollback()  # the snapshot is chosen before the first statement
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    counts = {}
    for name, model in TABLES.items():
        with (folder / f"{name}.jsonl").open("w", encoding="utf-8") as file:
            counts[name] = _dump(session, model.__table__, file)
        progress(name, counts[name])
    return counts


def _dump(session: Session, table: sa.FromClause, file: TextIO) -> int:
    columns = [column for column in table.columns if column.name not in SECRET]
    rows = session.execute(
        sa.select(*columns).order_by(table.c.id).execution_options(yield_per=BATCH)
    ).mappings()
    count = 0
    for row in rows:
        plain = {key: _plain(value) for key, value in row.items()}
        file.write(json.dumps(plain, ensure_ascii=False) + "\n")
        count += 1
    return count


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value
