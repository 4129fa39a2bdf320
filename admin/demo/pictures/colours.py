"""The dyes, woods, clays and metals of the pictures, as linear light; the sRGB values follow the palette of the house."""

import numpy as np

from admin.demo.pictures.raster import F32, Array

DYES: dict[str, str] = {
    "kapas": "#F3EBDC", "gading": "#E9D9B8", "susu": "#F8F3E8", "arang": "#1D1A18", "jelaga": "#2C2622",
    "nila": "#22335F", "nila_tua": "#141F42", "nila_muda": "#4D6A9A", "langit": "#93AFC6",
    "soga": "#8A4B22", "soga_tua": "#4E2A17", "soga_muda": "#C08A50", "sawo": "#6B3A22",
    "mengkudu": "#A23B2E", "darah": "#6F1E1E", "bata": "#B9603F", "jambu": "#C9837A",
    "kunyit": "#D59B2D", "emas": "#C8962F", "jagung": "#E6C26A", "pandan": "#3E6B4A",
    "lumut": "#5F6F3C", "hutan": "#23402F", "toska": "#2F7370", "manggis": "#5A2140", "ungu": "#5B3A66",
    "abu": "#8B8377", "putih": "#FBF8F0",
}  # fmt: skip

WOODS: dict[str, tuple[str, str]] = {
    "jati": ("#A9713F", "#6E4224"), "mahoni": ("#8A4A2D", "#552818"), "sonokeling": ("#573426", "#2A1711"),
    "nangka": ("#C7944B", "#93622B"), "suar": ("#9C6B43", "#5A3821"), "eboni": ("#3A2A22", "#15100D"),
    "albasia": ("#D7B98C", "#B18D5D"), "kelapa": ("#8C5F3C", "#4A2C1A"), "bambu": ("#CDB06D", "#A07F3E"),
}  # fmt: skip


def linear(code: str) -> Array:
    """Turn a #RRGGBB colour or the name of a dye into linear light."""
    text = DYES.get(code, code).lstrip("#")
    values = np.array([int(text[i : i + 2], 16) for i in (0, 2, 4)], dtype=F32) / F32(255.0)
    result: Array = np.power(values, F32(2.2))
    return result


def varied(colour: Array, generator: np.random.Generator, amount: float = 0.08) -> Array:
    """Shift a colour a little in depth and hue, as two dye baths differ."""
    depth = 1.0 + generator.normal(0, amount)
    tint = 1.0 + generator.normal(0, amount * 0.4, 3)
    result: Array = np.clip(colour * depth * tint, 0.004, 0.95).astype(F32)
    return result
