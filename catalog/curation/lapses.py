"""What happens when a home council does not answer a request for a counter-signature in time.

The request is closed as lapsed, for good. A submission that still waits goes back to its workshop, which may choose
another craft, say "inspired by", or send it again, which asks anew; what is on sale stays as it is.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import artisans
from catalog.curation import countersignatures, submissions
from catalog.models import Countersignature, Listing, Submission, SubmissionState
from shop import mail
from shop.audit import Actor
from shop.db import now, transaction
from shop.i18n import WIB
from shop.jobs import periodic

WORKER = Actor.system("worker")


@periodic(every=3600)
def lapse() -> None:
    """Close the requests whose time is over."""
    with transaction() as session:
        for request in countersignatures.overdue(session, now().astimezone(WIB).date()):
            end(session, request)


def end(session: Session, request: Countersignature) -> bool:
    """Close one request that nobody answered, give its submission back, and write to the workshop."""
    if not countersignatures.lapsed(session, request, WORKER):
        return False
    listing = session.get_one(Listing, request.listing_id)
    waiting = session.scalar(
        sa.select(Submission.id).where(
            Submission.listing_id == listing.id, Submission.state == SubmissionState.WAITING
        )
    )
    if waiting is not None:
        submissions.withdraw(session, WORKER, listing)
    for member in artisans.members(session, request.workshop_id):
        mail.queue(
            session,
            to=member.email,
            template="claim_lapsed",
            locale=member.locale,
            context={
                "name": member.name,
                "title": listing.title,
                "craft_id": request.craft.name_id,
                "craft_en": request.craft.name_en,
                "council": request.council.name,
                "product_id": request.product_id,
                "returned": waiting is not None,
            },
            key=f"claim-lapsed-{request.id}-{member.id}",
        )
    return True
