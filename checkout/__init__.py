"""From cart to payout: carts, quotes, orders, payments, shipments, the ledger."""
