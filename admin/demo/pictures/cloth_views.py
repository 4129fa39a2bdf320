"""The four views of cloth: hung, folded or laid; close by; in a room; folded beside the ruler."""

import numpy as np

from admin.demo.pictures import backdrops, cloth, materials, objects, piece_views, surfaces, vessels
from admin.demo.pictures.camera import look_at
from admin.demo.pictures.colours import linear
from admin.demo.pictures.fabric import Ground, plain
from admin.demo.pictures.light import Light, Skin, raking, window
from admin.demo.pictures.raster import F32, Array, blurred, mix, rng
from admin.demo.pictures.relief import Frame, dome, frame, ground, lay, rectangle, soft_edge
from admin.demo.pictures.solid_views import fruit, picture
from admin.demo.pictures.solids import rod
from admin.demo.pictures.subject import Subject, View

FRINGED = {
    "songket",
    "ikat",
    "stripes",
    "tapis",
    "ulos",
    "floats",
    "double_ikat",
    "checks",
    "plain",
    "cual",
    "looped",
}
WALLS = ["#EADFCB", "#E3D6C0", "#DCD3C6", "#CBBBA3", "#D9C9B8", "#B7AA97"]


def view(subject: Subject, which: View, width: int) -> tuple[Array, Light]:
    """Draw one of the four views in linear light."""
    generator = rng(subject.seed, "cloth", which.value)
    light = window(generator, side=-1.0 if rng(subject.seed, "side").random() < 0.7 else 1.0)
    pick = rng(subject.seed, "manner").random()
    if which is View.DETAIL:
        return _close(subject, width, raking(light), generator), light
    if which is View.RULER:
        return _measured(subject, width, raking(light, 0.6)), light
    if which is View.IN_USE:
        if pick < 0.55 and subject.shape == "cloth":
            return _table(subject, width, light, generator), light
        return _chair(subject, width, raking(light), generator), light
    if subject.shape == "scarf":
        return (
            _flat(subject, width, raking(light, 0.5), generator)
            if pick < 0.6
            else _hung(subject, width, raking(light), generator)
        ), light
    if pick < 0.30:
        return _folded(subject, width, light, generator), light
    return _hung(subject, width, raking(light), generator), light


def _fringe(subject: Subject) -> float:
    return 5.0 if subject.surface in FRINGED and subject.seed % 3 else 0.0


def _wall(plane: Frame, light: Light, seed: int, size: float) -> Array:
    wall = backdrops.limewash(seed, WALLS[seed % len(WALLS)])
    panes = backdrops.panes(plane.x, plane.y, light, size, seed) * F32(0.55) + F32(0.55)
    return ground(plane, wall(plane.x, plane.y, plane.ppc), light, panes)


def _hung(subject: Subject, width: int, light: Light, generator: np.random.Generator) -> Array:
    broad = float(np.clip(subject.size_cm[0], 34, 78))
    drop = float(np.clip(subject.size_cm[1] * 0.52, broad * 1.1, broad * 1.42))
    plane = frame(width, broad * 1.34)
    canvas = _wall(plane, light, subject.seed, broad)
    top = drop * 0.5 + broad * 0.05
    rail = str(generator.choice(["jati", "bambu", "sonokeling", "albasia"]))
    cloth.hung(
        canvas,
        plane,
        light,
        surfaces.ground(subject),
        subject.seed,
        broad,
        drop,
        top,
        _fringe(subject),
        float(generator.uniform(1.1, 1.7)),
        rail,
    )
    return canvas


