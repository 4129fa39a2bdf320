"""The checkout's tables, a module each; callers write `from checkout.models import Order`."""

from checkout.models.cart import Cart, CartLine
from checkout.models.commission import CommissionRule
from checkout.models.credit import Credit, CreditKind, CreditLine
from checkout.models.ledger import Account, Transfer
from checkout.models.order import Order, OrderLine, OrderState, Reservation, ReservationState
from checkout.models.payment import (
    Payment,
    PaymentState,
    Refund,
    RefundState,
    WebhookEvent,
)
from checkout.models.payout import (
    BankAccount,
    Payout,
    PayoutBatch,
    PayoutHold,
    PayoutItem,
    PayoutState,
)
from checkout.models.shipment import Shipment, ShipmentLine, ShipmentState, ShippingRate
from checkout.models.statement import (
    BatchState,
    ImportState,
    LineState,
    ReturnBatch,
    ReturnState,
    StatementImport,
    StatementLine,
    TransferReturn,
)
from checkout.models.transfer import (
    ProofState,
    ReceivingAccount,
    SettingState,
    TransferProof,
    TransferTerms,
    TransferWait,
    WaitState,
)

__all__ = [
    "Account",
    "BankAccount",
    "BatchState",
    "Cart",
    "CartLine",
    "CommissionRule",
    "Credit",
    "CreditKind",
    "CreditLine",
    "ImportState",
    "LineState",
    "Order",
    "OrderLine",
    "OrderState",
    "Payment",
    "PaymentState",
    "Payout",
    "PayoutBatch",
    "PayoutHold",
    "PayoutItem",
    "PayoutState",
    "ProofState",
    "ReceivingAccount",
    "Refund",
    "RefundState",
    "Reservation",
    "ReservationState",
    "ReturnBatch",
    "ReturnState",
    "SettingState",
    "Shipment",
    "ShipmentLine",
    "ShipmentState",
    "ShippingRate",
    "StatementImport",
    "StatementLine",
    "Transfer",
    "TransferProof",
    "TransferReturn",
    "TransferTerms",
    "TransferWait",
    "WaitState",
    "WebhookEvent",
]
