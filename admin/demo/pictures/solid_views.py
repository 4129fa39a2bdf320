"""The four views of standing things: alone on a table, close by, among other things, and beside the ruler."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from admin.demo.pictures import backdrops, fabric, figures, instruments, materials, objects, surfaces, vessels
from admin.demo.pictures.backdrops import Ground
from admin.demo.pictures.camera import Body, Camera, bodies_on, look_at
from admin.demo.pictures.colours import WOODS, linear
from admin.demo.pictures.light import Light, Skin, window
from admin.demo.pictures.raster import F32, Array, mix, rng, smooth_at, smoothstep, tile
from admin.demo.pictures.relief import rectangle
from admin.demo.pictures.ruler import card, length_for, ruler
from admin.demo.pictures.solids import box, egg, rod, union
from admin.demo.pictures.subject import Subject, View

SHAPES: dict[str, Callable[[Subject], list[Body]]] = {
    "bag": objects.bag, "chest": objects.chest, "tray": objects.tray, "cushion": objects.cushion, "ring": objects.ring,
    "bangle": objects.bangle, "umbrella": figures.umbrella, "boat": figures.boat, "doll": figures.doll,
    "angklung": instruments.angklung, "kolintang": instruments.kolintang, "sasando": instruments.sasando,
    "gong_stand": instruments.gong,
}  # fmt: skip


def bodies_of(subject: Subject) -> list[Body]:
    """Build the subject as bodies standing on the table about the middle."""
    if subject.shape in SHAPES:
        return SHAPES[subject.shape](subject)
    if subject.shape == "mat":
        return mat(subject)
    if subject.shape == "stack":
        w, d, _ = subject.size_cm
        return objects.stack([surfaces.ground(subject)], w, d, 5.0, seed=subject.seed)
    return [vessels.vessel_body(subject, surfaces.finish(subject))]


def mat(subject: Subject) -> list[Body]:
    """Roll a mat and lay it on another one spread out."""
    w, d, _ = subject.size_cm
    ground = surfaces.ground(subject)
    long_, radius = min(w, d), max(min(w, d) * 0.09, 2.6)
    rolled = objects.roll(ground, long_, radius, (0, 0.5, -min(w, d) * 0.10), 0.24)
    sheet = objects.body(
        box((w * 0.62, 0.35, d * 0.42), (0, 0.3, 0), 0.3), materials.of(lambda u, v, p: ground(u + F32(70), v + F32(90), p)),
        (-w * 0.62, 0, -d * 0.42), (w * 0.62, 0.7, d * 0.42),
    )  # fmt: skip
    return [rolled, objects.posed(sheet, (0, 0, 0), 0.05)]


def extent(bodies: list[Body]) -> tuple[float, float, float]:
    """Give width, height and depth of bodies in cm."""
    low = np.min([b.bounds[0] for b in bodies], axis=0)
    high = np.max([b.bounds[1] for b in bodies], axis=0)
    return float(high[0] - low[0]), float(high[1]), float(high[2] - low[2])


def setting(subject: Subject, seed: int) -> tuple[Ground, Ground]:
    """Choose a table and a wall that let the subject speak."""
    generator = rng(seed, "setting")
    dark = float(np.mean(linear(subject.colours[0]))) < 0.10 if subject.colours[0] not in WOODS else False
    tables: list[Ground] = [
        backdrops.planks(
            seed,
            str(generator.choice(["jati", "suar", "albasia", "nangka"])),
            float(generator.uniform(10, 22)),
            0.16,
        ),
        backdrops.linen(seed, str(generator.choice(["#E6DAC3", "#DCCDB2", "#EDE6D8"]))),
        backdrops.terrazzo(seed, str(generator.choice(["#C9C1B4", "#B9B0A2"]))),
        backdrops.planks(seed, "sonokeling" if not dark else "albasia", 16.0, 0.2),
    ]
    walls = ["#EADFCB", "#E3D6C0", "#DCD3C6", "#CBBBA3", "#B9A58A", "#D9C9B8"] + (
        ["#8C8577", "#A7B0A6"] if not dark else []
    )
    if subject.family == "wood" or subject.surface in {"leaf", "rattan", "wicker"}:
        tables = tables[1:]
    table = tables[int(generator.integers(0, len(tables)))]
    return table, backdrops.limewash(seed, str(generator.choice(walls)))


def picture(
    bodies: list[Body],
    camera: Camera,
    light: Light,
    table: Ground,
    wall: Ground,
    size: float,
    seed: int,
    away: float = 2.4,
    sharp: bool = False,
) -> Array:
    """Paint the room, then the bodies in it."""

    def everything(x: Array, y: Array, z: Array) -> Array:
        best = bodies[0].shape(x, y, z)
        for body in bodies[1:]:
            best = np.minimum(best, body.shape(x, y, z))
        return best

    canvas = backdrops.room(camera, light, table, wall, size * away, size, everything, seed, sharp)
    return bodies_on(canvas, bodies, camera, light, size)


def view(subject: Subject, which: View, width: int) -> tuple[Array, Light]:
    """Draw one of the four views in linear light."""
    generator = rng(subject.seed, "solid", which.value)
    light = window(generator, side=-1.0 if rng(subject.seed, "side").random() < 0.7 else 1.0)
    bodies = bodies_of(subject)
    w, h, d = extent(bodies)
    size = max(w, h * 1.05, d)
    table, wall = setting(subject, subject.seed)
    if which is View.RULER:
        return _ruler(subject, bodies, width, light), light
    if which is View.DETAIL:
        pitch = float(generator.uniform(26, 38))
        size = min(subject.size_cm[0], subject.size_cm[1]) if subject.shape == "mat" else size
        aim = (float(generator.uniform(-0.10, 0.10)) * w, h * 0.62, d * 0.22)
        camera = look_at(size * 0.46, aim, pitch, width)
        return picture(bodies, camera, light, table, wall, size, subject.seed), light
    if which is View.IN_USE:
        bodies, table = company(subject, bodies, (w, h, d), table, generator)
        w2, h2, _ = extent(bodies)
        camera = look_at(
            max(w * 1.6, min(w2, w * 2.0) * 1.05, h2 * 1.02, d * 1.4),
            (w * 0.06, h2 * 0.44, 0),
            float(generator.uniform(18, 30)),
            width,
        )
        if subject.shape == "mat":
            reach = min(subject.size_cm[0], subject.size_cm[1])
            camera = look_at(min(reach * 1.2, 62.0), (0, 2, 0), float(generator.uniform(30, 40)), width)
            size = min(size, 40.0)
        other = backdrops.limewash(subject.seed + 1, str(generator.choice(["#EADFCB", "#D8CBB5", "#CFC7BA"])))
        return picture(bodies, camera, light, table, other, size, subject.seed + 5), light
    if subject.shape == "mat":
        reach = min(subject.size_cm[0], subject.size_cm[1])
        camera = look_at(
            reach * 1.05, (0, reach * 0.03, reach * 0.05), float(generator.uniform(30, 40)), width
        )
        return picture(bodies, camera, light, table, wall, reach, subject.seed), light
    flat = h < w * 0.35
    pitch = float(generator.uniform(34, 44)) if flat else float(generator.uniform(15, 25))
    camera = look_at(max(w * 1.2, h * 0.98, d * 0.9), (0, h * (0.40 if flat else 0.47), 0), pitch, width)
    return picture(bodies, camera, light, table, wall, size, subject.seed), light


def _ruler(subject: Subject, bodies: list[Body], width: int, light: Light) -> Array:
    w, h, d = extent(bodies)
    length = length_for(max(w, h * 0.8, d))
    front = d / 2 + max(2.0, length * 0.06) + h * 0.10
    parts = [*bodies, ruler(length, 0.0, front)]
    tall = h * 0.62 + (d / 2 + front + length * 0.30) * 0.79
    across = max(w * 1.2, length * 1.18, tall / 1.25 * 1.12)
    parts.append(card(length * 0.30, length * 0.34, front + length * 0.17))
    camera = look_at(across, (0, h * 0.36, (front + length * 0.26 - d / 2) * 0.5), 52.0, width)
    cloth = backdrops.linen(subject.seed, "#E9E2D4", folds=0.12)
    return picture(
        parts, camera, light, cloth, backdrops.limewash(subject.seed), max(w, h, d), subject.seed, away=6.0
    )


def runner(table: Ground, cloth: Ground, half_x: float, half_z: float, turn: float) -> Ground:
    """Lay a flat cloth on a table, as part of the table's own surface."""
    c, s = F32(np.cos(turn)), F32(np.sin(turn))

    def skin(x: Array, z: Array, ppc: float) -> Skin:
        base = table(x, z, ppc)
        a, b = x * c + z * s, z * c - x * s
        edge = rectangle(a, b, half_x, half_z)
        on = smoothstep(0.06, -0.06, edge)
        over = cloth(a + F32(half_x + 20), b + F32(half_z + 20), ppc)
        span = F32(120.0 / half_x)
        soft = smooth_at(tile(2.2, 1.6, 46, 8.0), a * span, b * span) * F32(half_x * 0.012)
        near = smoothstep(0.9, 0.0, edge) * (F32(1) - on)
        albedo = mix(base.albedo * (F32(1) - F32(0.45) * near)[..., None], over.albedo, on)
        gloss = mix(np.asarray(base.gloss, dtype=F32), np.asarray(over.gloss, dtype=F32), on)
        return Skin(albedo, mix(base.height, over.height + F32(0.25) + soft, on), gloss=gloss, sheen=0.15)

    return skin


