"""Makers at work, without a face: the tools and the piece they have just put down. Used for workshop portraits."""

from collections.abc import Callable

import numpy as np
from PIL import Image

from admin.demo.pictures import backdrops, cloth, fabric, materials, motifs_loom, objects, surfaces, vessels
from admin.demo.pictures.backdrops import Ground
from admin.demo.pictures.camera import Body, look_at
from admin.demo.pictures.colours import DYES, linear
from admin.demo.pictures.light import Light, Skin, graded, raking, window
from admin.demo.pictures.piece import Piece, put, turned
from admin.demo.pictures.raster import F32, Array, mix, rng, smoothstep
from admin.demo.pictures.relief import Frame, dome, frame, ground, lay, rectangle, soft_edge
from admin.demo.pictures.solid_views import picture
from admin.demo.pictures.solids import box, egg, rod, union
from admin.demo.pictures.stage import LARGEST
from admin.demo.pictures.subject import Subject

SCENES = {
    "batik": "canting", "dyeing": "canting", "painting": "canting", "weaving": "loom", "embroidery": "loom",
    "wood": "carving", "mask_puppet": "carving", "musical_instrument": "carving", "metal": "hammer",
    "jewellery": "hammer", "stone": "hammer", "ceramics": "wheel", "basketry": "plaiting",
}  # fmt: skip


def portrait(seed: int, width: int = 900, family: str | None = None) -> Image.Image:
    """Draw a maker's place at work, portrait 4:5; the family chooses the tools, else the seed does."""
    generator = rng(seed, "portrait")
    names = sorted(WORK)
    name = SCENES.get(family or "", names[int(generator.integers(0, len(names)))])
    canvas, light = WORK[name](seed, min(width, LARGEST), generator)
    return graded(canvas, light, seed, width=width)


def _tool(
    start: tuple[float, float, float], end: tuple[float, float, float], thick: float, tip: float, seed: int
) -> list[Body]:
    """Lay a tool with a wooden handle and a steel tip of a length in cm."""
    a, b = np.array(start), np.array(end)
    along = (b - a) / np.linalg.norm(b - a)
    c = b + along * tip
    reach = thick * 1.2
    low, high = np.minimum(a, b) - reach, np.maximum(a, b) + reach
    low2, high2 = np.minimum(b, c) - reach, np.maximum(b, c) + reach
    handle = objects.body(
        rod(start, end, thick), materials.wood("nangka", seed, 0.4), tuple(low.tolist()), tuple(high.tolist())
    )
    steel = objects.body(
        rod(end, tuple(c.tolist()), thick * 0.45),
        materials.metal("#9A9CA0", seed, 0.75),
        tuple(low2.tolist()),
        tuple(high2.tolist()),
    )
    return [handle, steel]


def _canting(seed: int, width: int, generator: np.random.Generator) -> tuple[Array, Light]:
    motif = str(generator.choice(["kawung", "buketan", "parang", "semen", "ukel"]))
    drawn = fabric.batik(motif, ("#EADFC6", "#7A4A2A", "#5A3018", "#EADFC6"), seed, 1.5, False, 0.0)

    def spread(x: Array, z: Array, ppc: float) -> Skin:
        skin = drawn(x + F32(30), F32(60) - z, ppc)
        bare = smoothstep(-4.0, 5.0, x * F32(0.8) - z * F32(0.3) - F32(2))
        skin.albedo = mix(skin.albedo, linear("#EADFC6"), bare)
        skin.height = skin.height + cloth.rumple(x, z, seed, 40.0, 0.25)
        return skin

    light = window(generator, -1.0)
    pan = Subject("canting", "metal", "bowl", "copper", "hammered", ("bata",), (15.0, 15.0, 4.5), seed)
    wax = objects.body(
        egg((0, 3.0, 0), (6.6, 0.5, 6.6)), materials.resin("#5A3A1C", seed), (-7, 2, -7), (7, 4, 7)
    )
    place = (-7.0, 0.0, -7.0)
    bodies = [objects.posed(vessels.vessel_body(pan, surfaces.finish(pan)), place), objects.posed(wax, place)]
    bodies += _tool((15.0, 0.8, 9.0), (5.0, 1.4, 2.0), 0.55, 1.6, seed)
    cup = objects.body(
        union(egg((2.6, 1.7, 0.3), (1.3, 0.9, 0.9)), rod((1.8, 1.5, -0.3), (0.4, 0.5, -1.3), 0.16)),
        materials.metal("#C4744A", seed, 0.7),
        (0, 0, -2),
        (4.2, 3, 1.6),
    )
    camera = look_at(38, (0, 1, 1), float(generator.uniform(34, 46)), width)
    return picture([*bodies, cup], camera, light, spread, backdrops.limewash(seed), 26, seed), light