def _folded(subject: Subject, width: int, light: Light, generator: np.random.Generator) -> Array:
    main = surfaces.ground(subject)
    broad, deep, thick = 34.0, 26.0, 4.2
    colours = [linear(c) for c in subject.colours[:3]]
    pile: list[Ground] = [
        main,
        plain(colours[1 % len(colours)] * F32(0.8) + F32(0.05), 2),
        main,
        plain(linear("kapas"), 4),
    ]
    bodies = objects.stack(pile[: 3 + subject.seed % 2], broad, deep, thick, seed=subject.seed)
    turned = [objects.posed(b, (0, 0, 0), float(generator.uniform(0.2, 0.45))) for b in bodies]
    camera = look_at(50, (0, 6, 0), float(generator.uniform(26, 36)), width)
    table = backdrops.planks(subject.seed, "suar" if subject.seed % 2 else "albasia", 15.0, 0.16)
    return picture(
        turned,
        camera,
        light,
        table,
        backdrops.limewash(subject.seed, WALLS[subject.seed % 6]),
        36,
        subject.seed,
    )


def _flat(subject: Subject, width: int, light: Light, generator: np.random.Generator) -> Array:
    broad = subject.size_cm[0]
    plane = frame(width, broad * 1.75)
    floor = _floor(subject, generator)
    canvas = ground(plane, floor(plane.x, plane.y, plane.ppc), light)
    shown = broad * 1.95
    turn = float(generator.uniform(0.12, 0.4)) * (-1 if subject.seed % 2 else 1)
    cloth.laid(
        canvas,
        plane,
        light,
        surfaces.ground(subject),
        subject.seed,
        broad * 0.9,
        shown,
        (0, 0),
        turn,
        0.5,
        max(_fringe(subject), 4.0),
        waves=broad * 0.026,
    )
    return canvas


def _floor(subject: Subject, generator: np.random.Generator) -> Ground:
    choices: list[Ground] = [
        backdrops.planks(
            subject.seed, str(generator.choice(["suar", "albasia", "jati"])), 18.0, 0.1, across=False
        ),
        backdrops.linen(subject.seed, "#E6DAC3"),
        backdrops.mat(subject.seed),
        backdrops.terrazzo(subject.seed),
    ]
    return choices[int(generator.integers(0, 4))]


def _close(subject: Subject, width: int, light: Light, generator: np.random.Generator) -> Array:
    across = float(generator.uniform(8.0, 12.5))
    if subject.surface in {"jumputan", "sasirangan", "ecoprint", "ikat"} or subject.motif == "besurek":
        across *= 1.5
    plane = frame(width, across)
    form, skin = cloth.spread(plane, surfaces.ground(subject), subject.seed, 0.55)
    fold = plane.x * F32(0.8) + plane.y * F32(0.6) - F32(across * float(generator.uniform(0.18, 0.4)))
    form = form + np.tanh(fold * F32(2.4)) * F32(0.35) * float(generator.choice([-1, 1]))
    canvas = np.zeros((plane.height, plane.width, 3), dtype=F32)
    lay(canvas, plane, np.ones(plane.x.shape, dtype=F32), form, skin, light, reach=1.0, cast=False)
    far = np.clip(np.abs(plane.y / F32(across * 0.62)) - F32(0.55), 0, 1)
    return mix(canvas, blurred(canvas, width / 260.0), far)


def _measured(subject: Subject, width: int, light: Light) -> Array:
    broad = float(min(subject.size_cm[0], 36.0))
    tall = broad * 0.82
    plane = frame(width, 42.0)
    canvas = piece_views.table(plane, light, subject.seed)
    for k in range(3):
        d = 0.35 * (2 - k)
        edge = rectangle(plane.x - F32(d), plane.y - F32(5.0 - d), broad / 2, tall / 2, 0.5)
        main = surfaces.ground(subject)
        skin = main(
            plane.x + F32(broad / 2 + 10 * (2 - k)),
            plane.y + F32(tall / 2 + 1.0 + 18 * (2 - k) - 5.0),
            plane.ppc,
        )
        soft = cloth.rumple(plane.x, plane.y, subject.seed + k, 40.0, 0.12)
        lay(
            canvas,
            plane,
            soft_edge(edge, plane.ppc),
            dome(edge, 0.5) + soft,
            skin,
            light,
            lift=0.4,
            reach=0.8,
        )
    piece_views.measure(canvas, plane, light, 30.0, -plane.height / plane.ppc * 0.5 + 9.0)
    return canvas


