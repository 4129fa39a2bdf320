"""The rules of a periodic review: from figures and a council's bars to a proposal. Pure; in words in `words`."""

from typing import NamedTuple

from admin.periodic.figures import Figures
from catalog.curation.bars import Bars
from catalog.models import Proposal


class Proposed(NamedTuple):
    """What is proposed, and the rule behind it."""

    proposal: Proposal
    rule: str


RULES: dict[str, Proposal] = {
    "young": Proposal.KEEP,
    "unlike_often": Proposal.RETIRE,
    "stale": Proposal.RETIRE,
    "unlike": Proposal.COACH,
    "returned": Proposal.COACH,
    "late": Proposal.COACH,
    "slow": Proposal.ROTATE,
    "fine": Proposal.KEEP,
}
"""Every rule in the order in which they are asked; the first that fits decides."""
CRITERIA = {"unlike": "listing_match", "returned": "workmanship", "late": "management"}
"""The criterion or gate that a coaching task of a rule is about."""


def propose(figures: Figures, bars: Bars) -> Proposed:
    """Give what the figures of a piece lead to."""
    fits = {
        "young": figures.days_on_sale < bars.young_days,
        "unlike_often": _often(figures.unlike, figures.unlike_percent, bars.unlike_retire_percent, bars),
        "stale": _stands(figures, bars.stale_days) and figures.sold == 0,
        "unlike": _often(figures.unlike, figures.unlike_percent, bars.unlike_percent, bars),
        "returned": _often(figures.returned, figures.returned_percent, bars.returned_percent, bars),
        "late": _often(figures.late, figures.late_percent, bars.late_percent, bars),
        "slow": _stands(figures, bars.slow_days) and _hardly_sells(figures, bars),
        "fine": True,
    }
    rule = next(name for name in RULES if fits[name])
    return Proposed(RULES[rule], rule)


def _often(cases: int, percent: int, bar: int, bars: Bars) -> bool:
    """Say whether something happened too often to be chance."""
    return cases >= bars.fewest and percent >= bar


def _stands(figures: Figures, days: int) -> bool:
    """Say whether a piece has been standing for so long. One that is sold out and not made anew does not stand."""
    return figures.stock_days >= days and (figures.made_to_order or figures.on_hand > 0)


def _hardly_sells(figures: Figures, bars: Bars) -> bool:
    if figures.sell_through is None:
        return figures.sold == 0
    return figures.sell_through < bars.slow_percent
