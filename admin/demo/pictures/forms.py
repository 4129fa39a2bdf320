"""The products each craft is made into: names in both languages, typical measures and weights; read by the demo data."""

from admin.demo.pictures.subject import Form

LONG = Form("Kain panjang", "Long cloth", (105, 240, 0.1), 320, "cloth")
SARONG = Form("Sarung", "Sarong", (105, 200, 0.1), 390, "cloth")
SHOULDER = Form("Selendang", "Shoulder cloth", (52, 200, 0.1), 190, "scarf")
SHAWL = Form("Syal", "Scarf", (34, 180, 0.1), 110, "scarf")
RUNNER = Form("Pelari meja", "Table runner", (35, 150, 0.2), 240, "scarf")
TABLECLOTH = Form("Taplak meja", "Tablecloth", (110, 150, 0.1), 360, "cloth")
WALL_CLOTH = Form("Hiasan dinding kain", "Wall hanging", (60, 110, 0.3), 420, "cloth")
CUSHION = Form("Sarung bantal kursi", "Cushion cover", (40, 40, 10), 140, "cushion")
TOTE = Form("Tas jinjing", "Tote bag", (34, 38, 2), 320, "pouch")
PURSE = Form("Dompet", "Pouch", (21, 13, 2), 95, "pouch")

BATIK = (LONG, SHOULDER, SARONG, SHAWL, TABLECLOTH, CUSHION, PURSE)
WOVEN = (LONG, SHOULDER, SARONG, SHAWL, RUNNER, CUSHION, PURSE)
CEREMONIAL = (
    Form("Kain adat", "Ceremonial cloth", (90, 200, 0.2), 620, "cloth"),
    SHOULDER,
    RUNNER,
    WALL_CLOTH,
)

BASKET = Form("Keranjang", "Basket", (28, 28, 20), 420, "basket")
TALL_BASKET = Form("Keranjang tinggi", "Tall basket", (30, 30, 38), 760, "basket_tall")
PLAITED_BAG = Form("Tas anyaman", "Plaited bag", (32, 13, 38), 380, "bag")
LIDDED = Form("Kotak bertutup", "Lidded box", (20, 20, 13), 290, "box_round")
MAT = Form("Tikar", "Mat", (100, 180, 0.4), 1400, "mat")
PLACEMATS = Form("Alas piring", "Placemat", (32, 45, 0.3), 90, "mat")
BOWL_BASKET = Form("Wadah buah", "Fruit bowl", (30, 30, 10), 310, "bowl")
CAP = Form("Kopiah", "Cap", (19, 19, 9), 110, "cap")
HAT = Form("Topi caping", "Wide hat", (46, 46, 15), 260, "hat")
TISSUE = Form("Kotak tisu", "Tissue box", (25, 14, 10), 330, "chest")
PLAITED = (PLAITED_BAG, BASKET, LIDDED, PLACEMATS, MAT)
MATS = (MAT, PLACEMATS, Form("Tas tikar", "Mat-weave bag", (34, 12, 38), 360, "bag"))
NOKEN = (
    Form("Noken", "Noken bag", (34, 40, 8), 260, "noken"),
    Form("Noken kecil", "Small noken bag", (22, 26, 6), 140, "noken"),
)

CARVED_PANEL = Form("Panel ukir", "Carved panel", (40, 60, 4), 3200, "panel")
WOODEN_BOWL = Form("Mangkuk kayu", "Wooden bowl", (24, 24, 9), 640, "bowl")
WOODEN_TRAY = Form("Nampan kayu", "Wooden tray", (38, 24, 5), 980, "tray")
WOODEN_BOX = Form("Kotak kayu", "Wooden box", (24, 16, 11), 820, "chest")
MASK = Form("Topeng", "Mask", (16, 21, 9), 420, "mask")

VASE = Form("Vas", "Vase", (16, 16, 27), 1300, "vase")
POT = Form("Gentong", "Round pot", (28, 28, 30), 3400, "pot")
SMALL_POT = Form("Kuali kecil", "Small pot", (16, 16, 15), 900, "pot")
CLAY_BOWL = Form("Mangkuk", "Bowl", (18, 18, 8), 560, "bowl")
PLATE = Form("Piring", "Plate", (25, 25, 3.5), 720, "plate")
CUP = Form("Cangkir", "Cup", (8.5, 8.5, 8), 230, "cup")
CLAY = (VASE, POT, CLAY_BOWL, SMALL_POT, CUP, PLATE)

