"""Umbrellas, model boats and rod puppets, as bodies."""

from dataclasses import replace

import numpy as np

from admin.demo.pictures import fabric, materials, surfaces
from admin.demo.pictures.camera import Body, Finish, Spot
from admin.demo.pictures.colours import linear
from admin.demo.pictures.light import Skin
from admin.demo.pictures.objects import body, posed
from admin.demo.pictures.raster import F32, Array, clamp, mix
from admin.demo.pictures.solids import Distance, box, egg, rod, smoothed, turned, union
from admin.demo.pictures.subject import Subject
from admin.demo.pictures.vessels import round_mapping


def umbrella(subject: Subject) -> list[Body]:
    """Open a paper umbrella and set it on its rim, tilted to show the painting."""
    r, h = subject.size_cm[0] / 2, subject.size_cm[0] * 0.2
    count = 24
    skin = turned(
        smoothed(
            [(0.0, h), (r * 0.5, h * 0.72), (r, 0.0), (r, -0.25), (r * 0.5, h * 0.72 - 0.4), (0.0, h - 0.4)],
            1,
        )
    )

    def shape(x: Array, y: Array, z: Array) -> Array:
        sag = (F32(0.5) - F32(0.5) * np.cos(np.arctan2(x, z) * F32(count))) * np.hypot(x, z) * F32(0.02)
        return skin(x, y + sag, z) * F32(0.8)

    paper = surfaces.finish(subject)

    def finish(spot: Spot) -> Skin:
        made = paper(replace(spot, u=spot.x, v=spot.z))
        angle = np.arctan2(spot.x, spot.z) * F32(count / (2 * np.pi))
        rib = clamp(F32(1) - np.abs(angle - np.round(angle)) * np.hypot(spot.x, spot.z) * F32(2.6))
        far = np.hypot(spot.x, spot.z) / F32(r)
        band = ((far > 0.93) & (far < 0.96)) | ((far > 0.16) & (far < 0.19)) | (far < 0.06)
        made.albedo = (
            np.where(band[..., None], linear("kunyit"), made.albedo) * (F32(1) - F32(0.25) * rib)[..., None]
        )
        made.height = made.height + rib * F32(0.08)
        return made

    top = Body(
        union(shape, rod((0, h, 0), (0, h + r * 0.1, 0), r * 0.018)),
        finish,
        round_mapping(skin, r),
        ((-r, -1, -r), (r, h * 1.6, r)),
    )
    pole = body(
        rod((0, h, 0), (0, -r * 0.9, 0), r * 0.014), materials.wood("jati", 1), (-1, -r, -1), (1, h, 1)
    )
    return [posed(part, (0, r * 0.86, 0), turn=-np.pi / 2, lean=1.05) for part in (top, pole)]


Corner = tuple[float, float]


def _sail(points: list[Corner], z0: float, depth: float, height: float) -> Distance:
    """Cut a sail from its corners and let the wind belly it by a share of the boat's depth."""
    p = np.array(points)
    middle = p.mean(axis=0)

    def distance(x: Array, y: Array, z: Array) -> Array:
        best = np.full(x.shape, -9e9, dtype=F32)
        for (ax, ay), (bx, by) in zip(p, np.roll(p, -1, axis=0), strict=True):
            nx, ny = by - ay, ax - bx
            if (middle[0] - ax) * nx + (middle[1] - ay) * ny > 0:
                nx, ny = -nx, -ny
            length = float(np.hypot(nx, ny))
            best = np.maximum(best, (x - F32(ax)) * F32(nx / length) + (y - F32(ay)) * F32(ny / length))
        rise = clamp((y - F32(height * 0.22)) / F32(height * 0.7))
        belly = F32(depth * 0.16) * np.sin(rise * F32(np.pi))
        result: Array = np.maximum(best, np.abs(z - F32(z0) - belly) - F32(0.12)) * F32(0.75)
        return result

    return distance


# corners in shares of length and height; the last figure is how far forward of the keel, in shares of the depth
SAILS: tuple[tuple[tuple[Corner, ...], float], ...] = (
    (((-0.14, 0.28), (-0.14, 0.72), (-0.37, 0.66), (-0.38, 0.30)), 0.0),
    (((0.13, 0.28), (0.13, 0.68), (-0.07, 0.62), (-0.08, 0.30)), 0.0),
    (((0.15, 0.82), (0.34, 0.33), (0.17, 0.36)), 0.0),
    (((0.16, 0.85), (0.49, 0.40), (0.37, 0.33)), 0.12),
    (((-0.14, 0.94), (-0.14, 0.74), (-0.31, 0.69)), 0.0),
)


