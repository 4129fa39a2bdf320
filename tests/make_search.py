"""A small fixed catalogue for the search tests, as an index sees it. Makers are invented."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from catalog import changes, wall
from catalog.models import (
    Council,
    Craft,
    Listing,
    ListingState,
    ListingVariant,
    Product,
    ProductState,
    Variant,
    Workshop,
)
from catalog.search.engine import SearchEngine
from catalog.search.following import Follower
from catalog.search.query import IndexDoc, SearchRequest
from shop.db import now
from tests.make import number, writing

PROVINCES = {
    "17": ("Bengkulu", "Bengkulu"),
    "16": ("Sumatera Selatan", "South Sumatra"),
    "18": ("Lampung", "Lampung"),
    "19": ("Kepulauan Bangka Belitung", "Bangka Belitung Islands"),
    "33": ("Jawa Tengah", "Central Java"),
    "34": ("Daerah Istimewa Yogyakarta", "Special Region of Yogyakarta"),
    "32": ("Jawa Barat", "West Java"),
    "51": ("Bali", "Bali"),
    "52": ("Nusa Tenggara Barat", "West Nusa Tenggara"),
    "53": ("Nusa Tenggara Timur", "East Nusa Tenggara"),
    "63": ("Kalimantan Selatan", "South Kalimantan"),
    "73": ("Sulawesi Selatan", "South Sulawesi"),
    "93": ("Papua Selatan", "South Papua"),
}
CRAFTS = {
    "batik-besurek": ("Kain Batik Besurek", "Besurek batik (Arabic-script motif)", "batik"),
    "batik-lasem": ("Batik Tulis Lasem", "Lasem hand-drawn batik", "batik"),
    "batik-giriloyo": ("Batik Tulis Giriloyo", "Giriloyo hand-drawn batik", "batik"),
    "songket-palembang": ("Songket Palembang", "Palembang songket", "weaving"),
    "tapis-lampung": ("Tapis Lampung", "Lampung tapis", "embroidery"),
    "tenun-cual": ("Tenun Cual", "Cual cloth", "weaving"),
    "pewter-bangka": ("Kerajinan Pewter", "Bangka pewter", "metal"),
    "mebel-ukir-jepara": ("Mebel Ukir Jepara", "Jepara carved furniture", "wood"),
    "perak-kotagede": ("Perak Kotagede", "Kotagede silver", "jewellery"),
    "gerabah-kasongan": ("Gerabah Kasongan", "Kasongan pottery", "ceramics"),
    "payung-geulis": ("Payung Geulis", "Geulis paper umbrella", "paper"),
    "perak-celuk": ("Perak Celuk Gianyar", "Celuk silver", "jewellery"),
    "anyaman-ketak": ("Anyaman Ketak Lombok", "Lombok ketak basketry", "basketry"),
    "tenun-ikat-sumba-timur": ("Tenun Ikat Sumba Timur", "East Sumba warp ikat (hinggi, lau)", "weaving"),
    "sasirangan": ("Kain Sasirangan", "Sasirangan stitch-resist cloth", "dyeing"),
    "anyaman-purun-kalsel": ("Anyaman Purun", "Purun sedge basketry", "basketry"),
    "sutra-sengkang": ("Sutra Bugis Sengkang (Lipa Sabbe)", "Sengkang Bugis silk", "weaving"),
    "ukiran-asmat": ("Ukiran Asmat", "Asmat carving", "wood"),
    "kain-lantung": ("Kain Lantung", "Lantung bark cloth", "barkcloth"),
}
FAMILIES = {
    "batik": ("Batik", "Batik"),
    "weaving": ("Tenun", "Weaving"),
    "embroidery": ("Sulaman", "Embroidery"),
    "metal": ("Logam", "Metal"),
    "wood": ("Kayu", "Wood"),
    "jewellery": ("Perhiasan", "Jewellery"),
    "ceramics": ("Keramik dan gerabah", "Ceramics"),
    "paper": ("Kertas", "Paper"),
    "basketry": ("Anyaman", "Basketry"),
    "dyeing": ("Pewarnaan kain", "Dyed cloth"),
    "barkcloth": ("Kain kulit kayu", "Barkcloth"),
}


def doc(product_id: int, title: str, **values: Any) -> IndexDoc:
    """Make a document as `catalog.search.indexing` would from a live product; `craft` and `province` are keys."""
    craft, province = values.get("craft", "batik-besurek"), values.get("province", "17")
    name_id, name_en, family = CRAFTS[craft]
    filled: dict[str, Any] = {
        "craft": craft,
        "province": province,
        "craft_names": (name_id, name_en),
        "family": family,
        "regions": PROVINCES[province],
        "maker_key": values.get("workshop", "").lower().replace(" ", "-"),
        "price": 250_000,
        "ready": True,
        "published_at": 1_790_000_000 + product_id,
    }
    filled |= values
    filled["facts"] = (*FAMILIES[family], *filled.get("materials", ()), *values.get("facts", ()))
    return IndexDoc(id=product_id, title=title, **filled)


def catalogue() -> list[IndexDoc]:
    """Give thirty pieces: several crafts and regions, words that meet, words that must not."""
    return [
        doc(1, "Kain batik besurek motif kaligrafi biru", title_en="Besurek batik cloth in blue",
            maker="Nurhayati Contoh", workshop="Sanggar Rafflesia", places=("Anggut Atas", "Kota Bengkulu"),
            technique="tulis", materials=("Katun",), facts=("Batik tulis",), price=450_000,
            story="Ditulis dengan canting selama dua minggu. Huruf Arab gundul bertemu bunga rafflesia."),
        doc(2, "Selendang batik besurek cap", title_en="Besurek shawl, stamped",
            maker="Yuliana Contoh", workshop="Galeri Semarak", places=("Kampung Bali", "Kota Bengkulu"),
            technique="cap", materials=("Sutra",), facts=("Batik cap",), price=275_000,
            story="Selendang sutra ringan untuk pesta."),
        doc(3, "Tas kulit kayu lantung", title_en="Bark cloth bag", craft="kain-lantung",
            maker="Zainal Contoh", workshop="Lantung Jaya", places=("Kota Bengkulu",), materials=("Kulit kayu",),
            price=180_000, story="Kulit pohon dipukul sampai lentur, lalu dijahit menjadi tas."),
        doc(4, "Songket Palembang motif bunga cina", title_en="Palembang songket with flowers",
            craft="songket-palembang", province="16", maker="Cek Ani Contoh", workshop="Songket Kencana",
            places=("Tangga Buntung", "Kota Palembang"), technique="backstrap", materials=("Sutra", "Benang emas"),
            facts=("Tenun gedogan",), price=4_500_000, made_to_order=True, ready=False,
            story="Ditenun tiga bulan di atas gedogan kayu warisan nenek."),
        doc(5, "Syal songket tembaga", title_en="Copper songket scarf", craft="songket-palembang", province="16",
            maker="Cek Ani Contoh", workshop="Songket Kencana", places=("Tangga Buntung", "Kota Palembang"),
            technique="handloom", materials=("Katun", "Benang tembaga"), price=850_000),
        doc(6, "Tapis Lampung sulam cucuk benang emas", title_en="Gold-thread tapis", craft="tapis-lampung",
            province="18", maker="Rosmini Contoh", workshop="Tapis Saibatin", places=("Kota Bandar Lampung",),
            materials=("Katun", "Benang emas"), price=2_750_000, story="Disulam tangan di atas kain tenun bergaris."),
        doc(7, "Dompet tapis kecil", title_en="Small tapis purse", craft="tapis-lampung", province="18",
            maker="Rosmini Contoh", workshop="Tapis Saibatin", places=("Kota Bandar Lampung",),
            materials=("Katun", "Benang emas"), price=95_000),
        doc(8, "Kain cual Pangkalpinang", title_en="Cual ceremonial cloth", craft="tenun-cual", province="19",
            maker="Masliana Contoh", workshop="Cual Ishadi Contoh", places=("Kota Pangkalpinang",),
            technique="handloom", materials=("Sutra",), price=1_900_000,
            story="Tenun ikat pakan yang dipadukan dengan songket."),
        doc(9, "Miniatur kapal pewter", title_en="Pewter ship model", craft="pewter-bangka", province="19",
            maker="Rudi Contoh", workshop="Timah Seni", places=("Kota Pangkalpinang",), materials=("Timah",),
            price=320_000, one_of_a_kind=True, story="Timah Bangka dicor lalu dipoles."),
        doc(10, "Kursi ukir jati Jepara", title_en="Carved teak chair", craft="mebel-ukir-jepara", province="33",
            maker="Sutrisno Contoh", workshop="Ukir Mulyo", places=("Mulyoharjo", "Kabupaten Jepara"),
            materials=("Kayu jati",), price=3_200_000, made_to_order=True, ready=False,
            story="Diukir tangan oleh tiga pengukir."),
        doc(11, "Panel ukiran dinding bunga", title_en="Carved wall panel", craft="mebel-ukir-jepara",
            province="33", maker="Sutrisno Contoh", workshop="Ukir Mulyo", places=("Mulyoharjo", "Kabupaten Jepara"),
            materials=("Kayu jati",), price=1_250_000),
        doc(12, "Batik tulis Lasem tiga negeri", title_en="Lasem batik, three lands", craft="batik-lasem",
            province="33", maker="Siti Maryam Contoh", workshop="Kidang Mas Contoh",
            places=("Babagan", "Kabupaten Rembang"), technique="tulis", materials=("Katun",),
            facts=("Batik tulis", "Tiga negeri"), price=1_450_000, story="Merah mengkudu khas Lasem."),
        doc(13, "Kemeja batik tulis pria", title_en="Men's shirt, hand-drawn batik", craft="batik-giriloyo",
            province="34", maker="Ngatini Contoh", workshop="Sekar Arum Contoh", places=("Giriloyo", "Kabupaten Bantul"),
            technique="tulis", materials=("Katun",), facts=("Batik tulis",), price=650_000),
        doc(14, "Meja kecil anyaman", title_en="Small plaited side table", craft="anyaman-ketak", province="52",
            maker="Inaq Sarah Contoh", workshop="Nyurbaya Contoh", places=("Kabupaten Lombok Barat",),
            materials=("Ketak", "Rotan"), price=780_000),
        doc(15, "Keranjang ketak bundar", title_en="Round ketak basket", craft="anyaman-ketak", province="52",
            maker="Inaq Sarah Contoh", workshop="Nyurbaya Contoh", places=("Kabupaten Lombok Barat",),
            materials=("Ketak",), price=210_000, story="Anyaman rapat, dijemur dan diasap dengan serabut kelapa."),
        doc(16, "Ranjang bambu lipat", title_en="Folding bamboo bed", craft="mebel-ukir-jepara", province="33",
            maker="Wagiman Contoh", workshop="Bambu Lestari", places=("Kabupaten Jepara",), materials=("Bambu",),
            price=2_100_000),
        doc(17, "Cincin perak filigri Kotagede", title_en="Silver filigree ring", craft="perak-kotagede",
            province="34", maker="Sugeng Contoh", workshop="Perak Purbayan", places=("Kotagede", "Kota Yogyakarta"),
            materials=("Perak",), price=385_000),
        doc(18, "Teko perak tatah", title_en="Chased silver teapot", craft="perak-kotagede", province="34",
            maker="Sugeng Contoh", workshop="Perak Purbayan", places=("Kotagede", "Kota Yogyakarta"),
            materials=("Perak",), price=6_800_000, one_of_a_kind=True, story="Ditatah halus selama sebulan."),
        doc(19, "Anting perak jawan", title_en="Granulated silver earrings", craft="perak-celuk", province="51",
            maker="Ni Luh Contoh", workshop="Celuk Murni", places=("Celuk", "Kabupaten Gianyar"), materials=("Perak",),
            price=295_000),
        doc(20, "Guci gerabah Kasongan", title_en="Kasongan earthenware jar", craft="gerabah-kasongan",
            province="34", maker="Tumijo Contoh", workshop="Lempung Kasongan", places=("Kasongan", "Kabupaten Bantul"),
            materials=("Tanah liat",), price=165_000, story="Dibakar dengan kayu dan jerami."),
        doc(21, "Payung geulis lukis bunga", title_en="Hand-painted paper umbrella", craft="payung-geulis",
            province="32", maker="Asep Contoh", workshop="Geulis Panyingkiran", places=("Panyingkiran", "Kota Tasikmalaya"),
            materials=("Bambu", "Kertas"), price=120_000),
        doc(22, "Tenun ikat Sumba hinggi kuda", title_en="Sumba hinggi with horses",
            craft="tenun-ikat-sumba-timur", province="53", maker="Rambu Contoh", workshop="Prailiu Contoh",
            places=("Prailiu", "Kabupaten Sumba Timur"), technique="backstrap", materials=("Katun",),
            facts=("Pewarna alami", "Natural dyes"), price=3_900_000, one_of_a_kind=True,
            story="Dicelup indigo dan akar mengkudu, ditenun selama setahun."),
        doc(23, "Kain sasirangan ungu", title_en="Purple sasirangan cloth", craft="sasirangan", province="63",
            maker="Aluh Contoh", workshop="Sasirangan Seberang", places=("Kota Banjarmasin",), materials=("Katun",),
            price=225_000, story="Dijelujur, diikat, lalu dicelup."),
        doc(24, "Tas anyaman purun", title_en="Purun sedge bag", craft="anyaman-purun-kalsel", province="63",
            maker="Mariatul Contoh", workshop="Purun Haur", places=("Haur Kuning", "Kabupaten Barito Kuala"),
            materials=("Purun",), price=135_000),
        doc(25, "Tikar purun lipat", title_en="Folding purun mat", craft="anyaman-purun-kalsel", province="63",
            maker="Mariatul Contoh", workshop="Purun Haur", places=("Haur Kuning", "Kabupaten Barito Kuala"),
            materials=("Purun",), price=160_000),
        doc(26, "Sarung sutra Sengkang kotak merah", title_en="Red checked silk sarong", craft="sutra-sengkang",
            province="73", maker="Andi Contoh", workshop="Sabbe Wajo", places=("Sengkang", "Kabupaten Wajo"),
            technique="handloom", materials=("Sutra",), price=990_000),
        doc(27, "Patung Asmat leluhur", title_en="Asmat ancestor figure", craft="ukiran-asmat", province="93",
            maker="Paskalis Contoh", workshop="Jew Agats", places=("Agats", "Kabupaten Asmat"), materials=("Kayu besi",),
            price=2_400_000, one_of_a_kind=True, story="Diukir dari satu batang kayu besi."),
        doc(28, "Perisai ukir Asmat", title_en="Carved Asmat shield", craft="ukiran-asmat", province="93",
            maker="Paskalis Contoh", workshop="Jew Agats", places=("Agats", "Kabupaten Asmat"), materials=("Kayu",),
            price=1_750_000, one_of_a_kind=True),
        doc(29, "Bros pewter rafflesia", title_en="Pewter brooch", craft="pewter-bangka", province="19",
            maker="Rudi Contoh", workshop="Timah Seni", places=("Kota Pangkalpinang",), materials=("Timah",),
            price=85_000),
        doc(30, "Lampu gantung bambu", title_en="Bamboo hanging lamp", craft="mebel-ukir-jepara", province="33",
            maker="Wagiman Contoh", workshop="Bambu Lestari", places=("Kabupaten Jepara",), materials=("Bambu",),
            price=340_000, story="Anyaman bambu tipis; cahayanya membentuk motif tikar."),
    ]  # fmt: skip


def put(engine: SearchEngine, *docs: IndexDoc, seq: int | None = None) -> None:
    """Write documents in one commit."""
    with engine.writer() as writer:
        for one in docs:
            writer.put(one)
        writer.commit(seq)


# --- the same in the database ------------------------------------------------------------------------


def workshop(name: str = "Sanggar Rafflesia", **values: Any) -> Workshop:
    """Make a workshop whose words a curator has read."""
    with writing() as session:
        craft = session.scalars(
            sa.select(Craft).where(Craft.slug == values.pop("craft", "batik-besurek"))
        ).one()
        regency = values.pop("regency_code", "17.71")
        council = session.scalars(sa.select(Council).where(Council.code == regency[:2])).one()
        made = Workshop(
            slug=f"sanggar-{number()}",
            name=name,
            maker_name=values.get("live_maker_name", "Nurhayati Contoh"),
            live_name=name,
            live_maker_name=values.pop("live_maker_name", "Nurhayati Contoh"),
            live_village=values.pop("live_village", "Anggut Atas"),
            live_about="",
            craft_id=craft.id,
            regency_code=regency,
            council_id=council.id,
            live_craft_id=craft.id,
            live_regency_code=regency,
            live_council_id=council.id,
            created_at=now(),
            **values,
        )
        session.add(made)
        session.flush()
    return made


def listed(
    title: str, *, state: ListingState = ListingState.LIVE, of: Workshop | None = None, **values: Any
) -> int:
    """Make a product with one variant and one listing, live unless said otherwise; give its number."""
    with writing() as session:
        owner = of or workshop()
        slug = values.pop("craft", "batik-besurek")
        craft = session.scalars(sa.select(Craft).where(Craft.slug == slug)).one()
        moment = now()
        product = Product(slug=f"karya-{number()}", workshop_id=owner.id, created_at=moment)
        variant = Variant(
            product=product, sku=f"SKU-{number()}", price=values.pop("price", 250_000), on_hand=values.pop("on_hand", 3),
            weight_g=400, length_cm=30, width_cm=20, height_cm=5, created_at=moment,
        )  # fmt: skip
        listing = Listing(
            product=product, version=1, state=state, title=title, craft_id=craft.id, regency_code=owner.regency_code,
            created_at=moment, updated_at=moment, submitted_at=None, approved_at=moment, **values,
        )  # fmt: skip
        session.add_all([product, variant, listing])
        session.flush()
        session.add(ListingVariant(listing_id=listing.id, variant_id=variant.id))
        if state is ListingState.LIVE:
            product.live_listing_id, product.published_at = listing.id, moment
        session.flush()
        wall.hang(session, product.id)
        changes.of_product(session, product.id)
        return product.id


def withdraw(product_id: int) -> None:
    """Take a product off without telling the index: what a lost job would leave behind."""
    with writing() as session:
        session.execute(
            sa.update(Product).where(Product.id == product_id).values(state=ProductState.WITHDRAWN)
        )


class Node:
    """A machine of the shop, as far as searching is concerned."""

    def __init__(self, make: Callable[[Path], SearchEngine], folder: Path) -> None:
        self.folder = folder
        self.engine = make(folder)
        self.follower = Follower(self.engine)

    def finds(self, text: str) -> set[int]:
        """Search as its web processes do."""
        return set(self.engine.search(SearchRequest(text, size=100)).ids)