BROOCH = Form("Bros", "Brooch", (5.2, 5.2, 0.8), 12, "brooch")
EARRINGS = Form("Anting", "Earrings", (2.6, 2.6, 0.4), 8, "earrings")
FILIGREE_PENDANT = Form("Liontin", "Pendant", (4.0, 4.0, 0.6), 9, "brooch")
BANGLE = Form("Gelang", "Bracelet", (6.6, 6.6, 1.4), 34, "bangle")
STONE_PENDANT = Form("Liontin batu", "Stone pendant", (3.2, 4.2, 1.0), 18, "pendant")
STONE_RING = Form("Cincin batu", "Stone ring", (2.3, 1.4, 3.0), 11, "ring")
NECKLACE = Form("Kalung", "Necklace", (18, 22, 1.0), 68, "beads")
BEAD_BRACELET = Form("Gelang manik", "Bead bracelet", (7.5, 7.5, 0.8), 22, "beads")
BEAD_PURSE = Form("Dompet manik", "Beaded pouch", (18, 11, 2), 160, "pouch")
BEAD_BAG = Form("Tas manik", "Beaded bag", (24, 28, 2), 420, "pouch")

FAMILY: dict[str, tuple[Form, ...]] = {
    "batik": BATIK,
    "weaving": WOVEN,
    "dyeing": (SHOULDER, LONG, SHAWL, CUSHION, TABLECLOTH),
    "embroidery": (SHOULDER, SHAWL, CUSHION, TABLECLOTH, PURSE),
    "basketry": PLAITED,
    "wood": (CARVED_PANEL, WOODEN_BOWL, WOODEN_TRAY, WOODEN_BOX),
    "ceramics": CLAY,
    "metal": (
        Form("Mangkuk hias", "Footed bowl", (18, 18, 8), 720, "bowl"),
        Form("Vas logam", "Metal vase", (13, 13, 24), 980, "vase"),
        Form("Kotak perhiasan", "Trinket box", (10, 10, 8), 380, "box_round"),
        Form("Gantungan kunci", "Key charm", (4.2, 4.2, 0.4), 28, "medal"),
    ),
    "stone": (STONE_RING, STONE_PENDANT, Form("Kalung batu", "Stone necklace", (18, 22, 1.0), 95, "beads")),
    "jewellery": (BROOCH, EARRINGS, FILIGREE_PENDANT, BANGLE),
    "mask_puppet": (MASK,),
    "beadwork": (NECKLACE, BEAD_BRACELET, BEAD_PURSE, BEAD_BAG),
    "musical_instrument": (Form("Angklung", "Angklung", (26, 8, 42), 420, "angklung"),),
    "barkcloth": (WALL_CLOTH, Form("Tas kulit kayu", "Bark-cloth bag", (30, 34, 2), 340, "pouch"), PURSE),
    "painting": (Form("Lukisan", "Painting", (45, 60, 3), 2600, "panel"),),
    "lacquer": (
        Form("Kotak laker", "Lacquer box", (18, 18, 12), 540, "box_round"),
        Form("Mangkuk laker", "Lacquer bowl", (22, 22, 9), 460, "bowl"),
        Form("Tepak berkaki", "Lidded jar", (18, 18, 24), 760, "jar"),
        Form("Piring laker", "Lacquer plate", (28, 28, 4), 520, "plate"),
    ),
    "knitting": (
        Form("Taplak renda", "Lace doily", (38, 38, 0.2), 70, "lace"),
        Form("Tas rajut", "Crochet bag", (28, 30, 2), 280, "pouch"),
        Form("Sarung bantal rajut", "Crochet cushion cover", (40, 40, 10), 260, "cushion"),
    ),
    "paper": (
        Form("Payung geulis", "Painted umbrella", (80, 80, 60), 540, "umbrella"),
        Form("Payung hias kecil", "Small ornamental umbrella", (40, 40, 34), 210, "umbrella"),
    ),
    "resin": (
        Form("Miniatur perahu", "Miniature boat", (30, 9, 26), 340, "boat"),
        Form("Wadah nyatu", "Latex bowl", (14, 14, 7), 260, "bowl"),
        Form("Guci nyatu", "Latex jar", (12, 12, 15), 300, "jar"),
    ),
    "shell": (
        Form("Kotak kerang mutiara", "Mother-of-pearl box", (18, 12, 8), 620, "chest"),
        Form("Nampan kerang mutiara", "Mother-of-pearl tray", (30, 20, 4), 740, "tray"),
        Form("Kotak bundar kerang", "Round shell box", (12, 12, 9), 380, "box_round"),
    ),
}