def boat(subject: Subject) -> list[Body]:
    """Build a model of a two-masted pinisi with its sails set."""
    w, d, h = subject.size_cm

    def hull(x: Array, y: Array, z: Array) -> Array:
        rise = (x / F32(w * 0.42)) ** 2 * F32(h * 0.07)
        deck = y - F32(h * 0.20) - rise
        solid = egg((0, h * 0.2, 0), (w * 0.42, h * 0.17, d * 0.45))(x, y - rise, z)
        return np.maximum(solid, deck) * F32(0.7)

    a, b = -w * 0.13, w * 0.14
    masts = union(
        rod((a, h * 0.15, 0), (a, h * 0.97, 0), h * 0.009), rod((b, h * 0.15, 0), (b, h * 0.9, 0), h * 0.009),
        rod((w * 0.3, h * 0.26, 0), (w * 0.52, h * 0.40, 0), h * 0.008), box((w * 0.07, h * 0.05, d * 0.2), (-w * 0.26, h * 0.27, 0), 0.2),
        box((w * 0.2, h * 0.012, d * 0.1), (0, h * 0.012, 0), 0.1), rod((0, 0, 0), (0, h * 0.1, 0), h * 0.02),
    )  # fmt: skip
    sails = union(*(_sail([(x * w, y * h) for x, y in corners], z * d, d, h) for corners, z in SAILS))
    timber = surfaces.finish(subject)
    canvas = materials.of(fabric.plain(linear("kapas"), subject.seed, 0.09))
    low, high = (-w * 0.53, 0.0, -d * 0.5), (w * 0.53, h, d * 0.5)
    return [
        body(hull, timber, low, (high[0], h * 0.4, high[2])),
        body(masts, timber, low, high),
        body(sails, canvas, low, high),
    ]


def _painted_face(colour: str, seed: int, u: float) -> Finish:
    """Paint brows, eyes and lips on a puppet's head; u is a sixtieth of its height in cm."""
    skin_of = materials.resin(colour, seed)

    def finish(spot: Spot) -> Skin:
        skin = skin_of(spot)
        x, y = np.abs(spot.x) / F32(u), spot.y / F32(u)
        front = spot.z > u * 1.2
        eye = ((x - F32(1.45)) / F32(0.75)) ** 2 + ((y - F32(43.4)) / F32(0.22)) ** 2 < 1
        brow = ((x - F32(1.5)) / F32(0.95)) ** 2 + (
            (y - F32(44.35) + (x - F32(1.5)) ** 2 * F32(0.25)) / F32(0.16)
        ) ** 2 < 1
        lips = (x / F32(0.75)) ** 2 + ((y - F32(40.9)) / F32(0.26)) ** 2 < 1
        skin.albedo = mix(skin.albedo, linear("arang"), ((eye | brow) & front).astype(F32))
        skin.albedo = mix(skin.albedo, linear("mengkudu"), (lips & front).astype(F32))
        return skin

    return finish


SKIRT = ((0, 4), (9.5, 4), (9.0, 8), (5.4, 28), (7.2, 34), (3.0, 38), (0, 38))
CROWN = ((0, 44.5), (4.3, 44.5), (4.5, 46), (3.6, 48), (4.0, 49), (2.2, 53), (2.4, 54), (0.6, 58), (0, 60))


def _turned_part(line: tuple[tuple[float, float], ...], u: float, finish: Finish) -> Body:
    """Turn an outline given in sixtieths of the puppet's height."""
    solid = turned(smoothed([(r * u, y * u) for r, y in line], 1))
    reach, top = solid.radius * 1.05, solid.height * 1.02
    return Body(
        solid, finish, round_mapping(solid, solid.radius), ((-reach, 0.0, -reach), (reach, top, reach))
    )


def doll(subject: Subject) -> list[Body]:
    """Stand a rod puppet on its base: painted head, gilded crown, batik skirt."""
    u, seed = subject.size_cm[2] / 60.0, subject.seed
    batik = surfaces.ground(replace(subject, surface="batik", motif="parang" if seed % 2 else "kawung"))
    gilt = materials.carved(materials.metal("#C8962F", seed, 0.7), surfaces.scrolls(seed, 0.35), 0.12)
    face = _painted_face("#EFE0C4" if seed % 3 else "#B9603F", seed, u)
    head = union(
        egg((0, 43 * u, 0.8 * u), (3.4 * u, 4.4 * u, 3.7 * u)),
        egg((0, 42.8 * u, 4.4 * u), (0.7 * u, 1.3 * u, 1.1 * u)),
        rod((0, 37 * u, 0), (0, 41 * u, 0), 1.4 * u),
    )
    limbs = []
    for s in (-1, 1):
        elbow = (s * 10.5 * u, 25 * u, 3 * u)
        limbs += [rod((s * 6 * u, 34 * u, 0), elbow, u), rod(elbow, (s * 7 * u, 18 * u, 8 * u), 0.85 * u)]
    foot = union(
        box((8 * u, 1.5 * u, 8 * u), (0, 1.5 * u, 0), 0.8 * u), rod((0, 2 * u, 0), (0, 8 * u, 0), 1.2 * u)
    )
    return [
        _turned_part(SKIRT, u, materials.of(batik)),
        body(head, face, (-4 * u, 36 * u, -4 * u), (4 * u, 48 * u, 6 * u)),
        _turned_part(CROWN, u, gilt),
        body(union(*limbs), face, (-12 * u, 17 * u, -2 * u), (12 * u, 36 * u, 10 * u)),
        body(foot, materials.wood("mahoni", seed), (-9 * u, 0, -9 * u), (9 * u, 9 * u, 9 * u)),
    ]
