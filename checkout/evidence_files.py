"""Several pictures of one kind in an answer to a bank, bound into one file. Called by the desk.

Payment services take one file of each kind (Stripe: one upload per evidence field,
https://docs.stripe.com/api/disputes/evidence_object), and PDF among them: so pictures become its pages.
"""

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

MOST = 5
"""Pictures of one kind."""
SIDE = 1_600
"""Pixels of the longer side of a page: writing on a parcel can still be read."""
QUALITY = 80


def bound(pictures: Sequence[bytes]) -> bytes:
    """Give one picture as it is, and several as a PDF with a page for each, in their order.

    The pictures are masters of `catalog.pictures.read`, so that they can be opened.
    """
    if len(pictures) == 1:
        return pictures[0]
    pages = [_page(data) for data in pictures]
    written = BytesIO()
    pages[0].save(written, "PDF", save_all=True, append_images=pages[1:], quality=QUALITY)
    return written.getvalue()


def _page(data: bytes) -> "Image.Image":
    from PIL import Image

    with Image.open(BytesIO(data)) as image:
        page = image.convert("RGB")
    page.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    return page
