"""From a craft to something to photograph: its surface, motif and dyes. The demo data asks for subjects here."""

from admin.demo.pictures.forms import forms
from admin.demo.pictures.raster import rng
from admin.demo.pictures.subject import Form, Subject

Making = tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]]
"""Surface, motifs to choose from, palettes to choose from."""

SOGAN = (
    ("gading", "soga", "soga_tua", "susu"),
    ("soga_tua", "soga", "sawo", "gading"),
    ("soga", "gading", "soga_tua", "susu"),
)
PESISIR = (
    ("susu", "mengkudu", "nila", "gading"),
    ("gading", "nila", "mengkudu", "susu"),
    ("mengkudu", "jagung", "nila_tua", "susu"),
    ("toska", "jambu", "nila_tua", "susu"),
)
INDIGO = (
    ("nila", "langit", "nila_tua", "kapas"),
    ("kapas", "nila", "nila_muda", "susu"),
    ("nila_tua", "nila_muda", "soga", "gading"),
)
DARK = (
    ("jelaga", "mengkudu", "kunyit", "gading"),
    ("manggis", "jambu", "nila", "susu"),
    ("hutan", "jagung", "soga_tua", "gading"),
    ("darah", "kunyit", "nila_tua", "gading"),
)
IKAT = (
    ("jelaga", "mengkudu", "nila", "gading"),
    ("nila_tua", "soga", "mengkudu", "gading"),
    ("darah", "nila", "jelaga", "jagung"),
    ("soga_tua", "nila", "mengkudu", "gading"),
)
SILK = (
    ("darah", "kunyit", "nila", "gading"),
    ("manggis", "kunyit", "nila", "gading"),
    ("nila_tua", "kunyit", "darah", "gading"),
    ("hutan", "kunyit", "darah", "gading"),
    ("jelaga", "kunyit", "darah", "gading"),
)
STRIPE = (
    ("gading", "soga", "nila", "kunyit"),
    ("nila", "langit", "kapas", "nila_tua"),
    ("jelaga", "soga", "gading", "mengkudu"),
    ("lumut", "gading", "hutan", "kunyit"),
)
BRIGHT = (
    ("manggis", "kunyit", "jambu", "toska"),
    ("toska", "jagung", "mengkudu", "langit"),
    ("mengkudu", "kunyit", "jambu", "pandan"),
    ("ungu", "jambu", "jagung", "toska"),
)
LEAF = (
    ("#C9A96A", "mengkudu", "nila"),
    ("#D2B98A", "jelaga", "mengkudu"),
    ("#C4A363", "pandan", "manggis"),
    ("#CDB27A", "soga", "nila"),
)
RATTAN = (("#BF8F52", "#3A2416", "#7A4B28"), ("#C79A5C", "jelaga", "mengkudu"))
BEADS = (
    ("jelaga", "kunyit", "mengkudu", "susu"),
    ("susu", "nila", "kunyit", "mengkudu"),
    ("kunyit", "jelaga", "pandan", "susu"),
)