def _loom(seed: int, width: int, generator: np.random.Generator) -> tuple[Array, Light]:
    light = raking(window(generator, -1.0), 0.5)
    plane = frame(width, 46.0)
    dyes = [
        ("jelaga", "mengkudu", "nila", "gading"),
        ("nila_tua", "soga", "mengkudu", "gading"),
        ("soga", "gading", "nila", "kunyit"),
    ]
    hues = dyes[int(generator.integers(0, 3))]
    codes = tuple(DYES[c] for c in hues)
    made = motifs_loom.ikat(codes, seed) if seed % 2 else motifs_loom.stripes(codes, seed)
    back = backdrops.limewash(seed, "#8F8574")(plane.x, plane.y, plane.ppc)
    canvas = ground(plane, back, light, 0.35)
    skin = made(plane.x + F32(30), plane.y + F32(50), plane.ppc)
    fell = plane.y + F32(4.0) + np.sin(plane.x * F32(0.3)) * F32(0.15)
    open_ = np.abs((plane.x / F32(0.30)) % 1.0 - F32(0.5)) < 0.22
    cover = np.where(fell < 0, F32(1), open_.astype(F32))
    skin.albedo = mix(
        skin.albedo,
        linear(hues[0]) * F32(0.6) + linear("gading") * F32(0.4),
        (fell > 0).astype(F32) * F32(0.55),
    )
    lay(
        canvas,
        plane,
        cover * (np.abs(plane.x) < 20),
        np.sin(plane.x * F32(0.35)) * F32(0.06),
        skin,
        light,
        0.6,
        0.6,
    )
    timber: Ground = backdrops.planks(seed, "nangka", 60.0, 0.4)
    for y, half, over in ((-2.2, 0.9, 26.0), (7.5, 0.7, 26.0), (15.0, 1.6, 30.0), (-27.0, 2.6, 30.0)):
        edge = rectangle(plane.x, plane.y - F32(y), over, half, half * 0.9)
        beam = timber(plane.x, plane.y + F32(y), plane.ppc)
        put(canvas, plane, light, Piece(soft_edge(edge, plane.ppc), dome(edge, half), beam, 1.2, 0.6))
    _shuttle(canvas, plane, light, seed, hues[1])
    return canvas, light


def _shuttle(canvas: Array, plane: Frame, light: Light, seed: int, dye: str) -> None:
    """Lay a shuttle with its yarn across the web, in place."""
    near = turned(plane, 4.0, -13.0, 0.35)
    px, py = near.x, near.y
    edge = np.abs(py) - F32(1.7) * np.sqrt(np.clip(F32(1) - (px / F32(9.5)) ** 2, 0, 1))
    form = np.sqrt(np.clip(-edge, 0, 2)) * F32(0.9)
    timber = backdrops.planks(seed, "sonokeling", 30.0, 0.5)(px, py, plane.ppc)
    put(canvas, plane, light, Piece(soft_edge(edge, plane.ppc), form, timber, 0.9, 0.8))
    yarn = np.maximum(np.abs(px) - F32(4.5), np.abs(py) - F32(0.85))
    twist = F32(0.8) + F32(0.2) * np.sin(px * F32(22) + py * F32(4))
    wound = Skin(linear(dye) * twist[..., None], np.sin(px * F32(22)) * F32(0.03), sheen=0.3)
    put(canvas, plane, light, Piece(soft_edge(yarn, plane.ppc), form + dome(yarn, 0.8), wound, 0.4, 0.4))


