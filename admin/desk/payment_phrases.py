"""The words of the history page for payments' disputes and the accounts at gateways. Part of `admin.desk.phrases`."""

from shop.texts import mark

ACTIONS = {
    "refund.covered": mark("Refund covered by a lost dispute"),
    "refund.uncovered": mark("Refund owed again: the bank gave the money back"),
    "refund.came_back": mark("Refund came back"),
    "dispute.opened": mark("Payment disputed by the buyer's bank"),
    "dispute.changed": mark("News of the dispute"),
    "dispute.answered": mark("Dispute answered"),
    "dispute.given_up": mark("Dispute given up"),
    "gateway_entry.noted": mark("Difference explained"),
    "gateway_entry.taken_back": mark("Explanation of a difference taken back"),
    "gateway_entry.booked": mark("Difference taken into the books"),
}
OBJECTS = {
    "disputes": mark("Dispute"),
    "gateway_entries": mark("Line of the payment service"),
}
VALUES = {
    "needs_response": mark("Answer needed"),
    "under_review": mark("With the bank"),
    "won": mark("Won"),
    "lost": mark("Lost"),
    "closed": mark("Closed"),
    "covered": mark("Covered by a dispute"),
}
