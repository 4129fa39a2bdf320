"""How each promise about shares and payouts is broken, and the words that name the row (see test_verify_money)."""

BREAKS: dict[str, tuple[str, str]] = {
    "L1 the books add up and hold nobody's money below zero": (
        "UPDATE ledger_transfers SET amount = amount + 9000000 WHERE key LIKE 'release:%'",
        "held:",
    ),
    "L2 what is held stands in its lines": (
        "UPDATE order_lines SET held_left = 5 WHERE order_id = :accepted",
        "by its lines",
    ),
    "L2 the split of an order is its payment": (
        "UPDATE payments SET amount = amount + 1 WHERE order_id = :accepted",
        "which no payment of it brought",
    ),
    "L2 the shares of an order are in the books": (
        "UPDATE order_lines SET funded = 1, discount = 1 WHERE order_id = :accepted",
        "funding 1 by its rows, 0 in the books",
    ),
    "L2 what was credited is what credits say": (
        "UPDATE order_lines SET credited = credited - 1 WHERE order_id = :lessened",
        "its credits 50000",
    ),
    "L2 what a credit took is in the books": (
        "UPDATE credit_lines SET commission = commission + 1, from_workshop = from_workshop - 1",
        "commission 4001, in the books 4000",
    ),
    "L2 commission is the share of its frozen rate": (
        "UPDATE order_lines SET commission_bp = 0 WHERE order_id = :accepted",
        "0 basis points make 0",
    ),
    "L2 who bears a discount has an account": (
        "UPDATE order_lines SET funded = 1, discount = 1, funded_by = 'council:999' WHERE order_id = :accepted",
        "nobody bears its discount",
    ),
    "L4 a payout pays what its earnings make": (
        "UPDATE payouts SET amount = amount + 1 WHERE id = :sent",
        "its earnings are",
    ),
    "L4 an earning is in one payout": (
        "UPDATE payout_items SET freed_at = '2026-01-01 00:00:00' WHERE payout_id = :sent",
        "is sent, its earnings say otherwise",
    ),
    "L4 paid out is within what was earned": (
        "UPDATE ledger_transfers SET amount = amount + 5 WHERE key = 'payout:1'",
        "the books moved",
    ),
    "L4 a payout takes two people and a ripe account": (
        "UPDATE bank_accounts SET created_by_id = :approver",
        "the same person twice",
    ),
    "L4 payouts are in the books": (
        "UPDATE payouts SET state = 'exported', sent_at = NULL WHERE id = :sent",
        "is exported: payout-sent",
    ),
}
"""Promise, one statement that breaks it, words of the finding."""