def _carving(seed: int, width: int, generator: np.random.Generator) -> tuple[Array, Light]:
    light = window(generator, -1.0)
    block = Subject(
        "carving",
        "wood",
        "chest",
        "carved",
        "",
        (str(generator.choice(["suar", "jati", "nangka"])),),
        (26.0, 20.0, 5.0),
        seed,
    )
    slab = objects.body(
        box((13.0, 2.2, 10.0), (0, 2.2, 0), 0.4), surfaces.finish(block), (-13, 0, -10), (13, 4.4, 10)
    )
    bodies = [objects.posed(slab, (-2, 0, -2), 0.2)]
    for k in range(3):
        x, z = 4.0 + 5.0 * k, 13.0 + float(generator.uniform(-1, 1))
        bodies += _tool((x + 6, 0.9, z + 5), (x - 1, 0.9, z - 3 + k), 0.9 - 0.1 * k, 5.0, seed + k)
    mallet = union(egg((-16, 3.2, 11), (3.4, 3.2, 3.4)), rod((-16, 3.0, 11), (-9, 1.0, 16), 0.9))
    bodies.append(objects.body(mallet, materials.wood("kelapa", seed), (-20, 0, 7), (-8, 7, 18)))
    chips = [
        egg((float(x), 0.25, float(z)), (float(r), 0.18, float(r) * 0.5))
        for x, z, r in generator.uniform((-18, -14, 0.4), (18, 18, 1.3), (26, 3))
    ]
    bodies.append(
        objects.body(union(*chips), materials.wood("albasia", seed, 0.1), (-20, 0, -16), (20, 1, 20))
    )
    table = backdrops.planks(seed, "suar", 17.0, 0.08)
    camera = look_at(52, (-1, 2, 3), float(generator.uniform(34, 44)), width)
    return picture(bodies, camera, light, table, backdrops.limewash(seed), 34, seed), light


def _hammer(seed: int, width: int, generator: np.random.Generator) -> tuple[Array, Light]:
    light = window(generator, -1.0)
    metal = str(generator.choice(["copper", "silver", "brass", "pewter"]))
    piece = Subject("hammer", "metal", "bowl", metal, "hammered", ("abu",), (20.0, 20.0, 7.5), seed)
    bodies = [objects.posed(vessels.vessel_body(piece, surfaces.finish(piece)), (-4, 0, -4))]
    head = union(box((3.4, 1.3, 1.3), (12, 1.4, 5), 0.5), box((0.8, 1.5, 1.5), (15.2, 1.5, 5), 0.3))
    bodies.append(objects.body(head, materials.metal("#8E9195", seed, 0.7), (8, 0, 3), (17, 3.2, 7)))
    bodies += _tool((10.0, 0.9, 21.0), (12.0, 1.3, 6.0), 0.75, 0.2, seed)
    for k in range(3):
        bodies += _tool((-14 + k * 2.4, 0.5, 16.0), (-13 + k * 2.2, 0.5, 9.0), 0.45, 4.0, seed + k)
    block = objects.body(
        box((5, 2.5, 5), (11, 2.5, -8), 0.5), materials.wood("kelapa", seed), (6, 0, -13), (16, 5, -3)
    )
    camera = look_at(46, (0, 2, 3), float(generator.uniform(30, 42)), width)
    return picture(
        [*bodies, block],
        camera,
        light,
        backdrops.planks(seed, "sonokeling", 15.0, 0.1),
        backdrops.limewash(seed, "#CBBBA3"),
        30,
        seed,
    ), light