def fruit(
    generator: np.random.Generator, count: int, radius: float, spread: float, floor: float
) -> list[Body]:
    """Heap some fruit."""
    hues = [str(c) for c in generator.choice(["#D98A2B", "#B8A63A", "#7C8F3A", "#5A2140", "#C4622D"], 2)]
    groups: list[list[tuple[float, float, float, float]]] = [[], []]
    for k in range(count):
        ring = 0 if k == 0 else 1
        angle = k * 2 * np.pi / max(count - 1, 1) + float(generator.uniform(0, 0.5))
        r = radius * float(generator.uniform(0.85, 1.1))
        y = floor + r + (radius * 0.9 if ring == 0 and count > 4 else 0)
        groups[k % 2].append((spread * ring * np.cos(angle), y, spread * ring * np.sin(angle), r))
    bodies = []
    for hue, group in zip(hues, groups, strict=True):
        if group:
            shape = union(*(egg((x, y, z), (r, r * 0.94, r)) for x, y, z, r in group))
            low, high = (
                np.min([[x - r, y - r, z - r] for x, y, z, r in group], axis=0),
                np.max([[x + r, y + r, z + r] for x, y, z, r in group], axis=0),
            )
            bodies.append(
                objects.body(shape, materials.peel(hue, 3), tuple(low.tolist()), tuple(high.tolist()))
            )
    return bodies


