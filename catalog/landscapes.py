"""Landscapes of provinces, for the pages of the regions. They belong to no workshop and nobody has to approve them."""

from catalog import pictures
from catalog.models import PlacePicture
from catalog.pictures import PhotoView
from shop.i18n import localised
from shop.web import media_url


def view(kept: PlacePicture | None) -> PhotoView | None:
    """Describe a landscape in the language of the page, where there is one."""
    if kept is None:
        return None
    prefix = pictures.public_prefix(kept.digest)
    return pictures.described(
        kept, localised(kept, "alt"), lambda w, ending: media_url(f"{prefix}/{w}.{ending}")
    )
