"""The words of the demonstration: materials in Indonesian, colours, sentences per craft family.

Facts come from `catalog/data/crafts.csv` (technique, materials, place); the sentences around them say only what
holds for any handmade piece. Names of people and workshops are plants and weather, so nobody takes them for real.
"""

from typing import Any

MATERIALS = {
    "cotton": "katun", "cotton cloth": "kain katun", "fine cotton": "katun halus", "silk": "sutra",
    "handspun cotton": "katun pintal tangan", "cotton yarn": "benang katun", "rayon": "rayon", "viscose": "viskosa",
    "silk thread": "benang sutra", "silk cloth": "kain sutra", "metallic thread": "benang logam",
    "metal thread": "benang logam", "gold thread": "benang emas", "coloured thread": "benang warna",
    "thread": "benang", "nylon thread": "benang nilon", "dyes": "pewarna", "natural dyes": "pewarna alam",
    "natural and synthetic dyes": "pewarna alam dan sintetis", "synthetic dyes": "pewarna sintetis",
    "indigo": "nila", "kombu red": "merah kombu", "soga bark dyes": "pewarna kulit kayu soga",
    "gambir dye": "pewarna gambir", "leaves and flowers": "daun dan bunga", "mordants": "zat pengunci warna",
    "wood": "kayu", "light wood": "kayu ringan", "light hardwood": "kayu keras ringan", "teak": "jati",
    "mahogany": "mahoni", "mahoni": "mahoni", "suar": "suar", "hibiscus": "waru", "albasia wood": "kayu albasia",
    "bamboo": "bambu", "rattan": "rotan", "pandanus": "pandan", "pandanus leaf": "daun pandan",
    "coastal pandanus": "pandan pantai", "mendong": "mendong", "purun sedge": "purun", "swamp grass": "rumput rawa",
    "sugar-palm (aren) fibre": "serat aren", "resam fern stem": "batang pakis resam", "lais": "daun lais",
    "agel (gebang palm) fibre": "serat agel", "palm fibre": "serat palem", "palm": "daun palem",
    "lontar palm leaf": "daun lontar", "ata fern vine": "sulur ata", "ketak fern vine": "sulur ketak",
    "nentu fern vine": "sulur nentu", "mintu fern stem": "batang mintu", "keladi air stem": "batang keladi air",
    "kapuak bark": "kulit kayu kapuak", "bark": "kulit kayu", "bark fibre": "serat kulit kayu",
    "bark and root fibre": "serat kulit kayu dan akar", "bark and grass fibre": "serat kulit kayu dan rumput",
    "bark fibre yarn": "benang serat kulit kayu", "teureup bark fibre": "serat kulit teureup",
    "lantung tree bark": "kulit pohon lantung", "paper mulberry": "saeh", "fig bark": "kulit pohon ara",
    "fig": "kulit pohon ara", "breadfruit bark": "kulit pohon sukun", "orchid fibre": "serat anggrek",
    "orchid-stem fibre": "serat batang anggrek", "sago fibre": "serat sagu", "abaca fibre": "serat abaka",
    "pineapple fibre": "serat nanas", "doyo leaf fibre (Curculigo)": "serat daun doyo", "cloth": "kain",
    "fine cloth": "kain halus", "chiffon": "sifon", "satin": "satin", "satin cloth": "kain satin",
    "velvet": "beludru", "leather": "kulit", "buffalo hide": "kulit kerbau", "paper": "kertas", "paint": "cat",
    "pigment": "pigmen", "natural pigment": "pigmen alam", "natural pigments": "pigmen alam",
    "earth pigments": "pigmen tanah", "lime and charcoal pigment": "kapur dan arang", "rice starch": "kanji beras",
    "lac resin": "damar lak", "wax": "malam", "glaze": "glasir", "earthenware clay": "tanah liat",
    "stoneware clay": "tanah liat keras", "silver": "perak", "gold": "emas", "brass": "kuningan",
    "bronze": "perunggu", "copper": "tembaga", "iron": "besi", "steel": "baja", "nickel": "nikel",
    "pewter": "pewter", "tin with antimony and copper (about 97 percent tin)": "timah dengan antimon dan tembaga",
    "recycled metal": "logam daur ulang", "metal": "logam", "wire": "kawat", "glass": "kaca",
    "recycled glass": "kaca daur ulang", "glass beads": "manik kaca", "beads": "manik", "stone": "batu",
    "onyx": "onix", "marble": "marmer", "agate": "akik", "other gems": "batu mulia lain",
    "nephrite jade": "giok nefrit", "chrysocolla chalcedony": "kalsedon krisokola",
    "billitonite tektite": "tektit billitonit", "nyatu tree latex": "getah nyatu", "fibreglass": "serat kaca",
    "horn": "tanduk kerbau",
}  # fmt: skip
"""Materials as `crafts.csv` names them, in Indonesian. One that is missing here is left out of a listing."""
IN_FULL = {"fig": "fig bark", "lais": "lais leaf", "hibiscus": "hibiscus wood"}
"""English materials that `crafts.csv` shortens in a list."""