def _wheel(seed: int, width: int, generator: np.random.Generator) -> tuple[Array, Light]:
    light = window(generator, -1.0)
    tone = str(generator.choice(["#8A5A44", "#9A6A50", "#7A5A4A"]))
    pot = Subject(
        "wheel",
        "ceramics",
        str(generator.choice(["pot", "vase", "bowl"])),
        "earthenware",
        "",
        (tone,),
        (17.0, 17.0, 16.0),
        seed,
    )
    wet = materials.clay(tone, seed, 0.0, 0.5, 2.2)
    disc = vessels.profile("gong", 3, 19.0, 3.0)
    turn = Body(
        lambda x, y, z: np.maximum(disc(x, y, z), y - F32(1.8)),
        materials.clay("#8A7464", seed, 0.2, 0.3, 3.0),
        vessels.round_mapping(disc, 19.0, True),
        ((-19, 0, -19), (19, 2, 19)),
    )
    bodies = [objects.posed(vessels.vessel_body(pot, wet), (0, 1.7, 0)), turn]
    water = Subject(
        "wheel", "ceramics", "bowl", "glazed", "", ("#DCD6C8", "#8A5A3A"), (13.0, 13.0, 6.0), seed
    )
    bodies.append(objects.posed(vessels.vessel_body(water, surfaces.finish(water)), (22, 0, 10)))
    bodies.append(
        objects.body(
            egg((-20, 4.0, 12), (6.5, 4.4, 5.5)),
            materials.clay(tone, seed + 1, 0.0, 0.3, 0.0),
            (-27, 0, 6),
            (-13, 9, 18),
        )
    )
    camera = look_at(52, (0, 7, 2), float(generator.uniform(22, 32)), width)
    return picture(
        bodies,
        camera,
        light,
        backdrops.planks(seed, "suar", 16.0, 0.05),
        backdrops.limewash(seed, "#BDB09C"),
        32,
        seed,
    ), light


def _plaiting(seed: int, width: int, generator: np.random.Generator) -> tuple[Array, Light]:
    light = window(generator, -1.0)
    basket = Subject(
        "plaiting",
        "basketry",
        "basket",
        "leaf",
        str(generator.choice(["figure", "stripe", "twill"])),
        ("#C9A96A", "mengkudu", "nila"),
        (26.0, 26.0, 15.0),
        seed,
    )
    bodies = [vessels.vessel_body(basket, surfaces.finish(basket))]
    strips = []
    for k in range(22):
        angle = k * 2 * np.pi / 22
        x, z = 12.8 * np.cos(angle), 12.8 * np.sin(angle)
        flare = float(generator.uniform(1.15, 1.5))
        strips.append(rod((x, 14.5, z), (x * flare, 14.5 + float(generator.uniform(7, 12)), z * flare), 0.28))
    bodies.append(
        objects.body(union(*strips), materials.bamboo(seed, "#C9A96A"), (-20, 13, -20), (20, 28, 20))
    )
    loose = [
        rod((float(a), 0.3, float(b)), (float(a) + float(c), 0.3, float(b) + 6.0), 0.3)
        for a, b, c in generator.uniform((-24, 10, -16), (8, 18, 16), (14, 3))
    ]
    bodies.append(
        objects.body(union(*loose), materials.bamboo(seed + 1, "#B99A58"), (-42, 0, 9), (26, 1, 26))
    )
    camera = look_at(48, (0, 9, 2), float(generator.uniform(22, 32)), width)
    return picture(
        bodies, camera, light, backdrops.mat(seed, "#B08F58", 1.1), backdrops.limewash(seed), 34, seed
    ), light


WORK: dict[str, Callable[[int, int, np.random.Generator], tuple[Array, Light]]] = {
    "canting": _canting, "loom": _loom, "carving": _carving, "hammer": _hammer, "wheel": _wheel, "plaiting": _plaiting,
}  # fmt: skip
