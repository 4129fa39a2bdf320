"""A fixed catalogue of all 181 crafts, four pieces each, as an index sees it: what the query file is asked of.

Seeded, without a database. Makers and stories are invented; crafts, regions, regencies and districts are the real
ones. Stories speak of other crafts, techniques and colours on purpose: names have to win over them.
"""

import csv
import random
from dataclasses import dataclass
from functools import cache

from catalog import heritage, indonesia, taxonomy
from catalog.search import places
from catalog.search.query import IndexDoc

SEED = 3
PIECES = 4
"""Of each craft: two makers with two pieces each."""

THINGS: dict[str, tuple[tuple[str, str], ...]] = {
    "batik": (("Kain panjang", "cloth"), ("Kemeja", "shirt"), ("Selendang", "shawl"), ("Taplak meja", "tablecloth")),
    "weaving": (("Kain", "cloth"), ("Syal", "scarf"), ("Sarung", "sarong"), ("Sarung bantal", "cushion cover")),
    "dyeing": (("Kain", "cloth"), ("Syal", "scarf"), ("Blus", "blouse"), ("Selendang", "shawl")),
    "embroidery": (("Kerudung", "veil"), ("Dompet", "purse"), ("Selendang", "shawl"), ("Hiasan dinding", "wall hanging")),
    "basketry": (("Keranjang", "basket"), ("Tikar", "mat"), ("Tas", "bag"), ("Topi", "hat")),
    "wood": (("Patung", "statue"), ("Mangkuk", "bowl"), ("Panel dinding", "wall panel"), ("Kotak", "box")),
    "metal": (("Piring hias", "plate"), ("Vas", "vase"), ("Gantungan kunci", "key ring"), ("Patung kecil", "figurine")),
    "jewellery": (("Cincin", "ring"), ("Anting", "earrings"), ("Gelang", "bracelet"), ("Kalung", "necklace")),
    "ceramics": (("Vas", "vase"), ("Cangkir", "mug"), ("Piring", "plate"), ("Guci", "jar")),
    "stone": (("Liontin", "pendant"), ("Cincin", "ring"), ("Patung", "statue"), ("Asbak", "ashtray")),
    "barkcloth": (("Tas", "bag"), ("Dompet", "wallet"), ("Topi", "hat"), ("Hiasan dinding", "wall hanging")),
    "beadwork": (("Kalung", "necklace"), ("Gelang", "bracelet"), ("Tas", "bag"), ("Ikat pinggang", "belt")),
    "mask_puppet": (("Topeng", "mask"), ("Wayang", "puppet"), ("Boneka", "doll"), ("Hiasan dinding", "wall hanging")),
    "musical_instrument": (("Alat musik", "instrument"), ("Miniatur", "miniature"), ("Alat musik kecil", "small instrument"), ("Set", "set")),
    "painting": (("Lukisan", "painting"), ("Kipas", "fan"), ("Panel dinding", "wall panel"), ("Kartu", "card")),
    "lacquer": (("Kotak", "box"), ("Nampan", "tray"), ("Mangkuk", "bowl"), ("Vas", "vase")),
    "knitting": (("Taplak", "tablecloth"), ("Syal", "scarf"), ("Tas", "bag"), ("Tatakan", "coaster")),
    "paper": (("Payung", "umbrella"), ("Lampu", "lamp"), ("Kipas", "fan"), ("Kartu", "card")),
    "resin": (("Miniatur perahu", "boat model"), ("Patung", "figurine"), ("Kotak", "box"), ("Miniatur rumah", "house model")),
    "shell": (("Bros", "brooch"), ("Lampu", "lamp"), ("Kotak", "box"), ("Hiasan dinding", "wall hanging")),
}  # fmt: skip
COLOURS = (("biru", "blue"), ("merah", "red"), ("cokelat", "brown"), ("hijau", "green"), ("hitam", "black"),
           ("kuning", "yellow"), ("putih", "white"), ("ungu", "purple"))  # fmt: skip
MOTIFS = ("bunga", "burung", "ombak", "pucuk rebung", "naga", "bintang", "daun paku", "kuda", "ikan", "awan")
MATERIALS = {
    "cotton": "Katun", "silk": "Sutra", "metallic": "Benang emas", "gold thread": "Benang emas", "rattan": "Rotan",
    "bamboo": "Bambu", "pandanus": "Pandan", "purun": "Purun", "silver": "Perak", "brass": "Kuningan",
    "copper": "Tembaga", "bronze": "Perunggu", "iron": "Besi", "tin ": "Timah", "clay": "Tanah liat", "teak": "Kayu jati",
    "wood": "Kayu", "bark": "Kulit kayu", "leather": "Kulit", "glass": "Kaca", "paper": "Kertas", "bead": "Manik-manik",
    "shell": "Kerang", "stone": "Batu", "dyes": "Pewarna alami", "fibre": "Serat alam",
}  # fmt: skip
NAMES = ("Nurhayati", "Yuliana", "Masliana", "Rosmini", "Sutrisno", "Ngatini", "Wagiman", "Tumijo", "Sugeng", "Rambu",
         "Mariatul", "Paskalis", "Zainal", "Rudi", "Asep", "Inaq Sarah", "Andi Tenri", "Siti Maryam", "Ni Luh", "Made Suarta",
         "Maria Goreti", "Yohana", "Fransiska", "Halimah", "Cek Ani", "Rukmini", "Sulastri", "Martha", "Petrus", "Salma")  # fmt: skip