FAMILY: dict[str, Making] = {
    "weaving": ("ikat", ("",), IKAT),
    "batik": ("batik", ("buketan", "ceplok", "kawung", "ukel"), PESISIR + SOGAN),
    "basketry": ("leaf", ("plain", "twill", "figure", "stripe", "check"), LEAF),
    "wood": ("carved", ("",), (("jati",), ("mahoni",), ("suar",))),
    "embroidery": ("embroidery", ("",), (("nila_tua", "lumut", "jambu", "kunyit"), ("darah", "lumut", "jagung", "susu"), ("susu", "pandan", "jambu", "kunyit"))),
    "ceramics": ("earthenware", ("",), (("#A8593A", "#8A5A3A"), ("#B76E4A", "#8A5A3A"), ("#7A4A36", "#8A5A3A"), ("#C08A62", "#8A5A3A"))),
    "metal": ("pewter", ("scrolls", "", "hammered"), (("abu",),)),
    "stone": ("stone", ("",), (("#5E8A6A", "#2F5A42", "#A9C4A4"),)),
    "jewellery": ("silver", ("",), (("susu",),)),
    "mask_puppet": ("painted", ("",), (("susu", "arang", "emas", "mengkudu"), ("mengkudu", "arang", "emas", "darah"))),
    "beadwork": ("beads", ("",), BEADS),
    "dyeing": ("jumputan", ("",), BRIGHT),
    "musical_instrument": ("bamboo", ("",), (("bambu",),)),
    "barkcloth": ("bark", ("", "plain"), (("#B99066", "jelaga", "mengkudu"), ("#C7A57C", "soga_tua", "soga"))),
    "painting": ("picture", ("semen",), (("#D9B98A", "soga", "mengkudu", "jelaga"),)),
    "lacquer": ("lacquer", ("",), (("#7E1F1A", "emas"), ("#1C1614", "emas"), ("#5A1A16", "emas"))),
    "knitting": ("crochet", ("",), (("susu", "jambu"), ("gading", "soga_muda"), ("langit", "susu"))),
    "paper": ("painted", ("",), (("mengkudu", "jambu", "pandan", "susu"), ("toska", "kunyit", "lumut", "susu"), ("jagung", "mengkudu", "pandan", "sawo"))),
    "resin": ("resin", ("",), (("#5A3A28",), ("#7A5238",), ("#3E2A20",))),
    "shell": ("shell", ("",), (("sonokeling",),)),
}  # fmt: skip

