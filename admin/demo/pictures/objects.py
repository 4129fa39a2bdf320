"""Solid things that are not turned: bags, boxes, cushions, folded stacks, rolls, rings, boats, umbrellas, dolls; as bodies."""

from dataclasses import replace

import numpy as np

from admin.demo.pictures import materials, surfaces
from admin.demo.pictures.camera import Body, Finish, Mapping, Spot
from admin.demo.pictures.fabric import Ground
from admin.demo.pictures.light import Skin
from admin.demo.pictures.raster import F32, Array, clamp, rng
from admin.demo.pictures.solids import Distance, box, egg, hoop, smoothed, turned, union
from admin.demo.pictures.subject import Subject
from admin.demo.pictures.vessels import round_mapping

Place = tuple[float, float, float]


def box_mapping(x: Array, y: Array, z: Array, normal: Array) -> tuple[Array, Array]:
    """Unroll a boxy body: front and sides run into each other, the top lies flat."""
    side = np.abs(normal[..., 0]) > np.maximum(np.abs(normal[..., 2]), np.abs(normal[..., 1]))
    top = np.abs(normal[..., 1]) > np.maximum(np.abs(normal[..., 2]), np.abs(normal[..., 0]))
    return np.where(side, -z, x), np.where(top, -z, y)


def over_edge(x: Array, y: Array, z: Array, normal: Array) -> tuple[Array, Array]:
    """Unroll a folded cloth: the top runs over the front edge, the ends show beside it."""
    del normal
    return x, y - z


def body(shape: Distance, finish: Finish, low: Place, high: Place, mapping: Mapping = box_mapping) -> Body:
    """Put a shape, its finish and its bounds together."""
    return Body(shape, finish, mapping, (low, high))


def posed(part: Body, by: Place, turn: float = 0.0, lean: float = 0.0) -> Body:
    """Turn a body about y, lean it sideways (radians), then move it; its surface goes with it."""
    ct, st, cl, sl = (F32(v) for v in (np.cos(turn), np.sin(turn), np.cos(lean), np.sin(lean)))

    def local(x: Array, y: Array, z: Array) -> tuple[Array, Array, Array]:
        x0, y0, z0 = x - F32(by[0]), y - F32(by[1]), z - F32(by[2])
        x1, z1 = x0 * ct + z0 * st, z0 * ct - x0 * st
        return x1 * cl + y0 * sl, y0 * cl - x1 * sl, z1

    def mapping(x: Array, y: Array, z: Array, normal: Array) -> tuple[Array, Array]:
        nx, ny, nz = (normal[..., k] for k in range(3))
        x1, z1 = nx * ct + nz * st, nz * ct - nx * st
        turned_normal = np.stack([x1 * cl + ny * sl, ny * cl - x1 * sl, z1], axis=-1)
        return part.mapping(*local(x, y, z), turned_normal)

    def finish(spot: Spot) -> Skin:
        x, y, z = local(spot.x, spot.y, spot.z)
        return part.finish(replace(spot, x=x, y=y, z=z))

    corners = np.array(
        [
            [part.bounds[i][0], part.bounds[j][1], part.bounds[k][2]]
            for i in (0, 1)
            for j in (0, 1)
            for k in (0, 1)
        ]
    )
    across, up = corners[:, 0] * cl - corners[:, 1] * sl, corners[:, 0] * sl + corners[:, 1] * cl
    world = np.stack(
        [across * ct - corners[:, 2] * st, up, across * st + corners[:, 2] * ct], axis=-1
    ) + np.array(by)
    bounds = (tuple(world.min(axis=0).tolist()), tuple(world.max(axis=0).tolist()))
    return Body(lambda x, y, z: part.shape(*local(x, y, z)), finish, mapping, bounds)


def stack(
    grounds: list[Ground], width: float, depth: float, thick: float, at: Place = (0, 0, 0), seed: int = 0
) -> list[Body]:
    """Pile folded cloths, the first one on top."""
    generator = rng(seed, "stack")
    bodies, y = [], at[1]
    for ground in grounds[::-1]:
        t = thick * float(generator.uniform(0.8, 1.2))
        w, d = width * float(generator.uniform(0.95, 1.02)), depth * float(generator.uniform(0.95, 1.02))
        slab = box((w / 2, t / 2, d / 2), (0, t / 2, 0), t * 0.48)
        part = body(slab, _folded(ground, t, w, d), (-w / 2, 0, -d / 2), (w / 2, t, d / 2), over_edge)
        bodies.append(
            posed(
                part,
                (at[0] + float(generator.normal(0, 0.02)) * width, y, at[2]),
                float(generator.normal(0, 0.03)),
            )
        )
        y += t * 0.97
    return bodies[::-1]


