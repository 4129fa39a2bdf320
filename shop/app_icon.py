"""The mark of the shop as a picture in points, drawn here once for each size that phones and browsers ask for.

`shop.views.installing` serves it. The same four petals stand as SVG in `templates/components/logo.html`.
"""

import hashlib
from functools import lru_cache
from io import BytesIO
from itertools import pairwise

Point = tuple[float, float]

SIZES = {"icon": (32, 180, 192, 512), "maskable": (192, 512)}
"""Shapes and their sizes. A phone cuts its own outline out of a maskable one: the mark keeps to the middle."""
_SHARE = {"icon": 0.7, "maskable": 0.54}
"""How much of the width the mark takes; a maskable icon may lose a tenth on each side (W3C Manifest)."""
_PETAL: tuple[Point, ...] = (
    (12.8, 11.2),
    (12.6, 6.2),
    (16, 2.6),
    (21.4, 2.6),
    (21.4, 8),
    (17.8, 11.4),
    (12.8, 11.2),
)
"""One petal on a field of 24: two Bézier curves of the third degree, from the heart to the tip and back."""
_FIELD = 24
_NILA, _KAPAS = "#22335f", "#fbf7f0"
_FINER, _STEPS = 4, 24

DIGEST = hashlib.sha256(repr((_SHARE, _PETAL, _NILA, _KAPAS)).encode()).hexdigest()[:12]
"""Stands in the address, which changes with the drawing."""


def address(size: int, shape: str = "icon") -> str:
    """Give the address of a size, the same in every language."""
    return f"/assets/{shape}-{size}.{DIGEST}.png"


@lru_cache(maxsize=16)
def draw(size: int, shape: str = "icon", kind: str = "png") -> bytes:
    """Draw the mark, kapas on nila; `kind` is png or ico."""
    from PIL import Image, ImageDraw

    wide = size * _FINER
    image = Image.new("RGB", (wide, wide), _NILA)
    pen = ImageDraw.Draw(image)
    for turn_x, turn_y in ((1, 1), (-1, 1), (-1, -1), (1, -1)):
        scale = wide * _SHARE[shape] / _FIELD
        pen.polygon(
            [(wide / 2 + turn_x * x * scale, wide / 2 + turn_y * y * scale) for x, y in _outline()],
            fill=_KAPAS,
        )
    file = BytesIO()
    image.resize((size, size), Image.Resampling.LANCZOS).save(file, kind, optimize=True)
    return file.getvalue()


def _outline() -> list[Point]:
    """Walk along one petal, measured from the middle of the field."""
    points: list[Point] = []
    for start, end in pairwise(range(0, len(_PETAL), 3)):
        curve = _PETAL[start : end + 1]
        for step in range(_STEPS):
            t = step / _STEPS
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            points.append(
                (
                    sum(w * x for w, (x, _y) in zip(weights, curve, strict=True)) - _FIELD / 2,
                    sum(w * y for w, (_x, y) in zip(weights, curve, strict=True)) - _FIELD / 2,
                )
            )
    return points
