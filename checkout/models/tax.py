"""Tax: the dated rates and thresholds of the law, and what is known of a workshop's own standing."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models import Workshop
from checkout.models.order import Order
from shop.db import SETTLED, Base, BigId


class TaxKind(enum.StrEnum):
    """What a dated row of the law is about, and which of its columns count."""

    PPN = "ppn"
    """Value added tax: rate and fraction of the price that it is taken of."""
    PPH22 = "pph22"
    """Income tax of workshops that a marketplace collects: rate."""
    PPH22_COLLECTED = "pph22_collected"
    """Whether this marketplace is designated to collect it: amount 1 or 0."""
    PPH22_FREE = "pph22_free"
    """Turnover of a tax year up to which a person with a statement letter is not collected: amount."""
    PKP_DUTY = "pkp_duty"
    """Turnover of a tax year above which a workshop must become a PKP: amount."""


class TaxRate(Base):
    """A rate or threshold that holds from a day until the next row of its kind."""

    __tablename__ = "tax_rates"
    __table_args__ = (
        sa.UniqueConstraint("kind", "valid_from"),
        sa.CheckConstraint("rate_bp BETWEEN 0 AND 10000", name="rate_is_a_share"),
        sa.CheckConstraint(
            "base_numerator > 0 AND base_numerator <= base_denominator", name="base_is_a_fraction"
        ),
        sa.CheckConstraint("amount >= 0", name="amount_not_negative"),
        SETTLED,
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[TaxKind]
    valid_from: Mapped[date]
    rate_bp: Mapped[int] = mapped_column(default=0)
    """Basis points."""
    base_numerator: Mapped[int] = mapped_column(default=1)
    base_denominator: Mapped[int] = mapped_column(default=1)
    """The fraction of the price that the rate is applied to (DPP nilai lain)."""
    amount: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    """Rupiah, or 1 and 0 for a switch."""
    source: Mapped[str] = mapped_column(sa.String(300))
    """The rule that says so."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class CheckState(enum.StrEnum):
    """How something that a workshop said stands with those who check it."""

    SENT = "sent"
    CHECKED = "checked"
    REFUSED = "refused"
    REPLACED = "replaced"
    """Newer facts were checked."""
    WITHDRAWN = "withdrawn"


_SENT, _CHECKED = sa.text("state = 'sent'"), sa.text("state = 'checked'")
_STANDING = sa.text("state IN ('sent', 'checked')")


class Taxpayer(enum.StrEnum):
    """Who pays a workshop's taxes; only persons are free below a turnover."""

    PERSON = "person"
    ENTITY = "entity"


