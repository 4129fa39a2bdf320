"""Angklung, kolintang, sasando and gong stands, as bodies."""

import numpy as np

from admin.demo.pictures import materials, surfaces, weave
from admin.demo.pictures.camera import Body
from admin.demo.pictures.objects import body, posed
from admin.demo.pictures.raster import F32, Array
from admin.demo.pictures.solids import box, rod, smoothed, turned, union
from admin.demo.pictures.subject import Subject
from admin.demo.pictures.vessels import profile, round_mapping


def angklung(subject: Subject) -> list[Body]:
    """Hang two or three bamboo tubes in their frame."""
    w, d, h = subject.size_cm
    count = 2 + subject.seed % 2
    radius = w * 0.075
    parts: list[Body] = []
    for k in range(count):
        x = (k - (count - 1) / 2) * w * 0.30
        tall = h * (0.80 - 0.17 * k)

        def tube(px: Array, py: Array, pz: Array, x: float = x, tall: float = tall) -> Array:
            dx, dz = px - F32(x), pz
            far = np.hypot(dx, dz)
            wall = np.abs(far - F32(radius * 0.88)) - F32(radius * 0.13)
            cut = dz - F32(radius * 0.1)
            open_ = np.where(py > tall * 0.48, np.maximum(wall, cut), wall)
            low = np.maximum(far - F32(radius), np.abs(py - F32(h * 0.12)) - F32(h * 0.02))
            return np.minimum(np.maximum(np.maximum(open_, F32(h * 0.10) - py), py - F32(tall)), low) * F32(
                0.8
            )

        parts.append(
            body(
                tube,
                materials.bamboo(subject.seed + k),
                (x - radius * 1.2, 0, -radius * 1.2),
                (x + radius * 1.2, tall, radius * 1.2),
            )
        )
    posts = [
        rod((s * w * 0.46, 0, 0), (s * w * 0.46, h * (0.95 if s < 0 else 0.6), 0), w * 0.022)
        for s in (-1.0, 1.0)
    ]
    posts += [
        rod(
            ((k - (count - 1) / 2) * w * 0.30 + w * 0.12, h * 0.06, 0),
            ((k - (count - 1) / 2) * w * 0.30 + w * 0.12, h * (0.93 - 0.14 * k), 0),
            w * 0.016,
        )
        for k in range(count)
    ]
    bars = [
        rod((-w * 0.5, h * 0.07, 0), (w * 0.5, h * 0.07, 0), w * 0.05),
        rod((-w * 0.46, h * 0.90, 0), (w * 0.46, h * 0.58, 0), w * 0.018),
    ]
    frame = body(
        union(*posts, *bars),
        materials.bamboo(subject.seed + 9, "#A8843F"),
        (-w * 0.6, 0, -w * 0.1),
        (w * 0.6, h, w * 0.1),
    )
    del d
    return [*parts, frame]


def kolintang(subject: Subject) -> list[Body]:
    """Lay wooden bars, long to short, over a resonator."""
    w, d, h = subject.size_cm
    count = 9
    parts = []
    for k in range(count):
        x = (k - (count - 1) / 2) * w / count
        half = d / 2 * (1 - 0.055 * k)
        bar = box((w / count * 0.40, h * 0.05, half), (x, h * 0.88, 0), 0.35)
        parts.append(
            body(
                bar,
                materials.wood(
                    "albasia" if subject.seed % 2 else "nangka", subject.seed + k, 0.45, along="z"
                ),
                (x - w / count * 0.45, h * 0.8, -half),
                (x + w / count * 0.45, h * 0.95, half),
            )
        )

    def case(x: Array, y: Array, z: Array) -> Array:
        narrow = (x + F32(w / 2)) / F32(w) * F32(d * 0.2)
        outer = np.maximum(
            np.abs(z) - F32(d * 0.40) + narrow * F32(0.5),
            np.maximum(np.abs(x) - F32(w * 0.5), np.abs(y - F32(h * 0.41)) - F32(h * 0.38)),
        )
        return outer * F32(0.9)

    parts.append(
        body(case, materials.wood("mahoni", subject.seed, 0.4), (-w / 2, 0, -d / 2), (w / 2, h * 0.8, d / 2))
    )
    for s in (-1.0, 1.0):
        stick = union(rod((s * 3 - 4, h * 1.0, d * 0.1 * s), (s * 3 + 9, h * 0.99, d * 0.25 * s), 0.4))
        parts.append(
            body(
                stick,
                materials.wood("jati", 3),
                (s * 3 - 6, h * 0.9, -d * 0.4),
                (s * 3 + 10, h * 1.1, d * 0.4),
            )
        )
    return parts


