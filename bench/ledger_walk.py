"""Random walks through the books for `./dev bench books`: orders of drawn shapes are sold, received, given back,
disputed and paid out in random order, with plain numbers beside them.

Orders, lines and parcels exist in memory only; every transfer goes through `checkout.ledger` into a real database.
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from checkout import ledger
from checkout.ledger import Posting
from checkout.models import CreditLine, Order, OrderLine, Payment, Refund, Shipment, ShipmentLine
from shop.money import share

COUNCILS = (8, 9)
SPONSORS = (ledger.MARKETPLACE, ledger.council(COUNCILS[0]), ledger.council(COUNCILS[1]))

AWKWARD = (1, 3, 7, 99, 333, 1_001, 99_999, 333_333, 9_999_999)
"""Amounts that no share divides well."""
CODES = (
    *ledger.SOURCES, *SPONSORS, ledger.PPH22, ledger.ROUNDING, ledger.REFUNDS_DUE, ledger.DISPUTES_OPEN,
    ledger.PAYOUTS_DUE,
    *(name(number) for number in range(1, 8) for name in (ledger.held, ledger.postage, ledger.workshop)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LineShape:
    """One workshop's part of an order."""

    price: int
    pieces: int
    off: int
    """Per cent off the price."""
    borne: int
    """Per cent of that which the sponsor bears."""
    sponsor: int
    commission_bp: int
    taxed: bool
    fee: int
    insurance: int
    less: int
    """Per cent off the postage."""


@dataclass(frozen=True, slots=True)
class OrderShape:
    """One order: a line and a parcel for each workshop, and the unique code of a transfer (0: paid on a page)."""

    lines: tuple[LineShape, ...]
    code: int


@dataclass
class Sold:
    """One order of the walk, and what its credits have given so far."""

    order: Order
    payment: Payment
    lines: list[OrderLine]
    parcels: list[Shipment]
    received: set[int] = field(default_factory=set)
    given: dict[int, Counter[str]] = field(default_factory=dict)
    """By place of the line, then of the parcel: what credits took from each share."""
    refunds: list[Refund] = field(default_factory=list)
    """Promised, not sent yet."""
    over: bool = False
    """All of it has been given back."""
    disputed: bool = False

    @property
    def parts(self) -> list[OrderLine | Shipment]:
        """Everything that was paid for: lines, then parcels."""
        return [*self.lines, *self.parcels]