class TaxFacts(Base):
    """Who a workshop is for the tax office, as it said at one moment; what was checked last holds."""

    __tablename__ = "tax_facts"
    __table_args__ = (
        sa.Index(
            "uq_tax_facts_sent", "workshop_id", unique=True, sqlite_where=_SENT, postgresql_where=_SENT
        ),
        sa.Index(
            "uq_tax_facts_checked", "workshop_id", unique=True,
            sqlite_where=_CHECKED, postgresql_where=_CHECKED,
        ),
        sa.CheckConstraint("pkp_number = '' OR pkp_since IS NOT NULL", name="pkp_has_a_day"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshops.id"), index=True)
    taxpayer: Mapped[Taxpayer]
    name: Mapped[str] = mapped_column(sa.String(120))
    """As registered with the tax office."""
    address: Mapped[str] = mapped_column(sa.String(300))
    """For correspondence (PMK 37/2025)."""
    number_sealed: Mapped[str] = mapped_column(sa.String(255))
    """NPWP or NIK, 16 digits, sealed by `shop.sealing`."""
    number_tail: Mapped[str] = mapped_column(sa.String(4))
    """Its last four digits: what pages show."""
    pkp_number: Mapped[str] = mapped_column(sa.String(60), default="")
    """Number of the confirmation as a PKP; empty for who is none."""
    pkp_since: Mapped[date | None]
    state: Mapped[CheckState] = mapped_column(default=CheckState.SENT)
    sent_at: Mapped[datetime]
    sent_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    checked_at: Mapped[datetime | None]
    checked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    """Why they were refused."""
    workshop: Mapped[Workshop] = relationship(lazy="raise_on_sql")

    def is_pkp(self, on: date) -> bool:
        """Say whether the workshop charges PPN on a day, by these facts."""
        return bool(self.pkp_number) and self.pkp_since is not None and self.pkp_since <= on


class PaperKind(enum.StrEnum):
    """Papers for which PPh 22 is not collected from a workshop."""

    STATEMENT = "statement"
    """A person's statement letter that the tax year's turnover stays below the threshold."""
    SKB = "skb"
    """A letter of the tax office that frees from collection (surat keterangan bebas)."""
    OWN_RULES = "own_rules"
    """Goods whose income tax has rules of its own, such as gold and jewellery."""


class TaxPaper(Base):
    """One such paper of a workshop, for one tax year."""

    __tablename__ = "tax_papers"
    __table_args__ = (
        sa.Index(
            "uq_tax_papers_standing", "workshop_id", "kind", "tax_year", unique=True,
            sqlite_where=_STANDING, postgresql_where=_STANDING,
        ),
        sa.CheckConstraint("valid_until >= issued_on", name="days_in_order"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshops.id"), index=True)
    kind: Mapped[PaperKind]
    tax_year: Mapped[int]
    number: Mapped[str] = mapped_column(sa.String(80), default="")
    issued_on: Mapped[date]
    valid_until: Mapped[date]
    signed_by: Mapped[str] = mapped_column(sa.String(120), default="")
    """Whose name stands below a statement letter."""
    state: Mapped[CheckState] = mapped_column(default=CheckState.SENT)
    sent_at: Mapped[datetime]
    sent_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    checked_at: Mapped[datetime | None]
    checked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    workshop: Mapped[Workshop] = relationship(lazy="raise_on_sql")


class TaxPassage(Base):
    """The moment at which a workshop's turnover of a tax year passed a threshold of the law."""

    __tablename__ = "tax_passages"
    __table_args__ = (sa.UniqueConstraint("workshop_id", "tax_year", "kind"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshops.id"))
    tax_year: Mapped[int]
    kind: Mapped[TaxKind]
    threshold: Mapped[int] = mapped_column(sa.BigInteger)
    turnover: Mapped[int] = mapped_column(sa.BigInteger)
    """Rupiah right after the sale that passed it."""
    passed_at: Mapped[datetime]
    """When that sale was paid."""
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"))
    created_at: Mapped[datetime]
    order: Mapped[Order] = relationship(lazy="raise_on_sql")
    workshop: Mapped[Workshop] = relationship(lazy="raise_on_sql")


_PAID = sa.text("undone_at IS NULL")


class TaxRemittance(Base):
    """Tax of one month that was collected and has been paid to the treasury, with the state's number for it."""

    __tablename__ = "tax_remittances"
    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="amount_positive"),
        sa.Index(
            "uq_tax_remittances_month", "kind", "month", unique=True,
            sqlite_where=_PAID, postgresql_where=_PAID,
        ),
        sa.Index(
            "uq_tax_remittances_ntpn", "ntpn", unique=True, sqlite_where=_PAID, postgresql_where=_PAID
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[TaxKind]
    month: Mapped[date]
    """The first day of the tax period."""
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    ntpn: Mapped[str] = mapped_column(sa.String(20))
    """The number that the state gives for a payment it has received."""
    paid_on: Mapped[date]
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    recorded_at: Mapped[datetime]
    undone_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    undone_at: Mapped[datetime | None]
    undone_reason: Mapped[str] = mapped_column(sa.String(300), default="", server_default="")
