"""Periodic reviews in words: what is proposed or decided, the rule with the figures that made it fit, the figures."""

from collections.abc import Callable

from flask_babel import gettext, ngettext

from admin.periodic.figures import Figures
from catalog.curation.bars import Bars
from catalog.models import Proposal


def proposals() -> dict[str, str]:
    """Name what can be proposed and decided."""
    return {
        Proposal.KEEP: gettext("Keep"),
        Proposal.ROTATE: gettext("Show anew"),
        Proposal.COACH: gettext("Coaching"),
        Proposal.RETIRE: gettext("Take off"),
    }


def states() -> dict[str, str]:
    """Name where a row stands."""
    return {
        "open": gettext("To decide"),
        "settled": gettext("Decided"),
        "notice": gettext("Leaves the shop"),
        "objected": gettext("Objection to answer"),
        "retired": gettext("Off the shop"),
        "spared": gettext("Stays after an objection"),
        "left": gettext("Not decided"),
    }


def rule(name: str, figures: Figures, bars: Bars) -> str:
    """Say why something is proposed, with the figures and the bar that they are held against."""
    f, b = figures, bars
    several = f.sold + f.returned
    said: dict[str, Callable[[], str]] = {
        "young": lambda: ngettext(
            "On sale for %(num)s day only.", "On sale for %(num)s days only.", f.days_on_sale
        ),
        "unlike_often": lambda: _unlike(f, several, b.unlike_retire_percent),
        "unlike": lambda: _unlike(f, several, b.unlike_percent),
        "stale": lambda: gettext(
            "Nothing sold in the period, and for %(days)s days no piece has come or gone; the bar is %(bar)s days.",
            days=f.stock_days, bar=b.stale_days,
        ),
        "returned": lambda: gettext(
            "%(cases)s of %(all)s pieces came back: %(percent)s %%, the bar is %(bar)s %%.",
            cases=f.returned, all=several, percent=f.returned_percent, bar=b.returned_percent,
        ),
        "late": lambda: gettext(
            "%(cases)s of %(all)s parcels left late: %(percent)s %%, the bar is %(bar)s %%.",
            cases=f.late, all=f.parcels, percent=f.late_percent, bar=b.late_percent,
        ),
        "slow": lambda: _slow(f, b),
        "fine": lambda: gettext(
            "No bar is touched: %(sold)s sold, %(late)s late, %(back)s back.",
            sold=f.sold, late=f.late, back=f.returned,
        ),
    }  # fmt: skip
    return str(said[name]())


def _unlike(f: Figures, several: int, bar: int) -> str:
    return str(
        gettext(
            "%(cases)s of %(all)s pieces were not as shown: %(percent)s %%, the bar is %(bar)s %%.",
            cases=f.unlike, all=several, percent=f.unlike_percent, bar=bar,
        )
    )  # fmt: skip


def _slow(f: Figures, b: Bars) -> str:
    if f.sell_through is None:
        standing = {"days": f.stock_days, "bar": b.slow_days}
        return str(gettext("Nothing sold for %(days)s days; the bar is %(bar)s days.", **standing))
    values = {
        "sold": f.sold, "left": f.on_hand, "percent": f.sell_through, "bar": b.slow_percent, "days": f.stock_days,
    }  # fmt: skip
    return str(
        gettext(
            "%(sold)s sold and %(left)s left, a sell-through of %(percent)s %% under the bar of %(bar)s %%, and for "
            "%(days)s days no piece has come or gone.",
            **values,
        )
    )


def figures(f: Figures) -> list[tuple[str, str]]:
    """Give every figure with its name."""
    through = "–" if f.sell_through is None else f"{f.sell_through} %"
    return [
        (gettext("Sold"), str(f.sold)),
        (gettext("On hand"), gettext("made to order") if f.made_to_order else str(f.on_hand)),
        (gettext("Sell-through"), through),
        (gettext("Came back"), _share(f.returned, f.returned_percent)),
        (gettext("Not as shown"), _share(f.unlike, f.unlike_percent)),
        (gettext("Parcels left late"), _share(f.late, f.late_percent, f.parcels)),
        (gettext("Days since stock moved"), str(f.stock_days)),
        (gettext("Days on sale"), str(f.days_on_sale)),
    ]


def _share(cases: int, percent: int, of: int | None = None) -> str:
    if of is not None:
        return str(gettext("%(cases)s of %(all)s (%(percent)s %%)", cases=cases, all=of, percent=percent))
    return str(gettext("%(cases)s (%(percent)s %%)", cases=cases, percent=percent))