DYES = {
    "kapas": ("putih kapas", "cotton white"),
    "gading": ("gading", "ivory"),
    "susu": ("putih susu", "milk white"),
    "putih": ("putih", "white"),
    "arang": ("hitam arang", "charcoal"),
    "jelaga": ("hitam jelaga", "soot black"),
    "nila": ("biru nila", "indigo"),
    "nila_tua": ("nila tua", "deep indigo"),
    "nila_muda": ("nila muda", "pale indigo"),
    "langit": ("biru langit", "sky blue"),
    "soga": ("cokelat soga", "soga brown"),
    "soga_tua": ("soga tua", "dark soga"),
    "soga_muda": ("soga muda", "light soga"),
    "sawo": ("cokelat sawo", "sapodilla brown"),
    "mengkudu": ("merah mengkudu", "morinda red"),
    "darah": ("merah tua", "deep red"),
    "bata": ("merah bata", "brick red"),
    "jambu": ("merah jambu", "guava pink"),
    "kunyit": ("kuning kunyit", "turmeric"),
    "emas": ("kuning emas", "gold"),
    "jagung": ("kuning jagung", "corn yellow"),
    "pandan": ("hijau pandan", "pandan green"),
    "lumut": ("hijau lumut", "moss green"),
    "hutan": ("hijau hutan", "forest green"),
    "toska": ("hijau toska", "teal"),
    "manggis": ("ungu manggis", "mangosteen purple"),
    "ungu": ("ungu", "purple"),
    "abu": ("abu-abu", "grey"),
}
"""The dyes of the drawn photographs in words, Indonesian and English: a title says the colour that one sees."""
LABELS = (
    ("hand-drawn", "tulis"), ("copper-stamp", "cap"), ("back-strap", "backstrap"), ("non-machine loom", "handloom"),
    ("leaf contact", "leaf_print"), ("resist", "resist_dyed"), ("machine", "treadle_stitched"),
    ("filigree", "filigree"), ("casting", "cast"), ("forging", "forged"), ("melting", "forged"),
    ("repousse", "forged"), ("throwing", "thrown"), ("hand building", "hand_built"), ("hide", "hide_chiselled"),
    ("turning", "turned"), ("carving", "carved"), ("painting", "hand_painted"),
)  # fmt: skip
"""Words of `crafts.csv` that decide the truth label, the most telling first."""
UNDYED = ("warna alam", "natural colour")

NATURE = (
    "Rembulan", "Kenanga", "Cempaka", "Melati", "Embun", "Fajar", "Senja", "Ombak", "Pelangi", "Kemuning",
    "Seroja", "Flamboyan", "Dahlia", "Anggrek", "Teratai", "Mawar", "Bintang", "Mentari", "Gerimis", "Awan",
    "Bakung", "Kamboja", "Cendana", "Meranti", "Randu", "Gaharu", "Pinus", "Akasia", "Ketapang", "Waru",
    "Purnama", "Mega", "Samudra", "Telaga", "Rimba", "Lembah", "Bukit", "Muara", "Tanjung", "Karang",
)  # fmt: skip
"""Plants and weather: every demonstration workshop and maker is called after one."""

