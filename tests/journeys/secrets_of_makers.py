"""Listings that nobody outside may see, in every state, each with words of its own in every field."""

from dataclasses import dataclass, field
from typing import Any

from catalog import artisans, listings, photos, pictures, portraits, publication, stock, variants
from catalog.artisans import Profile
from catalog.curation import decisions
from catalog.curation.coaching import TaskText
from catalog.models import Council, Listing, Product, Submission, Workshop, WorkshopState
from catalog.variants import Terms
from shop.db import db
from shop.models import User
from tests import make, make_catalog
from tests.make import ACTOR, writing

PROFILE = ("name", "maker_name", "village", "about")
WORDS = ("title", "title_en", "story", "story_en", "technique_note", "motif", "measures", "variation", "care")
CRAFT = "kain-lantung"
"""A craft of which nothing else is on the wall: a count would betray it."""


@dataclass
class Secret:
    """One listing with its unique words."""

    state: str
    listing_id: int
    words: set[str] = field(default_factory=set)

    @property
    def product(self) -> Product:
        """Give the product, as it is now."""
        return db.session.get_one(Product, db.session.get_one(Listing, self.listing_id).product_id)


def word(state: str, what: str) -> str:
    """Make a word that stands nowhere else."""
    return f"zq{state}{what}".replace("_", "")


def content(state: str) -> tuple[dict[str, Any], set[str]]:
    """Make what a listing says, and its unique words."""
    said: dict[str, Any] = {name: f"{word(state, name).capitalize()} dan kain" for name in WORDS}
    said["story"] = f"{make_catalog.STORY} {said['story']}."
    said["materials"] = ["kulit kayu", word(state, "materials")]
    found = {word(state, name) for name in (*WORDS, "materials", "variant", "alt")}
    return said, found


def workshop_of(state: str) -> Workshop:
    """Make a workshop with unique words in its profile, which no curator has read yet."""
    with writing() as session:
        owner = make.user(f"Perajin {make.number()}")
        said: dict[str, Any] = {name: word(state, name).capitalize() for name in PROFILE}
        craft_id = make_catalog.craft(CRAFT).id
        return artisans.found(session, ACTOR, owner, Profile(craft_id=craft_id, regency_code="17.08", **said))


def draft(state: str) -> Secret:
    """Make a complete draft of a new workshop."""
    shop = workshop_of(state)
    said, words = content(state)
    listing = make_catalog.draft(
        shop,
        craft_id=shop.craft_id,
        regency_code="17.08",
        names=(word(state, "variant"), "Hijau"),
        photo_count=0,
        **said,
    )
    for _ in range(3):
        make_catalog.add_photo(listing.id, alt=f"{word(state, 'alt')} di meja")
    hung(shop, state)
    return Secret(state, listing.id, words | {word(state, name) for name in (*PROFILE, "portrait")})


def hung(shop: Workshop, state: str) -> None:
    """Hang a portrait that nobody has approved yet."""
    upload = photos.receive(make_catalog.photograph(make.number()))
    with writing() as session:
        mine = session.get_one(Workshop, shop.id)
        portraits.hang(session, ACTOR, mine, upload, f"{word(state, 'portrait')} di depan rumah")
        picture_id = portraits.of(session, shop.id).picture_id or 0  # type: ignore[union-attr]
    photos.make_sizes(picture_id)


def sent(state: str) -> tuple[Secret, Submission, User]:
    """Send such a draft to the council and give a curator who may judge it."""
    secret = draft(state)
    submission = make_catalog.submitted(db.session.get_one(Listing, secret.listing_id))
    code = db.session.get_one(Council, submission.council_id).code
    return secret, submission, make_catalog.curator(code)


def judged(state: str) -> Secret:
    """Make a listing that came back: `coaching`, `conditional` or `declined`."""
    secret, submission, judge = sent(state)
    make_catalog.mark(submission, judge, gates={"no_copy": False} if state == "declined" else None)
    with writing() as session:
        submission = session.get_one(Submission, submission.id)
        seen = submission.listing_edits
        common: Any = {"seen_edits": seen, "reason": "Mohon dilihat lagi."}
        arguments = (session, ACTOR, session.get_one(User, judge.id), submission.id)
        if state == "coaching":
            decisions.send_to_coaching(*arguments, **common)
        elif state == "declined":
            decisions.decline(*arguments, **common)
        else:
            task = TaskText("packaging", "Kemasan yang lebih kuat, mohon.")
            decisions.pass_with_conditions(*arguments, **common, conditions=[task])
    return secret


