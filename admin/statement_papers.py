"""A statement as table, CSV and PDF, in the studio for the workshop and at the desk for the council and finance."""

from datetime import date

from flask import Response, request
from flask_babel import gettext
from sqlalchemy.orm import Session

from admin import sheets
from checkout import payees, statements
from checkout.payees import Payee
from checkout.statements import FIGURES, Line, Period, Statement
from shop import documents, i18n
from shop.db import now
from shop.i18n import WIB
from shop.money import rupiah

PAGE = 100
LONGEST_PAPER = 2_000
"""Lines that a paper takes; more of them are a CSV."""


def kinds() -> dict[str, str]:
    """Name the kinds of lines."""
    return {
        "sale": gettext("Sale"),
        "credit": gettext("Given back"),
        "payout": gettext("Payout"),
        "payout-back": gettext("Payout that came back"),
        "other": gettext("Other entry"),
    }


def headings(payee: Payee) -> dict[str, str]:
    """Name the columns of figures that a payee's statement can have."""
    borne = gettext("Discount borne by others") if payee.workshop_id else gettext("Vouchers paid")
    return {
        "goods": gettext("Goods"),
        "borne": borne,
        "commission": gettext("Commission"),
        "tax": gettext("Tax"),
        "postage": gettext("Postage"),
        "back": gettext("Given back"),
        "payout": gettext("Payout"),
        "other": gettext("Other"),
    }


def columns(statement: Statement, payee: Payee) -> list[tuple[str, str]]:
    """Give the columns in which anything stands, with their names; the usual ones always."""
    usual = {"goods", "commission", "postage"} if payee.workshop_id else {"commission"}
    named = headings(payee)
    return [
        (name, named[name])
        for name in FIGURES
        if name in usual or any(getattr(line, name) for line in statement.lines)
    ]


def account_name(code: str) -> str:
    """Name one of a payee's accounts as its owner calls it."""
    kind = code.partition(":")[0]
    names: dict[str, str] = {
        "held": gettext("Goods on their way"),
        "postage": gettext("Postage held"),
        "workshop": gettext("To be paid out"),
        "council": gettext("Commission"),
    }
    return names.get(kind, code)


def asked(session: Session, payee: Payee) -> tuple[Period, list[tuple[str, str]]]:
    """Give the period that the address asks for (the latest month by default), and all that can be asked for."""
    known = statements.months(session, payee, now().astimezone(WIB).date())
    years = sorted({one.year for one in known}, reverse=True)
    periods = {f"{one:%Y-%m}": statements.month(one) for one in known}
    periods |= {str(number): statements.year(number) for number in years}
    periods["all"] = Period("all")
    chosen = periods.get(request.args.get("month", ""), statements.month(known[0]))
    return chosen, [(code, period_name(code)) for code in periods]


def period_name(code: str) -> str:
    """Write a period for people."""
    if code == "all":
        return str(gettext("All months"))
    return i18n.write_month(date.fromisoformat(f"{code}-01")) if "-" in code else code


def _file_name(name: str, period: Period, ending: str) -> str:
    return f"kriya-{name.replace(':', '-')}-{period.code}.{ending}"


def csv(payee: Payee, statement: Statement, period: Period) -> Response:
    """Give a statement as CSV; no cell can become a formula."""
    named = columns(statement, payee)
    head = [gettext("Moment"), gettext("Kind"), gettext("Order or payout"), *[name for _key, name in named],
            gettext("Net"), gettext("Balance")]  # fmt: skip
    blank: list[str | int] = [""] * len(named)
    rows: list[list[str | int]] = [["", gettext("Opening balance"), "", *blank, "", statement.opening]]
    rows += [
        [f"{line.at.astimezone(WIB):%Y-%m-%d %H:%M:%S}", kinds()[line.kind], line.number,
         *[getattr(line, key) for key, _name in named], line.net, line.balance]
        for line in statement.lines
    ]  # fmt: skip
    totals: list[str | int] = [statement.total(key) for key, _name in named]
    rows.append(["", gettext("Closing balance"), "", *totals, statement.total("net"), statement.closing])
    rows += [["", account_name(code), "", *blank, "", amount] for code, amount in statement.accounts.items()]
    response = Response(sheets.csv_text(head, rows), mimetype="text/csv")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="{_file_name(payee.account, period, "csv")}"'
    )
    return response


def pdf(session: Session, payee: Payee, statement: Statement, period: Period) -> Response:
    """Give a statement as a paper; what is longer than a paper bears ends with a word about the CSV."""
    whose = payees.named(session, payee)
    made = period.end if period.end is not None and period.end < now() else now()
    paper = documents.paper(
        gettext("Statement %(period)s", period=period_name(period.code)),
        language=i18n.current_locale(), made=made, landscape=True,
        head=documents.Letterhead(whose.council.name, gettext("Curation of crafts")), foot=whose.name,
    )  # fmt: skip
    paper.heading(gettext("Statement %(period)s", period=period_name(period.code)))
    paper.facts(
        [(gettext("For"), whose.name), (gettext("Opening balance"), rupiah(statement.opening)),
         (gettext("Closing balance"), rupiah(statement.closing)),
         *[(account_name(code), rupiah(amount)) for code, amount in statement.accounts.items()]]
    )  # fmt: skip
    named = columns(statement, payee)
    head = [gettext("Day"), gettext("Kind"), gettext("Order or payout"), *[name for _key, name in named],
            gettext("Balance")]  # fmt: skip
    width = 172 / (len(named) + 1)
    rows = [_paper_row(line, named) for line in statement.lines[:LONGEST_PAPER]]
    rows.append(
        ["", gettext("Closing balance"), "", *[_plain(statement.total(key)) for key, _name in named],
         _plain(statement.closing)]
    )  # fmt: skip
    paper.grid(head, rows, [22, 32, 35, *[width] * (len(named) + 1)], right=list(range(3, len(head))))
    if len(statement.lines) > LONGEST_PAPER:
        paper.paragraph(gettext("There are more lines; the CSV has all of them."), small=True)
    paper.paragraph(
        gettext("In whole rupiah. The opening balance and all lines together are the closing balance."),
        small=True,
    )
    response = Response(paper.finish(), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{_file_name(payee.account, period, "pdf")}"'
    return response


def _paper_row(line: Line, named: list[tuple[str, str]]) -> list[str]:
    day = f"{line.at.astimezone(WIB):%Y-%m-%d}"
    figures = [_plain(getattr(line, key)) for key, _name in named]
    return [day, kinds()[line.kind], line.number, *figures, _plain(line.balance)]


def _plain(amount: int) -> str:
    return f"{amount:,}".replace(",", ".") if amount else "–"