KINDS = {
    "batik": "Rumah Batik", "weaving": "Rumah Tenun", "dyeing": "Sanggar Warna", "embroidery": "Sanggar Sulam",
    "basketry": "Rumah Anyam", "wood": "Bengkel Ukir", "metal": "Bengkel Logam", "jewellery": "Rumah Perak",
    "ceramics": "Studio Tanah", "stone": "Bengkel Batu", "barkcloth": "Sanggar Kulit Kayu",
    "beadwork": "Sanggar Manik", "mask_puppet": "Sanggar Topeng", "musical_instrument": "Bengkel Bunyi",
    "painting": "Sanggar Lukis", "lacquer": "Rumah Lak", "knitting": "Rumah Rajut", "paper": "Sanggar Kertas",
    "resin": "Sanggar Getah", "shell": "Sanggar Kerang",
}  # fmt: skip
"""What a demonstration workshop of a family is called, before its plant."""

_CLOTH = (
    "Cuci dengan tangan memakai sabun lembut, jangan diperas, jemur di tempat teduh.",
    "Warna dan letak motif bisa bergeser sedikit; benang kecil yang menonjol adalah tanda kerja tangan.",
)
_FIBRE = (
    "Lap dengan kain kering. Bila lembap, angin-anginkan di tempat teduh.",
    "Warna serat dan kerapatan anyaman bisa sedikit berbeda pada tiap karya.",
)
_HARD = (
    "Lap dengan kain kering yang lembut. Jauhkan dari air dan panas langsung.",
    "Alur bahan dan bekas alat bisa berbeda pada tiap karya.",
)
CARE = dict.fromkeys(("batik", "weaving", "dyeing", "embroidery", "knitting", "barkcloth"), _CLOTH) | {
    "basketry": _FIBRE,
    "paper": _FIBRE,
}
"""Care and allowed variation by family; everything else is hard ware."""


def care(family: str) -> tuple[str, str]:
    """Give how a piece is cared for, and what may differ from piece to piece."""
    return CARE.get(family, _HARD)


STORY = (
    (
        "{craft} dikerjakan di {place} dengan teknik {technique}. Bahannya {materials}. "
        "Setiap {form} diselesaikan satu per satu oleh tangan yang sama, dari menyiapkan bahan sampai pemeriksaan akhir."
    ),
    (
        "{form_cap} ini dibuat di {place} dengan teknik {technique}. Bahannya {materials}. "
        "Sebelum dikirim, setiap karya diperiksa sekali lagi di bawah cahaya siang, lalu dibungkus untuk perjalanan."
    ),
    (
        "Di {place}, {craft} dibuat dengan teknik {technique}. Untuk {form} ini kami memilih {materials}. "
        "Pengerjaannya tidak bisa dipercepat; karena itu jumlahnya sedikit dan tidak ada dua yang persis sama."
    ),
)
STORY_EN = (
    (
        "{craft} is made in {place}, of {materials}, by {technique}. "
        "Every piece is finished by the same hands, from preparing the material to the last look."
    ),
    (
        "This {form} was made in {place}, of {materials}, by {technique}. "
        "Before it leaves, each one is looked at once more in daylight and wrapped for the road."
    ),
    (
        "We make {craft} in {place}, by {technique}. For this {form} we chose {materials}. "
        "The work cannot be hurried, so there are few, and no two are quite alike."
    ),
)
ABOUT = (
    (
        "Bengkel peraga ini ada untuk menunjukkan cara kerja Kriya. Di {place}, {people} orang membuat {craft} "
        "bersama kami; yang muda belajar dari yang tua, dan setiap pesanan ditulis di papan dekat pintu."
    ),
    (
        "Kami bagian dari data peraga Kriya. Bengkel kami di {place}, dengan {people} perajin. Kami membuat {craft} "
        "satu per satu, dari menyiapkan bahan sampai membungkus kiriman."
    ),
)
REASONS = {
    "pass": "Pengerjaan rapi, ceritanya lengkap, dan foto sama dengan contoh yang kami pegang.",
    "conditions": "Karyanya lolos. Label kemasan masih kurang keterangan perawatan; lengkapi dahulu.",
    "coaching": "Dasarnya baik. Dua hal perlu diperbaiki dahulu; pendamping kami akan menghubungi Anda.",
    "declined": "Barang ini ternyata cetakan pabrik yang diberi merek ulang, jadi tidak dapat kami kurasi.",
}
ANSWER = "Sudah kami perbaiki bersama pendamping; fotonya ada di tugas ini."

