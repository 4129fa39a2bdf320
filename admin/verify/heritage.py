"""Checks of claims, certificates and the fast lane."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from catalog import versions
from catalog.curation import certificates, claims, lanes
from catalog.curation.lanes import Risk
from catalog.models import (
    Certificate,
    CertificateState,
    Countersignature,
    CountersignatureAnswer,
    Decision,
    HeritageForm,
    HeritageHome,
    Listing,
    ListingState,
    Outcome,
    Product,
    Submission,
    Workshop,
)
from shop.models import AuditEntry

BATCH = 500


def _at_home(region: sa.ColumnElement[str], craft: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Say in SQL that a regency is, or lies in, a home of a craft."""
    whole = sa.and_(
        HeritageHome.regency_code.is_(None), HeritageHome.province_code == sa.func.substr(region, 1, 2)
    )
    homes = sa.select(HeritageHome.id).where(
        HeritageHome.craft_id == craft, sa.or_(HeritageHome.regency_code == region, whole)
    )
    return homes.exists()


def claims_are_signed(session: Session) -> Iterator[str]:
    """Find live listings that claim a guarded form from elsewhere without a signature of its home."""
    workshop_region = sa.func.coalesce(Workshop.live_regency_code, Workshop.regency_code)
    made_in = sa.func.coalesce(Listing.regency_code, workshop_region)
    for craft, own in ((Listing.craft_id, True), (Workshop.live_craft_id, False)):
        signed = (
            sa.select(Countersignature.id)
            .join(CountersignatureAnswer, CountersignatureAnswer.request_id == Countersignature.id)
            .where(
                Countersignature.craft_id == craft,
                Countersignature.workshop_id == Workshop.id,
                sa.or_(Countersignature.product_id == Product.id, sa.false() if own else sa.true()),
                CountersignatureAnswer.reply.in_(claims.SIGNED),
            )
        )
        at_home = _at_home(workshop_region, craft)  # type: ignore[arg-type]
        if own:
            at_home = sa.and_(at_home, _at_home(made_in, craft))  # type: ignore[arg-type]
        query = (
            sa.select(Listing.id)
            .join(Product, Product.live_listing_id == Listing.id)
            .join(Workshop, Workshop.id == Product.workshop_id)
            .join(HeritageForm, HeritageForm.craft_id == craft)
            .where(Listing.state == ListingState.LIVE, HeritageForm.guarded, ~at_home, ~signed.exists())
            .order_by(Listing.id)
        )
        for listing_id in session.scalars(query):
            yield f"listing {listing_id} claims a craft form of another region without a signature"


def certificates_are_checked(session: Session) -> Iterator[str]:
    """Find certificates that are shown without a check in the audit trail, or after their last day."""
    noted = sa.select(AuditEntry.object_id).where(
        AuditEntry.object_type == Certificate.__tablename__, AuditEntry.action == "certificate.checked"
    )
    checked = {int(key) for key in session.scalars(noted)}
    query = (
        sa.select(Certificate).where(Certificate.state == CertificateState.CHECKED).order_by(Certificate.id)
    )
    for one in session.scalars(query):
        if one.id not in checked:
            yield f"certificate {one.id} counts as checked, and nobody has checked it"
        shown = certificates.shown(session, one.workshop_id, one.craft_id)
        if (
            one.valid_until
            and one.valid_until < certificates.today()
            and one.number in {s.number for s in shown}
        ):
            yield f"certificate {one.id} is shown after its last day"


def fast_edits_are_staged(session: Session) -> Iterator[str]:
    """Find edits approved in the fast lane that changed more than what is staged since the panel's verdict."""
    panel, judged = aliased(Decision), aliased(Submission)
    query = (
        sa.select(Submission.id, Submission.snapshot, judged.snapshot)
        .join(Decision, Decision.submission_id == Submission.id)
        .join(panel, panel.id == Decision.carried_from_id)
        .join(judged, judged.id == panel.submission_id)
        .where(Decision.outcome == Outcome.PASS)
        .order_by(Submission.id)
    )
    for submission_id, new, old in session.execute(query).yield_per(BATCH):
        grave = [
            change.field
            for change in versions.diff(old, new).fields
            if lanes.RISKS.get(change.field, Risk.PANEL) is not Risk.STAGED
        ]
        if grave:
            yield f"submission {submission_id} changed {', '.join(grave)} in the fast lane"