CRAFT: dict[str, Making] = {
    "batik-solo-sogan": ("batik", ("parang", "kawung", "truntum", "ceplok"), SOGAN),
    "batik-giriloyo": ("batik", ("kawung", "parang", "truntum"), SOGAN + INDIGO[:1]),
    "batik-nitik": ("batik", ("nitik",), SOGAN),
    "batik-lasem": ("batik", ("buketan",), (("susu", "mengkudu", "nila_tua", "gading"), ("mengkudu", "susu", "darah", "gading"), ("gading", "mengkudu", "hutan", "susu"))),
    "batik-merawit-cirebon": ("batik", ("megamendung",), (("mengkudu", "nila", "nila_muda", "langit", "susu"), ("nila_tua", "nila", "nila_muda", "langit", "susu"), ("gading", "hutan", "pandan", "lumut", "susu"))),
    "batik-complongan": ("batik", ("buketan", "semen"), SOGAN + INDIGO),
    "batik-besurek": ("batik", ("besurek",), (("nila_tua", "mengkudu", "soga", "gading"), ("darah", "jagung", "jelaga", "gading"), ("gading", "mengkudu", "sawo", "nila"), ("hutan", "jagung", "mengkudu", "gading"))),
    "batik-garutan": ("batik", ("ceplok", "parang", "truntum"), (("gading", "nila", "soga", "susu"), ("jambu", "nila", "soga_tua", "susu"))),
    "batik-gedog-tuban": ("batik", ("buketan", "ukel"), (("nila_tua", "gading", "nila_muda", "gading"), ("gading", "mengkudu", "jelaga", "susu"))),
    "batik-tulis-madura": ("batik", ("buketan", "semen"), (("darah", "jagung", "jelaga", "susu"), ("mengkudu", "jelaga", "kunyit", "susu"), ("hutan", "mengkudu", "kunyit", "susu"))),
    "batik-gentongan-tanjungbumi": ("batik", ("buketan", "semen"), (("nila_tua", "mengkudu", "soga", "gading"), ("darah", "nila_muda", "jelaga", "gading"))),
    "batik-kujur": ("batik", ("semen", "ukel"), DARK),
    **dict.fromkeys(("batik-salawaku", "batik-sentani", "benang-bintik", "batik-kaltara", "batik-incung-kerinci", "batik-diwo"), ("batik", ("ukel",), DARK + IKAT)),
    **dict.fromkeys(("batik-aceh", "batik-jambi", "batik-riau", "batik-betawi", "batik-banten"), ("batik", ("ceplok", "ukel", "buketan"), DARK + PESISIR)),
    **dict.fromkeys(("batik-motif-kopi-muara-enim", "batik-motif-durian-muara-enim", "batik-motif-tengkiang", "batik-gonggong", "batik-babel", "batik-serasan-meraje"), ("batik", ("semen",), DARK + PESISIR)),
    **dict.fromkeys(("songket-aceh", "songket-batubara", "songket-pandai-sikek", "tenun-siak", "songket-jambi", "songket-palembang", "songket-sidemen", "songket-sukarara", "songket-sambas", "tenun-buton"), ("songket", ("",), SILK)),
    **dict.fromkeys(("songket-silungkang", "tenun-tolaki", "tenun-donggala"), ("songket_silver", ("",), SILK)),
    **dict.fromkeys(("ulos-toba", "uis-karo"), ("ulos", ("",), IKAT)),
    "tenun-cual": ("cual", ("",), (("manggis", "mengkudu", "nila", "gading"), ("darah", "kunyit", "nila_tua", "gading"), ("hutan", "mengkudu", "nila", "jagung"), ("nila_tua", "mengkudu", "manggis", "gading"))),
    **dict.fromkeys(("tenun-troso", "tenun-ikat-bandar-kidul", "endek-bali"), ("weft_ikat", ("",), IKAT + BRIGHT)),
    "gringsing-tenganan": ("double_ikat", ("",), (("darah", "jelaga", "gading", "gading"), ("soga_tua", "darah", "gading", "gading"))),
    **dict.fromkeys(("lurik-pedan", "lurik-yogyakarta", "tenun-baduy"), ("stripes", ("",), STRIPE)),
    **dict.fromkeys(("sarung-samarinda", "sutra-sengkang", "sutra-mandar"), ("silk_checks", ("",), BRIGHT + SILK)),
    **dict.fromkeys(("tenun-pringgasela", "tenun-batu-bacan"), ("stripes", ("",), STRIPE + BRIGHT)),
    **dict.fromkeys(("tenun-bima-dompu", "tenun-songket-alor", "tenun-toraja", "kain-bentenan", "kain-koffo"), ("floats", ("",), IKAT + DARK)),
    "tapis-lampung": ("tapis", ("",), (("soga_tua", "nila", "darah"), ("jelaga", "darah", "soga"), ("darah", "nila_tua", "soga_tua"))),
    "tenun-ikat-inuh": ("ikat", ("",), IKAT),
    "ulap-doyo": ("ikat", ("",), (("#B89B6C", "jelaga", "mengkudu", "#D8C49A"), ("#A88A58", "darah", "jelaga", "#D8C49A"))),
    "kerawang-gayo": ("clan", ("",), (("jelaga", "pandan", "kunyit", "mengkudu"), ("jelaga", "mengkudu", "kunyit", "susu"))),
    "kupiah-meukeutop": ("clan", ("",), (("darah", "kunyit", "pandan", "susu"), ("jelaga", "kunyit", "mengkudu", "pandan"))),
    **dict.fromkeys(("sulaman-naras", "tekat-riau", "maduaro", "tudung-manto"), ("couching", ("",), (("darah",), ("nila_tua",), ("hutan",), ("manggis",), ("jelaga",)))),
    "sulam-usus": ("crochet", ("",), (("gading", "kunyit"), ("susu", "jagung"))),
    "karawo": ("clan", ("",), (("langit", "susu", "nila", "kunyit"), ("susu", "jambu", "toska", "kunyit"), ("jambu", "susu", "darah", "kunyit"))),
    "sasirangan": ("sasirangan", ("",), BRIGHT),
    "gambo-muba": ("jumputan", ("",), (("soga", "gading", "soga_muda", "soga_tua"), ("sawo", "jagung", "soga_muda", "gading"))),
    "ecoprint-bengkulu": ("ecoprint", ("",), (("gading", "lumut", "soga"), ("kapas", "soga", "sawo"), ("jagung", "hutan", "soga_tua"), ("jambu", "lumut", "manggis"))),
    **dict.fromkeys(("kupiah-riman", "kopiah-resam"), ("coil", ("",), (("#6B4526", "#2A190E"), ("#8A5E34", "#2A190E"), ("#4A2F1C", "#A87C48")))),
    "upia-karanji": ("coil", ("",), (("#C7A468", "#3A2416"), ("#B08A50", "#5A3A22"))),
    "tikar-purun-pedamaran": ("sedge", ("stripe", "check", "plain"), LEAF),
    "anyaman-purun-kalsel": ("sedge", ("stripe", "check", "figure"), LEAF),
    "anyaman-keladi-air": ("sedge", ("twill", "plain"), (("#A98A5C", "#6B4A2A"),)),
    "rotan-cirebon": ("wicker", ("",), RATTAN),
    "serat-agel-kulonprogo": ("looped", ("",), (("#C9B083", "soga"), ("#D2BE96", "#8A6A3F"))),
    **dict.fromkeys(("noken-papua-barat", "noken-anggrek", "noken-wamena"), ("looped", ("",), (("#B79B6E", "mengkudu", "manggis", "kunyit"), ("#A98C5E", "soga_tua", "jagung"), ("#C2AB80", "ungu", "pandan", "mengkudu")))),
    "koja-baduy": ("looped", ("",), (("#8A6B48", "#6B4E32"), ("#9C7D55", "#7A5C3C"))),
    "sali-jayawijaya": ("looped", ("",), (("#A98C5E", "mengkudu", "kunyit"), ("#8A6B48", "soga_tua", "gading"))),
    **dict.fromkeys(("noken-asmat", "noken-raja-ampat"), ("leaf", ("stripe", "twill", "check"), LEAF)),
    **dict.fromkeys(("anyaman-ata", "anyaman-nentu", "anyaman-ketak"), ("coil", ("",), (("#9A6636", "#3A2212"), ("#B07C46", "#4A2C18"), ("#7E5028", "#D0A468")))),
    **dict.fromkeys(("lampit-ketapang", "lampit-amuntai", "bidai-bengkayang"), ("slats", ("",), (("#C79A55", "#4E2A17"), ("#BE9150", "#2C2622")))),
    **dict.fromkeys(("anyaman-rotan-katingan", "anyaman-rotan-dayak"), ("rattan", ("figure", "twill", "figure"), RATTAN)),
    "ukiran-gorga": ("incised", ("ukel",), (("jelaga", "mengkudu", "susu", "susu"), ("darah", "jelaga", "susu", "susu"))),
    "ukiran-toraja": ("incised", ("ukel", "ceplok"), (("jelaga", "mengkudu", "kunyit", "susu"),)),
    "kelom-geulis": ("painted", ("",), (("mengkudu", "jambu", "pandan", "susu"), ("gading", "mengkudu", "lumut", "soga"), ("jelaga", "jambu", "toska", "kunyit"))),
    "batik-kayu-krebet": ("batik_wood", ("kawung", "parang", "truntum", "ceplok"), SOGAN),
    "ukiran-mas-ubud": ("carved", ("",), (("suar",), ("nangka",))),
    "cukli-lombok": ("inlay", ("",), (("jati",), ("mahoni",), ("sonokeling",))),
    "ebony-palu": ("wood", ("",), (("eboni",),)),
    "miniatur-pinisi": ("wood", ("",), (("jati",), ("mahoni",))),
    **dict.fromkeys(("ukiran-asmat", "ukiran-kamoro"), ("incised", ("ukel",), (("#E6DCC8", "#8A3A22", "#2A211C", "#F3EBDC"), ("#8A3A22", "#E6DCC8", "#2A211C", "#F3EBDC")))),
    "salawaku-halut": ("shell", ("",), (("eboni",),)),
    "keramik-singkawang": ("glazed", ("",), (("#5F7F86", "#8A5A3A"), ("#7E8F6A", "#7A4A30"), ("#3C3A38", "#8A5A3A"), ("#DAD3C2", "#9A6A48"), ("#2F4A6B", "#8A5A3A"))),
    "keramik-plered": ("glazed", ("",), (("#B9793E", "#A8613F"), ("#4E6B4A", "#A8613F"), ("#D8C9A6", "#A8613F"))),
    "gerabah-kasongan": ("scored", ("",), (("#A8593A",), ("#8A4A34",), ("#B9764E",))),
    "gerabah-banyumulek": ("scored", ("",), (("#6B3E2C",), ("#8A4F36",), ("#3A2A24",))),
    "tembaga-tumang": ("copper", ("hammered", "hammered", "scrolls"), (("bata",),)),
    "kuningan-trowulan": ("brass", ("scrolls", ""), (("emas",),)),
    "batu-giok-aceh": ("stone", ("",), (("#6E9A78", "#2F5A42", "#B9D0B0"), ("#4E7A5A", "#1F4030", "#8FB498"))),
    "batu-satam": ("stone", ("",), (("#1A1713", "#0C0A08", "#3A342C"),)),
    "onix-tulungagung": ("stone", ("",), (("#E2D3B4", "#B98F5C", "#8A5A34"), ("#D5DCC6", "#8FA07A", "#6B5A3A"), ("#EDE6D6", "#CFC0A2", "#A67C50"))),
    "batu-permata-martapura": ("stone", ("",), (("#A8432E", "#5A1A16", "#E0B48A"), ("#5A3A7A", "#2A1A46", "#A58AC0"), ("#D0A04A", "#8A5A22", "#F0D9A0"), ("#3A6E8A", "#1A3A56", "#9AC0D0"))),
    "batu-bacan": ("stone", ("",), (("#3E8A7A", "#1A5A56", "#8AC0A8"), ("#5A9A8A", "#2A6A5A", "#A8D0C0"))),
    "kendari-werk": ("gold", ("",), (("kunyit",),)),
    "besi-putih-morotai": ("steel", ("", "hammered"), (("#C9CCD0", "#8A8E92", "#E6E6E4"),)),
    "ondel-ondel": ("painted", ("sticks",), (("mengkudu", "arang", "emas", "darah"), ("susu", "arang", "emas", "mengkudu"))),
    "dadak-merak-ponorogo": ("painted", ("fan",), (("bata", "arang", "emas", "darah"),)),
    "topeng-bobung": ("painted", ("",), (("susu", "arang", "emas", "mengkudu"), ("jagung", "arang", "emas", "darah"), ("mengkudu", "arang", "emas", "darah"), ("langit", "arang", "emas", "mengkudu"))),
    "manik-kaca-jombang": ("beads", ("",), (("nila", "kunyit", "mengkudu", "toska"), ("toska", "susu", "nila_muda", "kunyit"), ("mengkudu", "jagung", "jelaga", "pandan"))),
    "gong-tihingan": ("bronze", ("",), (("emas",),)),
    "kolintang": ("wood", ("",), (("albasia",),)),
    "lukisan-kaca-cirebon": ("glass", ("megamendung", "buketan"), (("mengkudu", "nila", "nila_muda", "langit", "susu"), ("jagung", "nila", "toska", "langit", "susu"), ("nila_tua", "mengkudu", "bata", "jagung", "susu"))),
    "lukisan-kamasan": ("picture", ("buketan", "semen"), (("#D9B98A", "mengkudu", "jelaga", "#EBD9B4"), ("#E0C79A", "nila", "darah", "#F0E2C4"))),
    "kain-lantung": ("bark", ("plain", ""), (("#B58A5E", "soga_tua", "mengkudu"),)),
}  # fmt: skip


def for_craft(slug: str, family: str, technique: str, seed: int, form: Form | None = None) -> Subject:
    """Make a piece of a craft, in one of its forms; the seed chooses motif, dyes, and the form when none is given."""
    generator = rng(seed, slug, "piece")
    choices = forms(family, slug)
    chosen = form or choices[int(generator.integers(0, len(choices)))]
    surface, motifs, palettes = CRAFT.get(slug) or _by_technique(family, technique)
    motif = motifs[int(generator.integers(0, len(motifs)))]
    colours = palettes[int(generator.integers(0, len(palettes)))]
    size = tuple(float(side) for side in chosen.size_cm)
    return Subject(slug, family, chosen.shape, surface, motif, colours, (size[0], size[1], size[2]), seed)


def _by_technique(family: str, technique: str) -> Making:
    if family == "weaving":
        if "supplementary" in technique:
            return ("songket", ("",), SILK)
        if "weft ikat" in technique:
            return ("weft_ikat", ("",), IKAT)
        if "ikat" not in technique:
            return ("stripes", ("",), STRIPE)
    return FAMILY.get(family, FAMILY["weaving"])


__all__ = ["for_craft", "forms"]