def stems(generator: np.random.Generator, height: float, low: float, spread: float) -> list[Body]:
    """Stand dry stems with seed heads in a vase."""
    rods, heads = [], []
    for _ in range(7):
        angle, lean = float(generator.uniform(0, 6.28)), float(generator.uniform(0.15, 1.0)) * spread
        top = height * float(generator.uniform(0.7, 1.0))
        x, z = lean * np.cos(angle), lean * np.sin(angle) * 0.6
        rods.append(rod((x * 0.12, low, z * 0.12), (x * 0.5, top * 0.62, z * 0.5), height * 0.004))
        rods.append(rod((x * 0.5, top * 0.62, z * 0.5), (x, top, z), height * 0.004))
        heads.append(egg((x, top, z), (height * 0.020, height * 0.042, height * 0.020)))
    reach = spread * 1.1
    box_ = ((-reach, low, -reach), (reach, height * 1.06, reach))
    return [
        objects.body(union(*rods), materials.bamboo(1, "#8F7A45"), *box_),
        objects.body(union(*heads), materials.peel("#B48A4A", 4), *box_),
    ]


def served(subject: Subject, generator: np.random.Generator) -> list[Body]:
    """Set a bowl of fruit and a cup on a mat."""
    glaze = str(generator.choice(["#DCD6C8", "#5F7F86", "#3A3632", "#7E8F6A"]))
    bowl = replace(
        subject, shape="bowl", surface="glazed", colours=(glaze, "#8A5A3A"), size_cm=(19.0, 19.0, 7.5)
    )
    cup = replace(subject, shape="cup", surface="earthenware", colours=("#A8613F",), size_cm=(8.0, 8.0, 7.5))
    near = min(subject.size_cm[0], subject.size_cm[1]) < 60
    scale = 1.0 if near else 1.5
    bodies = [vessels.vessel_body(bowl, surfaces.finish(bowl)), *fruit(generator, 6, 3.0, 4.3, 1.8)]
    bodies.append(
        objects.posed(vessels.vessel_body(cup, surfaces.finish(cup)), (11.5 * scale, 0.0, 7.0 * scale))
    )
    return [objects.posed(part, (-2.0, 0.6, 0.0)) for part in bodies]


