"""Drawing the picture that stands for a page on other sites: 1200 × 630, a photograph and the words of a label.

Called by catalog.shares. Knows Pillow and the house type, not the database.
"""

from dataclasses import dataclass
from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont, ImageOps

from shop.web import STATIC

SIZE = (1200, 630)
"""What Facebook, WhatsApp, LinkedIn and X show uncut."""
KAPAS, SERAT, ARANG, ABU, NILA, SOGA = "#fbf7f0", "#f1e9dc", "#1f1b16", "#6b6257", "#22335f", "#8a4b22"
PHOTO_WIDTH = 504
"""4:5, as on the cards."""
LEFT, RIGHT = 564, 1140
TITLE_SIZES = (64, 56, 48, 42)
TITLE_LINES = 4


@dataclass(frozen=True, slots=True)
class Label:
    """The words of a picture."""

    kicker: str
    title: str
    maker: str
    place: str
    vouched: str
    """The council that stands behind it, beside its seal."""


def draw(photograph: bytes | None, label: Label) -> bytes:
    """Give the picture as JPEG; without a photograph the words have it to themselves."""
    ground = Image.new("RGB", SIZE, KAPAS)
    if photograph is not None:
        with Image.open(BytesIO(photograph), formats=("JPEG",)) as opened:
            ground.paste(ImageOps.fit(opened.convert("RGB"), (PHOTO_WIDTH, SIZE[1])), (0, 0))
    else:
        ImageDraw.Draw(ground).rectangle((0, 0, PHOTO_WIDTH, SIZE[1]), fill=NILA)
        _seal(ImageDraw.Draw(ground), (PHOTO_WIDTH / 2, SIZE[1] / 2), 150, KAPAS)
    _words(ImageDraw.Draw(ground), label)
    buffer = BytesIO()
    ground.save(buffer, "JPEG", quality=84, optimize=True, progressive=True)
    return buffer.getvalue()


def _words(pen: ImageDraw.ImageDraw, label: Label) -> None:
    pen.text((LEFT, 66), label.kicker, font=_sans(26, 600), fill=SOGA)
    font, lines = _fitting(label.title)
    top = 112.0
    for line in lines:
        pen.text((LEFT, top), line, font=font, fill=ARANG)
        top += font.size * 1.16
    top += 20
    for words, weight, ink in ((label.maker, 600, ARANG), (label.place, 400, ABU)):
        pen.text((LEFT, top), _cut(words, _sans(30, weight)), font=_sans(30, weight), fill=ink)
        top += 44
    pen.line((LEFT, 512, RIGHT, 512), fill=SERAT, width=3)
    _seal(pen, (LEFT + 26, 560), 26, NILA)
    pen.text((LEFT + 72, 546), _cut(label.vouched, _sans(21, 600), 372), font=_sans(21, 600), fill=NILA)
    pen.text((RIGHT, 530), "Kriya", font=_serif(44), fill=NILA, anchor="ra")


def _fitting(title: str) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    """Give the largest type in which a title has room, and its lines."""
    font, lines = _serif(TITLE_SIZES[0]), [""]
    for size in TITLE_SIZES:
        font = _serif(size)
        lines = _lines(title, font)
        if len(lines) <= TITLE_LINES:
            return font, lines
    return font, [*lines[: TITLE_LINES - 1], _cut(lines[TITLE_LINES - 1] + "…", font)]


def _lines(text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= RIGHT - LEFT:
            lines[-1] = longer
        else:
            lines.append(_cut(word, font))
    return [line for line in lines if line]


def _cut(words: str, font: ImageFont.FreeTypeFont, width: int = RIGHT - LEFT) -> str:
    """Shorten words to what fits on a line."""
    if font.getlength(words) <= width:
        return words
    while words and font.getlength(words + "…") > width:
        words = words[:-1]
    return words.rstrip() + "…"


def _seal(pen: ImageDraw.ImageDraw, centre: tuple[float, float], radius: float, ink: str) -> None:
    """Draw the council's seal as templates/components/seal.html has it: two rings and four leaves."""
    x, y = centre
    stroke = max(round(radius / 14), 2)
    pen.circle(centre, radius, outline=ink, width=stroke)
    pen.circle(centre, radius * 0.74, outline=ink, width=stroke)
    for across, down in ((1, -1), (-1, -1), (-1, 1), (1, 1)):
        near, far = radius * 0.05, radius * 0.46
        corners = sorted((x + across * near, x + across * far)), sorted((y + down * near, y + down * far))
        box = (corners[0][0], corners[1][0], corners[0][1], corners[1][1])
        # A leaf: two opposite corners are round.
        falls = across == down
        pen.rounded_rectangle(box, (far - near) * 0.8, fill=ink, corners=(not falls, falls, not falls, falls))


@cache
def _serif(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(STATIC / "vendor" / "fonts" / "fraunces-latin-opsz-normal.woff2", size)
    font.set_variation_by_axes([min(size, 144), 600])
    return font


@cache
def _sans(size: int, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(STATIC / "vendor" / "fonts" / "plus-jakarta-sans-latin-wght-normal.woff2", size)
    font.set_variation_by_axes([weight])
    return font
