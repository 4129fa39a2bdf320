"""The checkout's tables, a module each; callers write `from checkout.models import Order`."""

from checkout.models.cart import Cart, CartLine
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
from checkout.models.shipment import Shipment, ShipmentLine, ShipmentState, ShippingRate

__all__ = [
    "Account",
    "Cart",
    "CartLine",
    "Credit",
    "CreditKind",
    "CreditLine",
    "Order",
    "OrderLine",
    "OrderState",
    "Payment",
    "PaymentState",
    "Refund",
    "RefundState",
    "Reservation",
    "ReservationState",
    "Shipment",
    "ShipmentLine",
    "ShipmentState",
    "ShippingRate",
    "Transfer",
    "WebhookEvent",
]