def _folded(ground: Ground, thick: float, width: float, depth: float) -> Finish:
    def finish(spot: Spot) -> Skin:
        skin = ground(spot.u + F32(60.0), spot.v + F32(80.0), spot.ppc)
        end = clamp((np.abs(spot.x) - F32(width / 2 - thick * 0.30)) / F32(thick * 0.12))
        back = clamp((F32(-depth / 2 + thick * 0.3) - spot.z) / F32(thick * 0.1))
        layer = np.sin(spot.y * F32(2 * np.pi * 4 / thick) + spot.z * F32(0.1))
        crease = np.maximum(end, back) * layer
        skin.albedo = (
            skin.albedo
            * (F32(1) - F32(0.28) * np.maximum(end, back) * (F32(0.5) - F32(0.5) * layer))[..., None]
        )
        soft = np.sin(spot.x * F32(0.31) + spot.z * F32(0.17)) * F32(0.05)
        skin.height = skin.height + crease * F32(thick * 0.05) + soft
        return skin

    return finish


def roll(ground: Ground, length: float, radius: float, at: Place = (0, 0, 0), turn: float = 0.5) -> Body:
    """Roll a cloth or mat and lay it down, its end showing the spiral."""

    def finish(spot: Spot) -> Skin:
        far, angle = np.hypot(spot.y - F32(radius), spot.z), np.arctan2(spot.y - F32(radius), spot.z)
        end = clamp((np.abs(spot.x) - F32(length / 2 - 0.12)) * F32(12))
        skin = ground(angle * F32(radius), spot.x + F32(80), spot.ppc)
        spiral = np.sin((far / F32(radius) * F32(7) + angle / F32(2 * np.pi)) * F32(2 * np.pi))
        skin.albedo = skin.albedo * (F32(1) - F32(0.45) * end * clamp(-spiral))[..., None]
        skin.height = skin.height + end * spiral * F32(0.1)
        return skin

    shape = box((length / 2, radius, radius), (0, radius, 0), 0.2)

    def cylinder(x: Array, y: Array, z: Array) -> Array:
        round_ = np.hypot(y - F32(radius), z) - F32(radius)
        result: Array = np.maximum(round_, np.abs(x) - F32(length / 2))
        return np.where(result < 0, result, np.maximum(result, shape(x, y, z) * 0 + result))

    return posed(
        body(cylinder, finish, (-length / 2, 0, -radius), (length / 2, 2 * radius, radius)), at, turn
    )


def bag(subject: Subject) -> list[Body]:
    """Make a plaited shopping bag: an open, tapering box with two handles."""
    w, d, h = subject.size_cm
    tall = h * 0.68
    wall = 0.5

    def shape(x: Array, y: Array, z: Array) -> Array:
        up = clamp(y / F32(tall))
        swell = F32(0.88) + F32(0.12) * up
        px, pz = np.abs(x) / swell, np.abs(z) / (swell - F32(0.18) * up)
        corner = F32(min(w, d) * 0.22)
        qx, qz = px - F32(w / 2) + corner, pz - F32(d / 2) + corner
        ring = (
            np.sqrt(np.maximum(qx, 0) ** 2 + np.maximum(qz, 0) ** 2)
            + np.minimum(np.maximum(qx, qz), 0)
            - corner
        )
        rim = F32(tall) + F32(0.02 * h) * np.cos(x * F32(2.2 / w))
        shell = np.maximum(np.abs(ring + F32(wall)) - F32(wall), y - rim)
        floor = np.maximum(ring, np.abs(y - F32(wall)) - F32(wall))
        result: Array = np.minimum(np.maximum(shell, -y), floor) * F32(0.82)
        return result

    main = body(
        shape, surfaces.finish(subject), (-w / 2 - 0.5, 0, -d / 2 - 0.5), (w / 2 + 0.5, tall + 1, d / 2 + 0.5)
    )
    leather = materials.resin("sawo" if subject.seed % 2 else "soga_tua", subject.seed)
    thick = 0.55 if w > 18 else 0.35
    handles = [
        body(
            hoop((0, tall * 0.93, z), w * 0.24, h * 0.32, thick),
            leather,
            (-w * 0.28, tall * 0.85, z - 1),
            (w * 0.28, h * 1.05, z + 1),
        )
        for z in (d * 0.33, -d * 0.33)
    ]
    return [main, *handles]


def chest(subject: Subject) -> list[Body]:
    """Make a lidded box with a shadow line and a knob."""
    w, d, h = subject.size_cm
    low = box((w / 2, h * 0.33, d / 2), (0, h * 0.33, 0), 0.3)
    lid = box((w / 2 + 0.25, h * 0.14, d / 2 + 0.25), (0, h * 0.82, 0), 0.35)
    neck = box((w / 2 - 0.3, h * 0.4, d / 2 - 0.3), (0, h * 0.4, 0), 0.2)
    knob = egg((0, h * 0.99, 0), (w * 0.06, h * 0.06, w * 0.06))
    reach = (w / 2 + 0.5, h * 1.08, d / 2 + 0.5)
    return [body(union(low, lid, neck, knob), surfaces.finish(subject), (-reach[0], 0, -reach[2]), reach)]