def _chair(subject: Subject, width: int, light: Light, generator: np.random.Generator) -> Array:
    broad = float(np.clip(subject.size_cm[0], 26, 52))
    plane = frame(width, 92.0)
    canvas = _wall(plane, light, subject.seed + 3, 60)
    timber = backdrops.planks(
        subject.seed, str(generator.choice(["jati", "suar", "sonokeling"])), 40.0, 0.35, across=False
    )
    floor_y = -49.0
    area, near = plane.part(-60, 60, -60, floor_y)
    tiles = backdrops.planks(subject.seed + 1, "suar", 6.0, 0.25)
    canvas[area] = ground(near, tiles(near.x, near.y * F32(3.0), plane.ppc), light, 0.85)
    half = 27.0
    bars = [(-half, 0.0, 1.9, 49.0), (half, 0.0, 1.9, 49.0)]
    rails = [(0.0, -12.0, half, 2.4), (0.0, -30.0, half, 3.0)]
    for x, y, hx, hy in bars + rails:
        edge = rectangle(plane.x - F32(x), plane.y - F32(y), hx, hy, 1.2)
        skin = (
            timber(plane.x + F32(x), plane.y, plane.ppc)
            if hy > hx
            else backdrops.planks(subject.seed, "jati", 40.0, 0.35)(plane.x, plane.y, plane.ppc)
        )
        lay(canvas, plane, soft_edge(edge, plane.ppc), dome(edge, 1.8), skin, light, lift=4.0, reach=1.0)
    drop = float(generator.uniform(58, 70))
    cloth.hung(
        canvas,
        plane,
        light,
        surfaces.ground(subject),
        subject.seed + 7,
        broad * 0.92,
        drop,
        38.0,
        _fringe(subject),
        2.4,
        "jati",
        rail_over=half - broad * 0.46 + 2.0,
    )
    return canvas


def _table(subject: Subject, width: int, light: Light, generator: np.random.Generator) -> Array:
    main = surfaces.ground(subject)

    def spread(x: Array, z: Array, ppc: float) -> Skin:
        skin = main(x + F32(70.0), F32(90.0) - z, ppc)
        soft = cloth.rumple(x, z, subject.seed, 60.0, 0.35)
        skin.height = skin.height + soft
        return skin

    bowl = Subject(
        subject.craft_slug,
        "ceramics",
        str(generator.choice(["bowl", "plate"])),
        "glazed",
        "",
        (str(generator.choice(["#DCD6C8", "#5F7F86", "#3A3632"])), "#8A5A3A"),
        (24.0, 24.0, 9.0),
        subject.seed,
    )
    cup = Subject(
        subject.craft_slug,
        "ceramics",
        "cup",
        "earthenware",
        "",
        ("#A8613F", "#8A5A3A"),
        (8.0, 8.0, 7.5),
        subject.seed,
    )
    bodies = [vessels.vessel_body(bowl, surfaces.finish(bowl)), *fruit(generator, 6, 3.6, 5.4, 2.0)]
    beside = objects.posed(vessels.vessel_body(cup, surfaces.finish(cup)), (19.0, 0.0, 8.0))
    side = materials.wood("albasia", 2)
    spoon = objects.body(rod((-24, 0.6, 6), (-13, 0.6, 14), 0.5), side, (-25, 0, 5), (-12, 1.2, 15))
    camera = look_at(62, (1.0, 2.0, 4.0), float(generator.uniform(34, 44)), width)
    return picture(
        [*bodies, beside, spoon],
        camera,
        light,
        spread,
        backdrops.limewash(subject.seed + 2),
        34,
        subject.seed,
    )
