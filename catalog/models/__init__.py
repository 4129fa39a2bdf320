"""The catalogue's tables, a module each; callers write `from catalog.models import Product`."""

from catalog.models.change import CatalogChange, CatalogVersion, Subject
from catalog.models.council import Council
from catalog.models.curation import (
    CoachingTask,
    Decision,
    GateCheck,
    Lane,
    Outcome,
    Score,
    Submission,
    SubmissionState,
    TaskKind,
    TaskState,
)
from catalog.models.product import (
    MADE_TO_ORDER_LIMIT,
    OPEN_STATES,
    Listing,
    ListingPhoto,
    ListingState,
    ListingVariant,
    MovementKind,
    Picture,
    PictureState,
    PlacePicture,
    Portrait,
    Product,
    ProductState,
    StockMovement,
    Variant,
)
from catalog.models.rubric import RubricState, RubricVersion
from catalog.models.share import ShareImage
from catalog.models.slug import Slug, SlugKind
from catalog.models.synonym import SynonymGroup
from catalog.models.taxonomy import Craft, District, Province, Regency
from catalog.models.wall import WallPlace
from catalog.models.workshop import Workshop, WorkshopMember, WorkshopState

__all__ = [
    "MADE_TO_ORDER_LIMIT",
    "OPEN_STATES",
    "CatalogChange",
    "CatalogVersion",
    "CoachingTask",
    "Council",
    "Craft",
    "Decision",
    "District",
    "GateCheck",
    "Lane",
    "Listing",
    "ListingPhoto",
    "ListingState",
    "ListingVariant",
    "MovementKind",
    "Outcome",
    "Picture",
    "PictureState",
    "PlacePicture",
    "Portrait",
    "Product",
    "ProductState",
    "Province",
    "Regency",
    "RubricState",
    "RubricVersion",
    "Score",
    "ShareImage",
    "Slug",
    "SlugKind",
    "StockMovement",
    "Subject",
    "Submission",
    "SubmissionState",
    "SynonymGroup",
    "TaskKind",
    "TaskState",
    "Variant",
    "WallPlace",
    "Workshop",
    "WorkshopMember",
    "WorkshopState",
]
