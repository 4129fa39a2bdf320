"""The demonstration's bank transfers: an account, orders that wait or are paid, near misses, money on its way back."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import products
from catalog.models import Product, Variant
from checkout import carts, placing
from checkout.bank_details import Details
from checkout.buyers import Buyer
from checkout.carts import Owner
from checkout.models import LineState, Order, ReceivingAccount, StatementLine, TransferWait
from checkout.transfers import accounts, imports, lines, receipts, returns, waits
from shop import i18n
from shop.audit import Actor
from shop.errors import ShopError
from shop.models import User

NAMES = ("Ayu Lestari", "Bagus Pratama", "Citra Anggraini", "Dimas Saputra", "Endah Wulandari")
DISTRICT, POSTAL_CODE = "17.71.02", "38225"


def load(session: Session, users: dict[str, int], moment: datetime) -> None:
    """Write what finance sees on an ordinary morning, through the shop's own rules."""
    finance = Actor.of(session.get_one(User, users["keuangan"]))
    admin = Actor.of(session.get_one(User, users["admin"]))
    account = accounts.propose(session, finance, "014", "8382556789", "Kriya Peraga")
    accounts.approve(session, admin, account)
    accounts.propose(session, admin, "002", "002001012345670", "Kriya Peraga")  # waits for its second person
    try:
        with session.begin_nested():
            placed = [_order(session, account, *one) for one in zip(NAMES, _for_sale(session), strict=True)]
    except (ValueError, ShopError):  # a small catalogue, or no postage tables
        return
    exact, twice, rounded, swapped, _waits = placed
    arrived = _statement(
        session, finance, account, moment,
        [
            (exact.amount, "TRSF E-BANKING CR AYU LESTARI"),
            (twice.amount, "TRSF E-BANKING CR BAGUS PRATAMA"),
            (twice.amount, "SWITCHING CR BAGUS PRATAMA"),
            (rounded.total, "BI-FAST CR CITRA ANGGRAINI"),
            (_swapped(swapped.amount), "TRSF E-BANKING CR"),
            (75_000, "SETORAN TUNAI"),
            (-15_000, "BIAYA ADM"),
        ],
    )  # fmt: skip
    worker = Actor.system("worker")
    for wait in (exact, twice):
        line = next(one for one in arrived if one.amount == wait.amount and one.state is LineState.WAITING)
        receipts.take(session, worker, wait, [line])
    second = next(one for one in arrived if one.amount == twice.amount and one.state is LineState.WAITING)
    buyers = session.get_one(Order, twice.order_id)
    lines.send_back(session, finance, second, buyers, "Transfer ganda")
    returns.give_account(session, worker, buyers, Details("014", "1234567890", "BAGUS PRATAMA"))


def _for_sale(session: Session) -> list[int]:
    """Give variants of which there are several."""
    query = (
        products.live()
        .join(Variant, Variant.product_id == Product.id)
        .where(Variant.on_hand - Variant.reserved >= 3, ~Variant.made_to_order, ~Product.one_of_a_kind)
        .with_only_columns(Variant.id)
        .order_by(Variant.price.desc(), Variant.id)
        .limit(len(NAMES))
    )
    return list(session.scalars(query))


def _order(session: Session, account: ReceivingAccount, name: str, variant_id: int) -> TransferWait:
    cart = carts.current(session, Owner(token=carts.new_token()))
    carts.add_line(session, cart, variant_id, 1)
    buyer = Buyer(
        email=f"{name.split(maxsplit=1)[0].lower()}@example.com", name=name, phone="+6281200000000",
        street="Jalan Peraga 7", district_code=DISTRICT, postal_code=POSTAL_CODE,
    )  # fmt: skip
    order = placing.place(
        session,
        Actor(label="demo"),
        form_key=placing.new_form_key(),
        cart=cart,
        buyer=buyer,
        transfer_to=account.id,
    )
    found = waits.of_order(session, order.id)
    if found is None:
        raise LookupError(order.number)
    return found


def _swapped(amount: int) -> int:
    """Let two neighbouring digits change places, as hasty buyers do."""
    digits = list(str(amount))
    for place in range(len(digits) - 1, 1, -1):
        if digits[place] != digits[place - 1]:
            digits[place], digits[place - 1] = digits[place - 1], digits[place]
            break
    return int("".join(digits))


def _statement(
    session: Session, actor: Actor, account: ReceivingAccount, moment: datetime, rows: list[tuple[int, str]]
) -> list[StatementLine]:
    day = (moment - timedelta(hours=1)).astimezone(i18n.WIB).date()
    body = "\n".join(f"{day:%Y-%m-%d},{amount},{words}" for amount, words in rows)
    kept = imports.look(
        session, actor, account, f"tanggal,jumlah,keterangan\n{body}\n".encode(), "mutasi-peraga.csv"
    )
    imports.take_in(session, actor, kept)
    mine = sa.select(StatementLine).where(StatementLine.import_id == kept.id)
    return list(session.scalars(mine.order_by(StatementLine.row_number)))
