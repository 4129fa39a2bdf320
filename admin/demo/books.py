"""The demonstration's postings: the transfers that `checkout.ledger` writes for a sale, a receipt and a refund."""

from datetime import datetime
from typing import Any

from admin.demo.rows import Rows
from checkout import ledger
from checkout.models import Account, Transfer
from checkout.pricing import Parcel


class Books:
    """Collects transfers; accounts appear with their first one."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self._accounts: dict[str, int] = {}
        self._sales: dict[int, list[tuple[int, str, str, int]]] = {}

    def _account(self, code: str, at: datetime) -> int:
        if code not in self._accounts:
            self._accounts[code] = self.rows.add(Account, code=code, currency="IDR", created_at=at)
        return self._accounts[code]

    def _post(
        self,
        order_id: int,
        number: str,
        key: str,
        giver: str,
        taker: str,
        amount: int,
        at: datetime,
        reverses_id: int | None = None,
    ) -> int:
        return self.rows.add(
            Transfer,
            key=key,
            from_account_id=self._account(giver, at),
            to_account_id=self._account(taker, at),
            amount=amount,
            currency="IDR",
            order_id=order_id,
            reverses_id=reverses_id,
            memo=number,
            at=at,
        )

    def sale(
        self,
        order_id: int,
        number: str,
        shipment_id: int,
        parcel: Parcel,
        lines: list[dict[str, Any]],
        at: datetime,
    ) -> None:
        """Split what was paid for one parcel: goods, commission, postage."""
        shares = []
        for line in lines:
            earning = line["total"] - line["commission"]
            shares.append((f"sale:{line['id']}", ledger.held(parcel.workshop_id), earning))
            shares.append(
                (f"commission:{line['id']}", ledger.council(line["council_id"]), line["commission"])
            )
        shares.append((f"postage:{shipment_id}", ledger.postage(parcel.workshop_id), parcel.fee))
        for key, taker, amount in shares:
            if amount:
                transfer_id = self._post(order_id, number, key, ledger.GATEWAY, taker, amount, at)
                self._sales.setdefault(order_id, []).append((transfer_id, ledger.GATEWAY, taker, amount))

    def release(
        self,
        order_id: int,
        number: str,
        shipment_id: int,
        parcel: Parcel,
        lines: list[dict[str, Any]],
        at: datetime,
    ) -> None:
        """Let the workshop have what a received parcel earned."""
        mine = ledger.workshop(parcel.workshop_id)
        for line in lines:
            earning = line["total"] - line["commission"]
            held = ledger.held(parcel.workshop_id)
            self._post(order_id, number, f"release:{line['id']}", held, mine, earning, at)
        if parcel.fee:
            postage = ledger.postage(parcel.workshop_id)
            self._post(order_id, number, f"release-postage:{shipment_id}", postage, mine, parcel.fee, at)

    def reverse(self, order_id: int, number: str, at: datetime) -> None:
        """Turn round every share of an order that was called off; once per order, however many parcels."""
        for transfer_id, _giver, taker, amount in reversed(self._sales.pop(order_id, [])):
            self._post(
                order_id, number, f"reverse:{transfer_id}", taker, ledger.REFUNDS_DUE, amount, at, transfer_id
            )

    def refund(self, order_id: int, number: str, refund_id: int, amount: int, at: datetime) -> None:
        """Book that the money went back."""
        self._post(order_id, number, f"refund:{refund_id}", ledger.REFUNDS_DUE, ledger.GATEWAY, amount, at)