_BLADE = {
    "rencong-aceh": Form("Rencong", "Rencong dagger", (36, 8, 3), 420, "blade"),
    "keris-sumenep": Form("Keris", "Keris", (48, 12, 4), 780, "blade"),
    "golok-ciomas": Form("Golok", "Golok machete", (46, 8, 4), 900, "blade"),
}
_ONYX = (
    Form("Vas onix", "Onyx vase", (12, 12, 22), 2100, "vase"),
    Form("Mangkuk onix", "Onyx bowl", (20, 20, 8), 1900, "bowl"),
    Form("Kotak onix", "Onyx box", (11, 11, 9), 1100, "box_round"),
    Form("Cangkir onix", "Onyx cup", (8, 8, 9), 480, "cup"),
)
_COIL = (
    BOWL_BASKET,
    LIDDED,
    Form("Tas anyam bundar", "Round coiled bag", (24, 12, 30), 340, "bag"),
    PLACEMATS,
    TALL_BASKET,
)
_LAMPIT = (Form("Lampit", "Rattan mat", (140, 200, 0.8), 4200, "mat"), PLACEMATS)
_SHIELD = (
    Form("Perisai ukir", "Carved shield", (32, 90, 4), 3900, "shield"),
    Form("Perisai kecil", "Small shield", (18, 45, 3), 1200, "shield"),
    CARVED_PANEL,
)