TASKS = {
    "workmanship": "Rapikan penyelesaian tepi dan bagian belakang, lalu kirim foto detailnya.",
    "packaging": "Tambahkan label yang memuat bahan, perawatan, dan asal.",
    "design": "Pilih satu susunan warna utama dan ulangi pada ketiga contoh.",
    "management": "Catat pemasukan dan pengeluaran setiap minggu dalam satu buku kas.",
    "marketing": "Foto ulang di tempat terang: depan, belakang, detail, dan saat dipakai.",
}

COACHING: dict[str, Any] = {
    "answers": (
        "Tepinya sudah dilipat dua kali dan dijahit ulang.",
        "Label baru sudah dicetak: bahan, cara merawat, dan asal desa.",
        "Buku kas sudah berjalan tiga minggu; halaman terakhir kami foto.",
    ),
    "again": "Sudah lebih baik. Tolong tambahkan cara merawat pada label.",
    "accepted": "Rapi. Pertahankan seperti ini.",
    "next": (
        ("packaging", "Coba kotak yang lebih kecil supaya ongkos kirim turun."),
        ("marketing", "Tambahkan satu foto saat dipakai orang."),
        ("design", "Susun dua pilihan warna tetap untuk pesanan ulang."),
    ),
    "clinics": (
        ("Klinik kemasan dan label", "packaging", "Gedung Dekranasda, ruang serbaguna", "09.00 WIB"),
        ("Kelas pembukuan sederhana", "bookkeeping", "Balai desa, lantai dua", "13.00 WIB"),
    ),
    "note": "Bawa dua contoh produk dan kemasan yang dipakai sekarang.",
    "kept": ("Lemari contoh 1, sekretariat", "Lemari contoh 2, sekretariat", "Ruang pamer, rak timur"),
    "condition": "Baru, utuh, tanpa noda.",
    "differs": "Benang tepinya nilon; di etalase tertulis katun.",
    "back": "Perwakilan bengkel",
}
"""What the demonstration's coaches and workshops say, and where samples are kept."""

COUNCIL = (
    (
        "Kami menilai karya perajin {id} di atas meja dan dengan tangan: bahan, pengerjaan, kisah.\n"
        "Yang belum lolos kami dampingi sampai lolos. Kata-kata ini karangan untuk peragaan."
    ),
    (
        "We look at the work of the makers of {en} on a table and with our hands: material, making, story.\n"
        "What does not pass yet we coach until it does. These words are invented for the demonstration."
    ),
)
"""What the councils of the demonstration say about themselves, in Indonesian and English."""

CURATORS = (
    ("Ibu Melati (peraga)", "penenun, tiga puluh tahun di depan alat", "a weaver, thirty years at the loom"),
    ("Bapak Kenanga (peraga)", "pengajar desain produk", "teaches product design"),
    ("Ibu Cempaka (peraga)", "pembatik dan pendamping bengkel", "a batik maker who coaches workshops"),
)
"""Who curates for a council of the demonstration; nobody real."""