def sasando(subject: Subject) -> list[Body]:
    """Fold a lontar leaf into its half-round resonator behind a strung bamboo tube."""
    w, _, h = subject.size_cm
    r = w / 2
    leaf = turned(smoothed([(r * 0.2, h * 0.06), (r * 0.75, h * 0.22), (r, h * 0.5), (r * 0.78, h * 0.80), (r * 0.25, h * 0.95),
                            (r * 0.22, h * 0.93), (r * 0.74, h * 0.78), (r * 0.955, h * 0.5), (r * 0.71, h * 0.23), (r * 0.2, h * 0.09)], 1))  # fmt: skip

    def bowl(x: Array, y: Array, z: Array) -> Array:
        pleat = np.sin(np.arctan2(x, z) * F32(30)) * F32(r * 0.018)
        return np.maximum(leaf(x, y, z) + pleat, z - F32(r * 0.25)) * F32(0.75)

    back = Body(
        bowl,
        materials.of(weave.slats(("#C9A96A", "#8A6A35"), subject.seed, 40.0)),
        round_mapping(leaf, r),
        ((-r * 1.05, 0, -r * 1.05), (r * 1.05, h, r * 0.4)),
    )
    tube = body(
        rod((0, 0, 0), (0, h, 0), r * 0.13),
        materials.bamboo(subject.seed),
        (-r * 0.14, 0, -r * 0.14),
        (r * 0.14, h, r * 0.14),
    )
    wires = [
        rod(
            (r * 0.19 * np.sin(a), h * 0.08, r * 0.19 * np.cos(a)),
            (r * 0.19 * np.sin(a), h * 0.93, r * 0.19 * np.cos(a)),
            r * 0.007,
        )
        for a in np.linspace(-1.3, 1.3, 9)
    ]
    string = body(
        union(*wires),
        materials.metal("#D2C9B0", 1, 0.6),
        (-r * 0.25, h * 0.05, 0),
        (r * 0.25, h * 0.95, r * 0.25),
    )
    rings = [
        body(
            rod((0, y, 0), (0, y + h * 0.03, 0), r * 0.17),
            materials.wood("sonokeling", 2),
            (-r * 0.2, y - r * 0.2, -r * 0.2),
            (r * 0.2, y + h * 0.06 + r * 0.2, r * 0.2),
        )
        for y in (h * 0.02, h * 0.93)
    ]
    return [back, tube, string, *rings]


def gong(subject: Subject) -> list[Body]:
    """Hang a bossed gong in a low wooden frame."""
    w, _, h = subject.size_cm
    r = w * 0.36
    solid = profile("gong", subject.seed, r, r * 0.42)
    metal = Body(
        solid, surfaces.finish(subject), round_mapping(solid, r, True), ((-r, 0, -r), (r, r * 0.45, r))
    )
    hung = posed(metal, (0, h * 0.52, -r * 0.2), turn=-np.pi / 2, lean=np.pi / 2 - 0.04)
    frame = union(
        box((w * 0.035, h * 0.46, w * 0.045), (-w * 0.45, h * 0.46, 0), 0.4), box((w * 0.035, h * 0.46, w * 0.045), (w * 0.45, h * 0.46, 0), 0.4),
        box((w * 0.52, h * 0.035, w * 0.05), (0, h * 0.95, 0), 0.5), box((w * 0.5, h * 0.03, w * 0.12), (0, h * 0.03, 0), 0.4),
    )  # fmt: skip
    wood = materials.carved(materials.wood("mahoni", subject.seed), surfaces.scrolls(subject.seed, 0.5), 0.12)
    cords = union(
        *(rod((s * r * 0.6, h * 0.93, 0), (s * r * 0.62, h * 0.52 + r * 0.72, 0), 0.25) for s in (-1.0, 1.0))
    )
    return [
        hung,
        body(frame, wood, (-w * 0.53, 0, -w * 0.13), (w * 0.53, h, w * 0.13)),
        body(cords, materials.resin("mengkudu", 1), (-r, h * 0.5, -1), (r, h, 1)),
    ]
