"""How promises about parcels and letters are broken in `test_verify`, and what is said of it."""

BREAKS: dict[str, tuple[str, str]] = {
    "O9 every parcel's fee adds up": (
        "UPDATE shipments SET pick_up = true WHERE order_id = :paid",
        "is picked up and costs postage",
    ),
    "O5 parcels on their way say when they left and arrived": (
        "UPDATE shipments SET shipped_at = NULL WHERE order_id = :paid",
        "left on no day",
    ),
    "M1 every letter is sent or promised": (
        "UPDATE mails SET sent_at = NULL, created_at = '2026-01-01 00:00:00'",
        "nobody is going to send it",
    ),
}