HOUSES = ("Sanggar", "Galeri", "Rumah", "Karya", "Griya", "Bengkel")
BRANDS = (
    "Melati",
    "Semarak",
    "Lestari",
    "Kencana",
    "Cempaka",
    "Harapan",
    "Pusaka",
    "Kenanga",
    "Seroja",
    "Mandiri",
)
STORIES = (
    "Dikerjakan {days} hari oleh dua orang di rumah. Warnanya {other} bila kena cahaya.",
    "Nenek dahulu menenun dan menganyam; cucunya meneruskan dengan tangan sendiri.",
    "Bahan dijemur, direbus, lalu dicelup. Cocok untuk hadiah pernikahan.",
    "Motif {motif} ini dipadankan dengan warna {other}; tidak ada dua yang sama.",
    "Dibungkus kain batik bekas dan dikirim dalam kotak kayu.",
    "Sold at the village market for years; now made for the shop, one at a time.",
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A document and what it truly is: what the query file's expectations are checked against."""

    doc: IndexDoc
    thing: str
    colour: str
    motif: str


@cache
def wall() -> tuple[Piece, ...]:
    """Give the pieces, the same every time."""
    chance = random.Random(SEED)
    with (indonesia.DATA / "crafts.csv").open(encoding="utf-8", newline="") as file:
        crafts = list(csv.DictReader(file))
    return tuple(
        _piece(chance, craft, number * PIECES + place + 1, place)
        for number, craft in enumerate(crafts)
        for place in range(PIECES)
    )


def _piece(chance: random.Random, craft: dict[str, str], number: int, place: int) -> Piece:
    family, province = (
        craft["craft_family"],
        {one.code: one for one in indonesia.provinces()}[craft["province_code"]],
    )
    code, regency, villages = _home(craft)
    village = villages[place // 2]
    thing, thing_en = THINGS[family][place]
    (colour, colour_en), other = chance.sample(COLOURS, 2)
    motif, first = chance.choice(MOTIFS), number - 1 - (place % 2)
    fitting = taxonomy.techniques_of(family)
    technique = fitting[0 if "Tulis" in craft["name_id"] else place % min(len(fitting), 2)]
    materials = tuple(
        dict.fromkeys(word for key, word in MATERIALS.items() if key in craft["materials"].lower())
    )[:3]
    brand = f"{HOUSES[first % len(HOUSES)]} {BRANDS[first // 2 % len(BRANDS)]} {village}"
    name = craft["name_id"].split("(")[0].strip()
    story = " ".join(chance.sample(STORIES, 3)).format(
        days=chance.randint(3, 60), other=other[0], motif=motif
    )
    doc = IndexDoc(
        id=number,
        title=f"{thing} {motif} {colour}" if place % 2 else f"{thing} {name} motif {motif} {colour}",
        title_en=f"{craft['name_en'].split('(')[0].strip()} {thing_en} in {colour_en}",
        maker=f"{NAMES[first // 2 % len(NAMES)]} Contoh",
        workshop=brand,
        places=(village, regency),
        regions=(province.name_id, province.name_en, *places.also_called(province.code)),
        islands=places.islands(province.code),
        craft_names=(craft["name_id"], craft["name_en"]),
        facts=(*_family(family), technique.name_id, technique.name_en, *materials, motif),
        story=story,
        maker_key=brand.lower().replace(" ", "-"),
        craft=craft["slug"],
        family=family,
        province=province.code,
        regency=code,
        technique=technique.code,
        heritage=heritage.kinds(craft["slug"], family, craft["gi_status"]),
        materials=materials,
        price=chance.choice((85, 120, 180, 275, 450, 650, 1_250, 2_900, 6_500)) * 1_000,
        ready=place != 3,
        made_to_order=place == 3 or number % 5 == 0,
        one_of_a_kind=number % 9 == 0,
        published_at=1_790_000_000 + number * 3_600,
    )
    return Piece(doc, thing.lower(), colour, motif)


def _home(craft: dict[str, str]) -> tuple[str, str, tuple[str, str]]:
    """Give a craft's regency (the first of its province where none is named) and two of its districts."""
    of_province = [pair for pair in _regencies() if pair[0][:2] == craft["province_code"]]
    named = [pair for pair in of_province if indonesia.fold(pair[1]) == indonesia.fold(craft["regency"])]
    code, name = (named or of_province)[0]
    return code, name, (_districts()[code][0], _districts()[code][-1])


@cache
def _regencies() -> list[tuple[str, str]]:
    return list(indonesia.regencies())


@cache
def _districts() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for code, name in indonesia.districts():
        found.setdefault(code[:5], []).append(name)
    return found


def _family(code: str) -> tuple[str, str]:
    return taxonomy.FAMILIES[code].name_id, taxonomy.FAMILIES[code].name_en
