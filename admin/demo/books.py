"""The demonstration's postings: the transfers that `checkout.ledger` writes for a sale, a receipt and a refund."""

from datetime import datetime
from typing import Any

from admin.demo.rows import Rows
from checkout import ledger
from checkout.models import Account, CreditLine, Transfer
from checkout.pricing import Parcel


class Books:
    """Collects transfers; accounts appear with their first one."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self._accounts: dict[str, int] = {}

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
    ) -> int:
        return self.rows.add(
            Transfer,
            key=key,
            from_account_id=self._account(giver, at),
            to_account_id=self._account(taker, at),
            amount=amount,
            currency="IDR",
            order_id=order_id,
            reverses_id=None,
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
        held = ledger.held(parcel.workshop_id)
        for line in lines:
            council = ledger.council(line["council_id"])
            self._post(order_id, number, f"sale:{line['id']}", ledger.GATEWAY, held, line["total"], at)
            if line["commission"]:
                key = f"commission:{line['id']}"
                self._post(order_id, number, key, held, council, line["commission"], at)
        if parcel.fee:
            postage = ledger.postage(parcel.workshop_id)
            self._post(order_id, number, f"postage:{shipment_id}", ledger.GATEWAY, postage, parcel.fee, at)

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
            self._post(order_id, number, f"release:{shipment_id}:{line['id']}", held, mine, earning, at)
        if parcel.fee:
            postage = ledger.postage(parcel.workshop_id)
            self._post(order_id, number, f"release-postage:{shipment_id}", postage, mine, parcel.fee, at)

    def credit(
        self,
        order_id: int,
        number: str,
        credit_id: int,
        shipment_id: int,
        parcel: Parcel,
        lines: list[dict[str, Any]],
        at: datetime,
    ) -> None:
        """Give everything of one parcel back before it was sent."""
        held, postage = ledger.held(parcel.workshop_id), ledger.postage(parcel.workshop_id)
        for line in lines:
            earning = line["total"] - line["commission"]
            share_id = self.rows.add(
                CreditLine, credit_id=credit_id, order_line_id=line["id"], quantity=line["quantity"],
                amount=line["total"], funded=0, commission=line["commission"], withheld=0,
                from_held=earning, from_workshop=0,
            )  # fmt: skip
            self._post(order_id, number, f"credit:{share_id}:held", held, ledger.REFUNDS_DUE, earning, at)
            if line["commission"]:
                council = ledger.council(line["council_id"])
                key = f"credit:{share_id}:commission"
                self._post(order_id, number, key, council, ledger.REFUNDS_DUE, line["commission"], at)
        if parcel.fee:
            share_id = self.rows.add(
                CreditLine, credit_id=credit_id, shipment_id=shipment_id, quantity=0, amount=parcel.fee,
                funded=0, commission=0, withheld=0, from_held=parcel.fee, from_workshop=0,
            )  # fmt: skip
            self._post(
                order_id, number, f"credit:{share_id}:held", postage, ledger.REFUNDS_DUE, parcel.fee, at
            )

    def refund(self, order_id: int, number: str, refund_id: int, amount: int, at: datetime) -> None:
        """Book that the money went back."""
        self._post(order_id, number, f"refund:{refund_id}", ledger.REFUNDS_DUE, ledger.GATEWAY, amount, at)