class Walk:
    """A walk: `step` does one thing that happens in a shop."""

    def __init__(self, shapes: list[OrderShape], seed: int) -> None:
        self.shapes = shapes
        self.chance = random.Random(seed)
        self.books: Counter[str] = Counter()
        """The model: what every account must hold."""
        self.orders: list[Sold] = []
        self.last = 0
        self.transfers = 0
        self._deeds: tuple[tuple[int, Callable[[Session], None]], ...] = (
            (10, self._sell), (12, self._receive), (8, self._give_part), (4, self._give_all), (10, self._send_refund),
            (2, self._dispute), (4, self._pay_out), (2, self._unserved), (1, self._shuffle),
        )  # fmt: skip

    def step(self, session: Session) -> None:
        """Do one thing, chosen by chance."""
        weights = [weight for weight, _deed in self._deeds]
        self.chance.choices(self._deeds, weights)[0][1](session)

    def _next(self) -> int:
        self.last += 1
        return self.last

    def _move(self, giver: str, taker: str, amount: int) -> None:
        assert amount >= 0, f"{giver} would give {amount} to {taker}"
        self.books[giver] -= amount
        self.books[taker] += amount
        self.transfers += amount > 0

    # --- selling and receiving -------------------------------------------------------------------

    def _sell(self, session: Session) -> None:
        shape = self.chance.choice(self.shapes)
        number = self._next()
        order = Order(number=f"W{number:07}")
        lines = [self._line(workshop, one) for workshop, one in enumerate(shape.lines, 1)]
        parcels = [self._parcel(workshop, one) for workshop, one in enumerate(shape.lines, 1)]
        paid = shape.code + sum(one.total - one.discount for one in lines)
        paid += sum(one.fee + one.insurance - one.discount for one in parcels)
        gateway = "transfer" if shape.code else "stripe"
        payment = Payment(id=number, amount=paid, surplus=shape.code, gateway=gateway)
        sold = Sold(order, payment, lines, parcels, given={n: Counter() for n in range(2 * len(lines))})
        before = dict(self.books)
        for line in lines:
            mine = ledger.held(line.workshop_id)
            self._move(self._till(sold), mine, line.total - line.discount)
            self._move(line.funded_by, mine, line.funded)
            self._move(mine, ledger.council(line.council_id), line.commission)
            self._move(mine, ledger.PPH22, line.withheld)
        for parcel in parcels:
            mine = ledger.postage(parcel.workshop_id)
            self._move(self._till(sold), mine, parcel.fee + parcel.insurance - parcel.discount)
            self._move(parcel.funded_by, mine, parcel.funded)
        self._move(self._till(sold), ledger.ROUNDING, shape.code)
        ledger.post_sale(session, order, lines, parcels, payment)
        for one in sold.parts:
            one.held_left = one.net  # what `post_sale` writes into their rows; these have none
        shares = {
            code: n - before.get(code, 0) for code, n in self.books.items() if code not in ledger.SOURCES
        }
        assert sum(shares.values()) == paid, f"{order.number}: the shares are not the payment"
        if self.chance.random() < 0.02:  # the same event again: nothing may move
            held = [(one, one.held_left) for one in sold.parts]
            ledger.post_sale(session, order, lines, parcels, payment)
            for one, left in held:
                assert one.held_left == left
        self.orders.append(sold)

    def _line(self, workshop: int, one: LineShape) -> OrderLine:
        total = one.price * one.pieces
        discount = min(total * one.off // 100, total - 1 if workshop == 1 else total)
        funded = discount * one.borne // 100
        return OrderLine(
            id=self._next(), workshop_id=workshop, council_id=COUNCILS[workshop % 2], quantity=one.pieces, total=total,
            discount=discount, funded=funded, funded_by=SPONSORS[one.sponsor] if funded else "", credited=0, returned=0,
            commission=share(total - discount + funded, one.commission_bp),
            withheld=(total - discount) // 200 if one.taxed else 0,
        )  # fmt: skip

    def _parcel(self, workshop: int, one: LineShape) -> Shipment:
        discount = (one.fee + one.insurance) * one.less // 100
        funded = discount * one.borne // 100
        return Shipment(
            id=self._next(), workshop_id=workshop, fee=one.fee, insurance=one.insurance, discount=discount,
            funded=funded, funded_by=SPONSORS[one.sponsor] if funded else "", credited=0,
        )  # fmt: skip

    def _receive(self, session: Session) -> None:
        sold = self._some(lambda one: len(one.received) < len(one.lines))
        if sold is None:
            return
        place = self.chance.choice([n for n in range(len(sold.lines)) if n not in sold.received])
        line, parcel = sold.lines[place], sold.parcels[place]
        mine = ledger.workshop(line.workshop_id)
        pieces = line.quantity
        first = self.chance.randint(1, pieces)  # what is left comes in a second parcel
        for inside, to_come in ((first, pieces - first), (pieces - first, 0)):
            if not inside:
                continue
            part = line.held_left * inside // (inside + to_come)
            self._move(ledger.held(line.workshop_id), mine, part)
            self._move(ledger.postage(line.workshop_id), mine, parcel.held_left)
            carried = [(line, ShipmentLine(quantity=inside), to_come)]
            ledger.post_release(session, sold.order, parcel, carried)
            parcel = Shipment(id=self._next(), workshop_id=line.workshop_id, held_left=0)
        assert line.held_left == 0
        sold.received.add(place)

    def _some(self, fits: Callable[[Sold], bool]) -> Sold | None:
        """Give one of the latest orders that fit, if a few tries find one."""
        recent = self.orders[-300:]
        for _try in range(4):
            if recent and fits(found := self.chance.choice(recent)):
                return found
        return None

    @staticmethod
    def _till(sold: Sold) -> str:
        return ledger.BANK if sold.payment.gateway == "transfer" else ledger.GATEWAY

    # --- money back ------------------------------------------------------------------------------

    def _give_part(self, session: Session) -> None:
        sold = self._some(lambda one: not one.over)
        if sold is None:
            return
        place = self.chance.randrange(2 * len(sold.lines))
        of = sold.parts[place]
        left = of.paid - of.credited
        if left > 1:
            self._give(session, sold, {place: self.chance.randint(1, left - 1)}, 0)

    def _give_all(self, session: Session) -> None:
        sold = self._some(lambda one: not one.over)
        if sold is not None:
            rest = {n: of.paid - of.credited for n, of in enumerate(sold.parts)}
            self._give(session, sold, rest, sold.payment.surplus)
            sold.over = True

    def _give(self, session: Session, sold: Sold, amounts: dict[int, int], surplus: int) -> None:
        """Give back as `checkout.credits` does: of each share so much as of the price, the last takes the rest."""
        everything = sold.parts
        rows = [(self._credit_line(sold, n, amount), everything[n]) for n, amount in amounts.items()]
        for row, of in rows:
            kept = (
                ledger.held(of.workshop_id) if isinstance(of, OrderLine) else ledger.postage(of.workshop_id)
            )
            self._move(kept, ledger.REFUNDS_DUE, row.from_held)
            self._move(ledger.workshop(of.workshop_id), ledger.REFUNDS_DUE, row.from_workshop)
            self._move(ledger.PPH22, ledger.REFUNDS_DUE, row.withheld)
            self._move(ledger.REFUNDS_DUE, of.funded_by, row.funded)
            if isinstance(of, OrderLine):
                self._move(ledger.council(of.council_id), ledger.REFUNDS_DUE, row.commission)
        self._move(ledger.ROUNDING, ledger.REFUNDS_DUE, surplus)
        ledger.post_credit(session, sold.order, rows)
        number = self._next()
        ledger.post_surplus_back(session, sold.order, number, surplus)
        if amount := sum(amounts.values()) + surplus:
            sold.refunds.append(Refund(id=number, amount=amount, by_hand=False))

    def _credit_line(self, sold: Sold, place: int, amount: int) -> CreditLine:
        of, given = sold.parts[place], sold.given[place]
        whole, part = (of.paid, of.credited + amount) if of.paid else (1, 1)
        line = of if isinstance(of, OrderLine) else None
        funded = of.funded * part // whole - given["funded"]
        commission = line.commission * part // whole - given["commission"] if line else 0
        commission = min(commission, amount + funded)
        withheld = line.withheld * part // whole - given["withheld"] if line else 0
        withheld = min(withheld, amount + funded - commission)
        rest = amount + funded - commission - withheld
        from_held = min(of.held_left, rest)
        of.held_left -= from_held
        of.credited += amount
        given.update(funded=funded, commission=commission, withheld=withheld)
        return CreditLine(
            id=self._next(), amount=amount, funded=funded, commission=commission, withheld=withheld,
            from_held=from_held, from_workshop=rest - from_held,
        )  # fmt: skip

    def _send_refund(self, session: Session) -> None:
        sold = self._some(lambda one: bool(one.refunds))
        if sold is None:
            return
        refund = sold.refunds.pop()
        self._move(ledger.REFUNDS_DUE, self._till(sold), refund.amount)
        ledger.post_refund(session, refund, sold.payment, sold.order)
        if self.chance.random() < 0.1:  # it comes back, and is sent again as another
            self._move(self._till(sold), ledger.REFUNDS_DUE, refund.amount)
            ledger.post_refund_back(session, refund, sold.payment, sold.order)
            sold.refunds.append(Refund(id=self._next(), amount=refund.amount, by_hand=False))

    # --- the rest --------------------------------------------------------------------------------

    def _dispute(self, session: Session) -> None:
        sold = self._some(lambda one: not one.payment.surplus)
        if sold is None:
            return
        sold.disputed = True
        ref, amount = f"dp_{self._next()}", self.chance.randint(1, sold.payment.amount)
        taken, back = (ref, -amount * 100), (f"{ref}:back", amount * 100)
        self._move(ledger.DISPUTES_OPEN, ledger.GATEWAY, amount)
        ledger.post_dispute(session, sold.payment, sold.order, [taken], decided=False)
        if self.chance.random() < 0.5:  # won: the money comes back before the bank decides
            self._move(ledger.GATEWAY, ledger.DISPUTES_OPEN, amount)
            ledger.post_dispute(session, sold.payment, sold.order, [taken, back], decided=True)
        else:
            self._move(ledger.MARKETPLACE, ledger.DISPUTES_OPEN, amount)
            ledger.post_dispute(session, sold.payment, sold.order, [taken], decided=True)

    def _pay_out(self, session: Session) -> None:
        payee = ledger.workshop(self.chance.randint(1, 7))
        amount = self.books[payee]
        if amount <= 0:
            return
        number = self._next()
        moves = [(payee, ledger.PAYOUTS_DUE), (ledger.PAYOUTS_DUE, ledger.BANK)]
        if self.chance.random() < 0.2:  # the bank gives it back
            moves += [(taker, giver) for giver, taker in reversed(moves)]
        for giver, taker in moves:
            self._move(giver, taker, amount)
        ledger.post(session, [Posting(f"payout:{number}:{n}", *move, amount) for n, move in enumerate(moves)])

    def _unserved(self, session: Session) -> None:
        amount = self.chance.randint(1, 9_999_999)
        payment = Payment(id=self._next(), amount=amount, gateway="stripe")
        self._move(ledger.GATEWAY, ledger.REFUNDS_DUE, amount)
        ledger.post_unserved(session, payment, "")

    def _shuffle(self, session: Session) -> None:
        """Write many transfers at once between any two accounts, of any amounts; a tenth of them once more."""
        postings = []
        for _each in range(self.chance.randint(50, 250)):
            giver, taker = self.chance.sample(CODES, 2)
            amount = (
                self.chance.choice(AWKWARD)
                if self.chance.random() < 0.3
                else self.chance.randint(1, 9_999_999)
            )
            self._move(giver, taker, amount)
            postings.append(Posting(f"any:{self._next()}", giver, taker, amount))
        assert ledger.post(session, postings) == len(postings)
        assert ledger.post(session, postings[::10]) == 0, "a posting counted twice"