def company(
    subject: Subject,
    bodies: list[Body],
    measure: tuple[float, float, float],
    table: Ground,
    generator: np.random.Generator,
) -> tuple[list[Body], Ground]:
    """Give the subject a believable place: a cloth beneath, something in it or beside it."""
    w, h, d = measure
    hue = str(generator.choice(["#34446B", "#9A6B45", "#5F7358", "#E9D9B8", "#A8644C", "#6E86A6", "#C9B79A"]))
    cloths = [
        fabric.plain(linear(hue), subject.seed, 0.07),
        surfaces.GROUNDS["stripes"](replace(subject, colours=("gading", hue, "abu", "kapas"))),
        fabric.batik(
            "kawung" if subject.seed % 2 else "truntum", ("#E9D9B8", hue, "#4E2A17", "#F3EBDC"), subject.seed
        ),
    ]
    cloth = cloths[int(generator.integers(0, 3))]
    base = table
    table = runner(table, cloth, w * 1.6, max(d * 0.72, w * 0.42), float(generator.uniform(-0.3, 0.3)))
    more: list[Body] = []
    shape = subject.shape
    if shape == "mat":
        return [*bodies[1:], *served(subject, generator)], base
    if shape in {"bowl", "plate", "basket", "tray"}:
        r = w * (0.16 if shape != "plate" else 0.13)
        floor = h * (0.16 if shape in {"plate", "tray"} else 0.30)
        more += fruit(generator, 6, r, w * 0.22, floor)
    elif shape in {"vase", "pot", "basket_tall"}:
        more += stems(generator, h * 1.6, h * 0.5, w * 0.8)
    elif shape in {"cap", "hat", "ring", "bangle", "cushion", "box_round", "chest", "jar", "bell"}:
        under = [fabric.plain(linear("kapas"), 3), cloth]
        if shape in {"cap", "box_round", "bell", "jar"}:
            thick = h * 0.32
            more += objects.stack(under, w * 1.5, w * 1.3, thick, (0, 0, 0), subject.seed)
            lift = extent(more)[1]
            return [*(objects.posed(b, (0, lift * 0.97, 0)) for b in bodies), *more], table
        more += objects.stack(
            under, w * 0.8, w * 0.6, max(h * 0.14, w * 0.06), (w * 0.85, 0, -d * 0.7), subject.seed
        )
    elif shape == "bag":
        more.append(objects.roll(cloth, h * 0.62, w * 0.12, (w * 0.10, h * 0.50, 0), 1.2))
        more += fruit(generator, 3, w * 0.10, w * 0.13, 0.0)
        more[-2:] = [objects.posed(b, (w * 0.75, 0, d * 0.5)) for b in more[-2:]]
    elif shape == "cup":
        twin = replace(subject, seed=subject.seed + 1)
        more += [objects.posed(b, (w * 1.15, 0, -d * 0.7)) for b in bodies_of(twin)]
    else:
        more += objects.stack(
            [cloth, fabric.plain(linear("kapas"), 2)],
            w * 0.5,
            w * 0.4,
            w * 0.05,
            (w * 0.72, 0, -d * 0.5),
            subject.seed,
        )
    return [*bodies, *more], table