def tray(subject: Subject) -> list[Body]:
    """Make a rectangular tray with a low rim."""
    w, d, h = subject.size_cm
    outer = box((w / 2, h / 2, d / 2), (0, h / 2, 0), 0.5)
    inner = box((w / 2 - 1.0, h, d / 2 - 1.0), (0, h + 0.9, 0), 0.4)

    def shape(x: Array, y: Array, z: Array) -> Array:
        return np.maximum(outer(x, y, z), -inner(x, y, z))

    return [body(shape, surfaces.finish(subject), (-w / 2, 0, -d / 2), (w / 2, h, d / 2))]


def cushion(subject: Subject) -> list[Body]:
    """Make a filled cushion, leaning back a little."""
    w, h, t = subject.size_cm[0] / 2, subject.size_cm[1] / 2, max(subject.size_cm[2], 9.0) / 2

    def shape(x: Array, y: Array, z: Array) -> Array:
        a, b = clamp(np.abs(x) / F32(w), 0, 1.2), clamp(np.abs(y - F32(h)) / F32(h), 0, 1.2)
        full = clamp(F32(1) - a**3) * clamp(F32(1) - b**3)
        thick = (full + F32(0.0004)) ** F32(0.46) * F32(t)
        pull_x, pull_y = F32(w) * (F32(0.90) + F32(0.10) * b * b), F32(h) * (F32(0.90) + F32(0.10) * a * a)
        edge = np.maximum(np.abs(x) - pull_x, np.abs(y - F32(h)) - pull_y)
        result: Array = np.maximum((np.abs(z) - thick) * F32(0.45), edge * F32(0.75))
        return result

    cloth = surfaces.ground(subject)

    def finish(spot: Spot) -> Skin:
        skin = cloth(spot.u, spot.v, spot.ppc)
        a, b = spot.x / F32(w), spot.y / F32(h) - F32(1)
        pleat = np.sin(np.arctan2(b, a) * F32(26.0) + a * F32(3)) * clamp(
            (a * a * b * b - F32(0.12)) * F32(2.0)
        )
        skin.height = skin.height + pleat * F32(0.35) + np.sin(a * F32(3.1) + b * F32(2.3)) * F32(0.25)
        return skin

    def mapping(x: Array, y: Array, z: Array, normal: Array) -> tuple[Array, Array]:
        del normal
        return x + F32(w + 20) + z * F32(0), y + F32(30)

    return [body(shape, finish, (-w, 0, -t), (w, 2 * h, t), mapping)]


def ring(subject: Subject) -> list[Body]:
    """Make a finger ring with a cabochon, lying so that the stone looks at the viewer."""
    r = subject.size_cm[0] / 2
    tube = r * 0.13
    points = [(r + tube * np.cos(t), tube * 1.3 * np.sin(t)) for t in np.linspace(0, 2 * np.pi, 20)[:-1]]
    hoop_ = turned([(float(a), float(b)) for a, b in points])
    band = Body(
        hoop_,
        materials.metal("#DAD7D0", subject.seed, 0.8),
        round_mapping(hoop_, r),
        ((-r * 1.2, -tube * 1.4, -r * 1.2), (r * 1.2, tube * 1.4, r * 1.2)),
    )
    upright = posed(band, (0, r + tube, 0), turn=np.pi / 2, lean=np.pi / 2)
    top = 2 * r + tube
    seat = body(
        egg((0, top, 0), (r * 0.62, r * 0.30, r * 0.70)),
        materials.metal("#CFCBC2", subject.seed, 0.75),
        (-r, top - r * 0.4, -r),
        (r, top + r * 0.4, r),
    )
    gem_hues = surfaces.codes(subject)
    gem = body(
        egg((0, top + r * 0.14, 0), (r * 0.54, r * 0.40, r * 0.62)),
        materials.stone(gem_hues, subject.seed, 1.0, 0.3, 3.0),
        (-r, top - r * 0.3, -r),
        (r, top + r * 0.7, r),
    )
    return [upright, seat, gem]


def bangle(subject: Subject) -> list[Body]:
    """Make a bracelet lying flat."""
    r, tall = subject.size_cm[0] / 2, subject.size_cm[2]
    outline = smoothed(
        [
            (r, 0.0),
            (r, tall),
            (r - 0.16, tall + 0.05),
            (r - 0.32, tall),
            (r - 0.32, 0.0),
            (r - 0.16, -0.03),
            (r, 0.0),
        ],
        1,
    )
    solid = turned(outline)
    return [
        Body(
            solid,
            surfaces.finish(subject),
            round_mapping(solid, r),
            ((-r * 1.05, 0, -r * 1.05), (r * 1.05, tall * 1.1, r * 1.05)),
        )
    ]