def discarded() -> Secret:
    """Make a draft that its artisan gave up."""
    secret = draft("discarded")
    with writing() as session:
        listings.discard(session, ACTOR, session.get_one(Listing, secret.listing_id))
    return secret


def was_live(state: str) -> Secret:
    """Make a piece that was on the wall and is so no more: `withdrawn`, or of a `suspended` workshop."""
    secret, submission, judge = sent(state)
    product = make_catalog.approved(submission, judge)
    with writing() as session:
        product = session.get_one(Product, product.id)
        if state == "withdrawn":
            publication.withdraw(session, ACTOR, product)
            # The workshop itself stays, and its portrait with it.
            secret.words -= {word(state, name) for name in (*PROFILE, "portrait")}
        else:
            shop = session.get_one(Workshop, product.workshop_id)
            artisans.move(session, ACTOR, shop, WorkshopState.SUSPENDED, "Barang pabrik.")
    return secret


def edited(product: Product) -> Secret:
    """Open a live piece for editing: new words, photographs, a cheap new variant, and a new profile."""
    said, words = content("edited")
    with writing() as session:
        product = session.get_one(Product, product.id)
        listing = listings.open_draft(session, ACTOR, product)
        listings.update(session, listing, said)
        terms = Terms(
            price=1_000, weight_g=10, length_cm=1, width_cm=1, height_cm=1, made_to_order=False, lead_days=0
        )
        known = variants.of_listing(session, listing.id)
        variants.rename(
            session, listing, {row.variant_id: f"{word('edited', 'variant')} besar" for row in known}
        )
        variant = variants.add(session, ACTOR, listing, word("edited", "variant"), terms)
        stock.set_on_hand(session, ACTOR, variant.id, 7)
        shop = session.get_one(Workshop, product.workshop_id)
        profile: dict[str, Any] = {name: word("edited", name).capitalize() for name in PROFILE}
        artisans.update(
            session, ACTOR, shop,
            Profile(craft_id=make_catalog.craft(CRAFT).id, regency_code="17.08", since_year=1907, **profile),
        )  # fmt: skip
        listing_id = listing.id
    make_catalog.add_photo(listing_id, alt=word("edited", "alt"))
    hung(db.session.get_one(Workshop, product.workshop_id), "edited")
    return Secret("edited", listing_id, words | {word("edited", name) for name in (*PROFILE, "portrait")})


def replaced() -> Secret:
    """Make a live piece whose former motif was replaced by approved new words."""
    product = make_catalog.piece(motif=word("replaced", "motif"))
    former_id = product.live_listing_id or 0
    with writing() as session:
        listing = listings.open_draft(session, ACTOR, session.get_one(Product, product.id))
        listings.update(session, listing, {"motif": "Burung kuau"})
        fresh_id = listing.id
    make_catalog.approved(make_catalog.submitted(db.session.get_one(Listing, fresh_id)))
    return Secret("replaced", former_id, {word("replaced", "motif")})


def files(secret: Secret) -> list[str]:
    """Give every key, private and public, that the photographs of a listing and its portrait have or would have."""
    keys = make_catalog.public_files(secret.listing_id)
    shown = [photo.picture for photo in photos.of_listing(db.session(), secret.listing_id)]
    portrait = portraits.picture(db.session(), secret.product.workshop_id)
    if portrait and secret.state != "withdrawn":  # of that one the workshop stays public, and its portrait
        shown.append(portrait)
        prefix = pictures.public_prefix(portrait.digest or "")
        keys += [f"{prefix}/{name}" for name in pictures.file_names(portrait)]
    for picture in shown:
        keys += [f"{picture.private_key}/{name}" for name in pictures.file_names(picture)]
        keys.append(pictures.master_key(picture.private_key))
    return keys
