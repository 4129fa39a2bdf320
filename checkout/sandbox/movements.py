"""The gateway's account: what every charge, refund and dispute moves, and the fees. Called by the other rules."""

from checkout.sandbox import charges
from checkout.sandbox.store import Doc, Store


def fee_of(store: Store, amount: int) -> int:
    """Compute Stripe's fee on a charge, rounded half up, in hundredths; never more than the charge."""
    thousandths = round(store.settings["fee_percent"] * 1000)
    return int(min(amount, (amount * thousandths + 50_000) // 100_000 + store.settings["fee_fixed"]))


def post(store: Store, kind: str, category: str, source: Doc, amount: int, *, fee: int = 0, text: str) -> Doc:
    """Move an amount in (positive) or out (negative) of the account, less the fee."""
    fees = [charges.fee(fee, source["currency"], "Stripe processing fees")] if fee else []
    return store.put(charges.movement(kind, category, source, amount, fees, now=store.now(), text=text))


def held(store: Store) -> int:
    """Add up what the account holds in rupiah, in hundredths."""
    rows = store.rows(
        "SELECT sum(json_extract(body, '$.net')) AS net FROM objects"
        " WHERE object = 'balance_transaction' AND json_extract(body, '$.currency') = 'idr'"
    )
    return int(rows[0]["net"] or 0)


def balance(store: Store) -> Doc:
    """Add up the account per currency; all of it is pending until its day comes."""
    now = store.now()
    sums: dict[tuple[str, str], int] = {}
    for row in store.rows(
        "SELECT json_extract(body, '$.currency') AS currency, json_extract(body, '$.net') AS net,"
        " json_extract(body, '$.available_on') <= ? AS there FROM objects"
        " WHERE object = 'balance_transaction'",
        [now],
    ):
        key = ("available" if row["there"] else "pending", row["currency"])
        sums[key] = sums.get(key, 0) + row["net"]
    currencies = sorted({currency for _, currency in sums}) or ["idr"]
    return {
        "object": "balance",
        "livemode": False,
        **{
            side: [
                {
                    "amount": sums.get((side, currency), 0),
                    "currency": currency,
                    "source_types": {"card": sums.get((side, currency), 0)},
                }
                for currency in currencies
            ]
            for side in ("available", "pending")
        },
    }