SPECIAL: dict[str, tuple[Form, ...]] = {
    **{slug: (form,) for slug, form in _BLADE.items()},
    **dict.fromkeys(("kupiah-riman", "kopiah-resam", "kupiah-meukeutop"), (CAP,)),
    "upia-karanji": (Form("Upia karanji", "Karanji cap", (19, 19, 9), 90, "cap"),),
    "seraung-kaltara": (Form("Seraung", "Seraung hat", (52, 52, 14), 280, "hat"),),
    **dict.fromkeys(("tikar-purun-pedamaran", "tikar-serasan", "bidai-bengkayang"), MATS),
    **dict.fromkeys(("lampit-ketapang", "lampit-amuntai"), _LAMPIT),
    **dict.fromkeys(("anyaman-ata", "anyaman-ketak", "anyaman-nentu"), _COIL),
    "rotan-cirebon": (TALL_BASKET, BASKET, Form("Nampan rotan", "Rattan tray", (40, 28, 6), 620, "tray"), TISSUE),
    **dict.fromkeys(("anyaman-rotan-katingan", "anyaman-rotan-dayak"), (TALL_BASKET, PLAITED_BAG, BASKET, MAT)),
    "serat-agel-kulonprogo": (PLAITED_BAG, BASKET, PLACEMATS),
    "koja-baduy": (Form("Tas koja", "Koja bag", (26, 30, 6), 220, "noken"), Form("Tas jarog", "Small koja bag", (20, 22, 5), 150, "noken")),
    **dict.fromkeys(("noken-papua-barat", "noken-asmat", "noken-anggrek", "noken-wamena", "noken-raja-ampat"), NOKEN),
    "sali-jayawijaya": (Form("Sali", "Fibre skirt", (60, 80, 0.6), 380, "cloth"), *NOKEN),
    "kelom-geulis": (Form("Kelom geulis", "Painted clogs", (24, 9, 7), 620, "clogs"),),
    "batik-kayu-krebet": (MASK, WOODEN_BOWL, WOODEN_TRAY, WOODEN_BOX),
    "ukiran-gorga": (CARVED_PANEL, WOODEN_BOX),
    "ukiran-mas-ubud": (MASK, CARVED_PANEL, WOODEN_BOWL),
    "cukli-lombok": (WOODEN_BOX, WOODEN_TRAY, Form("Kotak bundar", "Round box", (15, 15, 9), 460, "box_round")),
    "ebony-palu": (WOODEN_BOWL, VASE, Form("Kotak eboni", "Ebony box", (11, 11, 8), 420, "box_round")),
    "miniatur-pinisi": (Form("Miniatur pinisi", "Model pinisi", (45, 14, 38), 1500, "boat"), Form("Miniatur pinisi kecil", "Small model pinisi", (28, 9, 24), 620, "boat")),
    "salawaku-halut": _SHIELD[:2],
    **dict.fromkeys(("ukiran-asmat", "ukiran-kamoro"), _SHIELD),
    "onix-tulungagung": _ONYX,
    "keramik-singkawang": (VASE, CLAY_BOWL, CUP, PLATE, Form("Guci", "Lidded jar", (20, 20, 28), 2900, "jar")),
    "tembaga-tumang": (Form("Vas tembaga", "Copper vase", (20, 20, 34), 1700, "vase"), Form("Mangkuk tembaga", "Copper bowl", (24, 24, 9), 820, "bowl"), Form("Piring hias tembaga", "Copper plate", (32, 32, 4), 900, "plate")),
    "kuningan-trowulan": (Form("Genta kuningan", "Brass bell", (11, 11, 17), 980, "bell"), Form("Guci kuningan", "Brass jar", (12, 12, 17), 1150, "jar"), Form("Bokor kuningan", "Brass bowl", (20, 20, 10), 1050, "bowl")),
    "perak-kotagede": (BROOCH, EARRINGS, Form("Mangkuk perak", "Silver bowl", (13, 13, 6), 240, "bowl"), BANGLE),
    "besi-putih-morotai": (BANGLE, Form("Cincin besi putih", "White-iron ring", (2.2, 1.2, 2.6), 9, "ring"), Form("Liontin besi putih", "White-iron pendant", (3.6, 3.6, 0.4), 14, "medal")),
    "ondel-ondel": (Form("Topeng ondel-ondel", "Ondel-ondel mask", (20, 26, 12), 900, "mask"),),
    "wayang-golek": (Form("Wayang golek", "Rod puppet", (26, 18, 60), 780, "doll"), Form("Wayang golek kecil", "Small rod puppet", (15, 10, 34), 320, "doll")),
    "wayang-kulit-wonogiri": (Form("Gunungan wayang kulit", "Kayon shadow puppet", (36, 62, 0.3), 340, "puppet"), Form("Gunungan hias", "Small kayon", (20, 34, 0.3), 120, "puppet")),
    "dadak-merak-ponorogo": (Form("Miniatur dadak merak", "Dadak merak headdress, miniature", (16, 18, 10), 1100, "mask"),),
    "manik-kaca-jombang": (NECKLACE, BEAD_BRACELET),
    "manik-kenyah-malinau": (BEAD_PURSE, BEAD_BAG, NECKLACE),
    "sirew-yapen": (BEAD_PURSE, BEAD_BAG),
    "gong-tihingan": (Form("Gong meja", "Table gong", (34, 12, 34), 2600, "gong_stand"), Form("Gong", "Gong", (48, 16, 48), 5600, "gong_stand")),
    "sasando": (Form("Sasando", "Sasando", (40, 34, 62), 1800, "sasando"), Form("Sasando hias", "Ornamental sasando", (20, 17, 31), 420, "sasando")),
    "kolintang": (Form("Kolintang", "Kolintang", (90, 40, 34), 8200, "kolintang"), Form("Kolintang mini", "Small kolintang", (46, 22, 18), 2100, "kolintang")),
    "lukisan-kamasan": (Form("Lukisan Kamasan", "Kamasan painting", (50, 66, 3), 2100, "panel"),),
    "lukisan-kaca-cirebon": (Form("Lukisan kaca", "Glass painting", (40, 52, 3), 2900, "panel"),),
    "lukisan-kulit-kayu-asei": (Form("Lukisan kulit kayu", "Bark painting", (42, 80, 0.4), 300, "cloth"), PURSE),
    "tudung-manto": (Form("Tudung manto", "Manto veil", (70, 160, 0.1), 260, "scarf"),),
    "sulam-usus": (SHOULDER, Form("Bebe usus", "Needle-lace shawl", (60, 150, 0.2), 340, "scarf"), PURSE),
    "tekat-riau": (Form("Hiasan tekat", "Gold-embroidered wall hanging", (50, 80, 0.5), 520, "cloth"), CUSHION, PURSE),
    **dict.fromkeys(("gringsing-tenganan", "ulos-toba", "uis-karo", "tenun-ikat-sumba-timur", "kain-timur-maybrat", "tapis-lampung", "sekomandi", "tais-pet", "tenun-tanimbar"), CEREMONIAL),
    "sarung-samarinda": (SARONG, SHOULDER, SHAWL),
    "sarung-batik-pekalongan": (SARONG, SHOULDER, CUSHION),
    "pewter-bangka": (
        Form("Kotak perhiasan pewter", "Pewter trinket box", (10, 10, 8), 420, "box_round"),
        Form("Gantungan kunci pewter", "Pewter key charm", (4.2, 4.2, 0.4), 32, "medal"),
        Form("Cangkir pewter", "Pewter cup", (8, 8, 10), 360, "cup"),
        Form("Mangkuk pewter", "Pewter bowl", (16, 16, 7), 610, "bowl"),
        Form("Vas pewter", "Pewter vase", (10, 10, 18), 720, "vase"),
    ),
}  # fmt: skip


def forms(family: str, slug: str = "") -> list[Form]:
    """List the plausible products of a craft; measures in cm, weights in grams."""
    return list(SPECIAL.get(slug) or FAMILY.get(family) or FAMILY["weaving"])
