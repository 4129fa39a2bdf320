"""Owns which words of the trade stand for each other across Indonesian and English.

A mapping handed to the engine at query time, so that it can change without a new index; a synonym is worth less
than the word itself. The pairs below are the start; called by `catalog.search.reading`.
"""

from collections.abc import Iterable, Mapping
from functools import cache

from catalog.search import analysis

Synonyms = Mapping[str, frozenset[str]]
"""Root of a word to terms of the index: roots, or two neighbouring roots joined by an underscore."""

GROUPS: tuple[str, ...] = (
    # what hands do
    "tenun, weaving, woven, weave, handwoven, weaver",
    "anyam, plaiting, plaited, wicker, woven, weaving",
    "ukir, carving, carved, carve, carver",
    "pahat, sculpture, sculpted, chisel",
    "sulam, embroidery, embroidered, bordir",
    "rajut, crochet, knitted, knitting, knit",
    "renda, lace",
    "lukis, painting, painted, paint, painter",
    "celup, dyed, dyeing, dye",
    "jumput, tie dye, shibori, sasirangan",
    "tulis, hand drawn, handdrawn, hand painted",
    "cap, stamped, stamp",
    "tempa, forged, forging, forge",
    "cor, casting, cast",
    "jahit, sewn, sewing, tailor",
    "rajin, craft, handicraft, crafts",
    "perajin, pengrajin, artisan, craftsman, maker",
    "besurek, arabic, kaligrafi, calligraphy",
    "ikat, tie",
    # what comes out of them
    "kain, cloth, fabric, textile, wastra",
    "sarung, sarong",
    "selendang, shawl, scarf, stole, syal",
    "baju, clothes, clothing, pakaian, busana, garment",
    "kemeja, shirt",
    "gaun, dress",
    "rok, skirt",
    "topi, hat, cap, peci, kopiah, kupiah",
    "kerudung, veil, jilbab, tudung",
    "tas, bag, handbag, noken",
    "keranjang, basket, bakul",
    "tikar, mat, lampit",
    "taplak, tablecloth",
    "bantal, pillow, cushion",
    "selimut, blanket",
    "dompet, wallet, purse, pouch",
    "sepatu, shoe",
    "kelom, sandal, clog, terompah, selop",
    "gelang, bracelet, bangle",
    "kalung, necklace",
    "cincin, ring",
    "anting, earring, giwang",
    "bros, brooch",
    "hias, jewellery, jewelry, ornament, aksesori",
    "piring, plate, dish",
    "mangkuk, mangkok, bowl",
    "cangkir, cup, mug",
    "gentong, jar, tempayan",
    "vas, vase",
    "keramik, ceramic, pottery, gerabah, tembikar",
    "patung, statue, sculpture, arca, figurine",
    "topeng, mask",
    "wayang, puppet, boneka",
    "boneka, doll",
    "kotak, box, peti",
    "meja, table",
    "kursi, chair",
    "mebel, furniture, furnitur, perabot",
    "lampu, lamp",
    "cermin, mirror",
    "payung, umbrella, parasol",
    "layang, kite",
    "keris, kris, dagger",
    "golok, machete, parang",
    "alat musik, instrument",
    "mainan, toy",
    "manik, bead, beadwork",
    "kapal, boat, ship, perahu, pinisi",
    # what it is made of
    "kapas, katun, cotton",
    "sutra, sutera, silk",
    "benang, thread, yarn",
    "kayu, wood, wooden, timber",
    "jati, teak",
    "eboni, ebony",
    "bambu, bamboo",
    "rotan, rattan",
    "pandan, pandanus",
    "purun, sedge",
    "perak, silver",
    "emas, gold, golden",
    "kuningan, brass",
    "tembaga, copper",
    "perunggu, bronze",
    "timah, pewter, tin",
    "besi, iron",
    "batu, stone",
    "permata, gem, gemstone",
    "mutiara, pearl",
    "kerang, shell",
    "tanduk, horn",
    "kulit, leather",
    "kulit kayu, bark cloth, barkcloth, bark",
    "lempung, clay, tanah liat",
    "kaca, glass",
    "kertas, paper",
    "laker, lacquer, lakuer",
    "alami, natural",
    "warna alami, natural dye",
    # colours, patterns, use
    "motif, pattern, corak",
    "biru, blue",
    "nila, indigo, tarum",
    "merah, red",
    "hitam, black",
    "putih, white",
    "cokelat, coklat, brown",
    "hijau, green",
    "kuning, yellow",
    "kopi, coffee",
    "bunga, flower, floral, kembang",
    "burung, bird",
    "naga, dragon",
    "ikan, fish",
    "hadiah, gift, kado, suvenir, souvenir, present",
    "nikah, wedding, kawin",
    "dinding, wall",
    "rumah, house, home",
    "anak, child, kid, children",
    "pria, man, men, laki",
    "wanita, woman, women, perempuan",
    "tangan, hand, handmade",
    "desa, village",
)


def table(groups: Iterable[str] = GROUPS) -> Synonyms:
    """Make the mapping from lines of words that stand for each other, separated by commas.

    The first word of a line stands for all others and they for it; the others do not stand for each other, so
    "woven" finds tenun and anyam, but anyam does not find tenun.
    """
    found: dict[str, set[str]] = {}
    for line in groups:
        head, *others = (_term(part) for part in line.split(","))
        for other in others:
            if head and other and head != other:
                found.setdefault(head, set()).add(other)
                found.setdefault(other, set()).add(head)
    return {term: frozenset(terms) for term, terms in found.items()}


@cache
def standard() -> Synonyms:
    """Give the mapping that the shop begins with."""
    return table()


def _term(text: str) -> str:
    """Give the term of a word or of two neighbouring words."""
    return "_".join(analysis.stems(text)[:2])
