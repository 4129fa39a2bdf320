"""The letter of a refund that did not reach its buyer. The one of a refund that did is `letters.refunded`."""

from sqlalchemy.orm import Session

from checkout import links
from checkout.models import Order, Refund
from checkout.transfers import accounts
from shop import mail


def undelivered(session: Session, order: Order, refund: Refund, *, came_back: bool) -> None:
    """Say that money could not be delivered or came back, and how the buyer gets it: by transfer where we send those."""
    by_transfer = bool(accounts.active(session))
    mail.queue(
        session,
        to=order.email,
        template="refund_undelivered",
        locale=order.locale,
        key=f"refund-undelivered:{refund.id}",
        context={
            "name": order.name,
            "number": order.number,
            "link": links.link(order, "transfers.account" if by_transfer else "orders.show"),
            "amount": refund.amount,
            "came_back": came_back,
            "by_transfer": by_transfer,
        },
    )
