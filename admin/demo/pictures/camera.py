"""A camera that looks at solid bodies on a table before a wall; called by the stage for every standing object."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from admin.demo.pictures.light import Light, Skin, lit
from admin.demo.pictures.raster import (
    F32,
    Array,
    blurred,
    clamp,
    cross,
    dot,
    mix,
    normalised,
    resized,
    smoothstep,
)
from admin.demo.pictures.solids import Distance

Box = tuple[tuple[float, float, float], tuple[float, float, float]]


@dataclass(frozen=True)
class Spot:
    """Where on a body the light is asked for: surface coordinates and place in cm, the normal, pixels per cm."""

    u: Array
    v: Array
    x: Array
    y: Array
    z: Array
    normal: Array
    ppc: float


Finish = Callable[[Spot], Skin]
Mapping = Callable[[Array, Array, Array, Array], tuple[Array, Array]]


@dataclass(frozen=True)
class Body:
    """One thing of one material: its shape, how its surface is unrolled, its finish and its bounds in cm."""

    shape: Distance
    finish: Finish
    mapping: Mapping
    bounds: Box


@dataclass(frozen=True)
class Camera:
    """A lens at a place looking at a target; focal length in pixels. Straight down means no perspective."""

    place: Array
    target: Array
    focal: float
    width: int
    height: int

    def axes(self) -> tuple[Array, Array, Array]:
        """Give right, up and forward."""
        forward = normalised(self.target - self.place)
        right = normalised(np.cross(forward, np.array([0, 1, 1e-4], dtype=F32)).astype(F32))
        return right, np.cross(right, forward).astype(F32), forward

    def rays(self, column: Array, row: Array) -> Array:
        """Give the unit direction through each pixel."""
        right, up, forward = self.axes()
        a = (column - F32(self.width / 2 - 0.5)) * F32(1 / self.focal)
        b = (F32(self.height / 2 - 0.5) - row) * F32(1 / self.focal)
        inverse = F32(1) / np.sqrt(F32(1) + a * a + b * b)
        out = np.empty((*inverse.shape, 3), dtype=F32)
        for c in range(3):
            out[..., c] = (forward[c] + a * right[c] + b * up[c]) * inverse
        return out

    def distance(self) -> float:
        """Give the distance to the target in cm."""
        return float(np.linalg.norm(self.target - self.place))

    def ppc(self) -> float:
        """Give pixels per cm at the target."""
        return self.focal / self.distance()

    def screen(self, bounds: Box, margin: int = 6) -> tuple[int, int, int, int]:
        """Give the pixel rectangle (left, top, right, bottom) which holds the bounds."""
        right, up, forward = self.axes()
        low, high = bounds
        corners = np.array(
            [[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])]
        )
        rel = corners - self.place
        depth = np.maximum(rel @ forward, 1e-3)
        xs = self.width / 2 + rel @ right / depth * self.focal
        ys = self.height / 2 - rel @ up / depth * self.focal
        return (
            int(np.clip(xs.min() - margin, 0, self.width)),
            int(np.clip(ys.min() - margin, 0, self.height)),
            int(np.clip(xs.max() + margin, 0, self.width)),
            int(np.clip(ys.max() + margin, 0, self.height)),
        )


def look_at(
    size: float, aim: tuple[float, float, float], pitch: float, width: int, zoom: float = 1.0
) -> Camera:
    """Set up a portrait 4:5 camera which shows about size cm across, pitch degrees above the table."""
    height = round(width * 5 / 4)
    lens = 2.6
    far = size * lens / zoom
    angle = np.radians(pitch)
    offset = np.array([0.0, np.sin(angle), np.cos(angle)], dtype=F32) * F32(far)
    target = np.array(aim, dtype=F32)
    return Camera(target + offset, target, width * lens, width, height)


def _advance(
    shape: Distance, eye: Array, rays: Array, start: Array, limit: float, cone: float, steps: int
) -> tuple[Array, Array, Array]:
    """March until nearer than cone * t; give t (9e9: missed), the least distance over t, and t where that was."""
    t, t_near = start.copy(), start.copy()
    least = np.full(t.shape, 9e9, dtype=F32)
    active = np.nonzero(t < limit)[0]
    ta, best, at_best = t[active], least[active], t[active]
    rx, ry, rz = (np.ascontiguousarray(rays[:, c])[active] for c in range(3))
    for _ in range(steps):
        if active.size == 0:
            break
        d = shape(eye[0] + rx * ta, eye[1] + ry * ta, eye[2] + rz * ta)
        ratio = d / ta
        better = ratio < best
        best, at_best = np.where(better, ratio, best), np.where(better, ta, at_best)
        going = ratio > F32(cone)
        ta = np.where(going, ta + np.maximum(d * F32(0.97), F32(cone * 0.5) * ta), ta)
        going &= ta < limit
        if np.count_nonzero(going) < going.size * 0.85:
            t[active], least[active], t_near[active] = ta, best, at_best
            active, ta, best, at_best = active[going], ta[going], best[going], at_best[going]
            rx, ry, rz = rx[going], ry[going], rz[going]
    t[active], least[active], t_near[active] = ta, best, at_best
    return np.where(t >= limit, F32(9e9), t), least, t_near


def _hits(
    bodies: list[Body], shape: Distance, camera: Camera, rect: tuple[int, int, int, int]
) -> tuple[Array, Array]:
    """Find the depth and coverage of the bodies in a rectangle of pixels, coarse cones first."""
    left, top, right, bottom = rect
    low = np.min([b.bounds[0] for b in bodies], axis=0)
    high = np.max([b.bounds[1] for b in bodies], axis=0)
    middle, reach = (low + high) / 2, float(np.linalg.norm(high - low)) / 2
    away = float(np.linalg.norm(middle - camera.place))
    limit, pixel = away + reach, 1.0 / camera.focal
    width, height = right - left, bottom - top
    depth: Array = np.full((1, 1), max(away - reach, 0.5), dtype=F32)
    for step in (8, 2):
        cols = (np.arange(0, width, step, dtype=F32) + F32(left + (step - 1) / 2))[None, :]
        rows = (np.arange(0, height, step, dtype=F32) + F32(top + (step - 1) / 2))[:, None]
        shape_2d = (rows.shape[0], cols.shape[1])
        rays = camera.rays(np.broadcast_to(cols, shape_2d), np.broadcast_to(rows, shape_2d)).reshape(-1, 3)
        start = _spread(depth, shape_2d).ravel()
        found, _, _ = _advance(
            shape, camera.place, rays, start, limit, pixel * step * 0.8, 72 if step == 8 else 28
        )
        depth = found.reshape(shape_2d)
    start = _spread(depth, (height, width))
    inside = np.nonzero(start.ravel() < limit)[0]
    column = (inside % width).astype(F32) + F32(left)
    row = (inside // width).astype(F32) + F32(top)
    rays = camera.rays(column, row)
    found, least, nearest = _advance(shape, camera.place, rays, start.ravel()[inside], limit, pixel * 0.3, 26)
    cover = np.zeros(width * height, dtype=F32)
    cover[inside] = np.where(found < limit, F32(1), clamp(F32(1.15) - least * F32(camera.focal)))
    full = np.full(width * height, 9e9, dtype=F32)
    full[inside] = np.where(found < limit, found, np.where(least * F32(camera.focal) < 1.2, nearest, found))
    return full.reshape(height, width), cover.reshape(height, width)


def _spread(values: Array, shape: tuple[int, int]) -> Array:
    if values.shape == (1, 1):
        return np.full(shape, values[0, 0], dtype=F32)
    fy, fx = -(-shape[0] // values.shape[0]), -(-shape[1] // values.shape[1])
    rows = np.minimum(np.arange(shape[0]) // max(fy, 1), values.shape[0] - 1)
    columns = np.minimum(np.arange(shape[1]) // max(fx, 1), values.shape[1] - 1)
    result: Array = values[rows[:, None], columns[None, :]]
    return result


def _normals(shape: Distance, x: Array, y: Array, z: Array, eps: float) -> Array:
    e = F32(eps)
    a = shape(x + e, y - e, z - e)
    b = shape(x - e, y - e, z + e)
    c = shape(x - e, y + e, z - e)
    d = shape(x + e, y + e, z + e)
    return normalised(np.stack([a - b - c + d, c + d - a - b, b + d - a - c], axis=-1))


def shadow_and_openness(
    shape: Distance, point: Array, normal: Array, light: Light, size: float, hard: float = 3.2
) -> tuple[Array, Array]:
    """Give soft shadow and openness to the sky for points of shape (n, 3), for an object of about size cm."""
    x, y, z = (np.ascontiguousarray(point[..., i]) for i in range(3))
    lit_ = np.ones(x.shape, dtype=F32)
    nx, ny, nz = (normal[..., i] for i in range(3))
    lift = F32(size * 0.012)
    x0, y0, z0 = x + nx * lift, y + ny * lift, z + nz * lift
    t = np.full(x.shape, size * 0.02, dtype=F32)
    lx, ly, lz = light.towards
    for _ in range(15):
        d = shape(x0 + lx * t, y0 + ly * t, z0 + lz * t)
        lit_ = np.minimum(lit_, F32(0.5) + F32(0.5 * hard) * d / t)
        t = t + np.maximum(np.abs(d), F32(size * 0.035))
    lit_ = smoothstep(0.0, 1.0, clamp(lit_))
    closed = np.zeros(x.shape, dtype=F32)
    for share, weight in ((0.03, 0.9), (0.09, 0.6), (0.22, 0.4)):
        h = F32(size * share)
        d = shape(x + nx * h, y + ny * h, z + nz * h)
        closed += clamp((h - d) / h) * F32(weight)
    return lit_, clamp(F32(1.0) - closed * F32(0.62), 0.06, 1.0)


def bumped(normal: Array, point: Array, relief: Array, limit: float = 1.6) -> Array:
    """Tilt normals by a relief (cm) seen on screen, whatever the surface's own coordinates."""
    dx = np.gradient(point, axis=1)
    dy = np.gradient(point, axis=0)
    hx = np.gradient(relief, axis=1)
    hy = np.gradient(relief, axis=0)
    first = cross(dy, normal)
    second = cross(normal, dx)
    size = dot(dx, first)
    tilt = (hx[..., None] * first + hy[..., None] * second) / np.where(np.abs(size) < 1e-9, F32(1e-9), size)[
        ..., None
    ]
    length = np.sqrt(dot(tilt, tilt))
    tilt = tilt * (np.minimum(F32(1), F32(limit) / np.maximum(length, F32(1e-6))))[..., None]
    return normalised(normal - tilt)


def bodies_on(canvas: Array, bodies: list[Body], camera: Camera, light: Light, size: float) -> Array:
    """Draw the bodies over a canvas of linear light, with their own shadows on each other."""

    def everything(x: Array, y: Array, z: Array) -> Array:
        best = bodies[0].shape(x, y, z)
        for body in bodies[1:]:
            best = np.minimum(best, body.shape(x, y, z))
        return best

    rects = [camera.screen(body.bounds) for body in bodies]
    left, top = min(r[0] for r in rects), min(r[1] for r in rects)
    right, bottom = max(r[2] for r in rects), max(r[3] for r in rects)
    if right - left < 4 or bottom - top < 4:
        return canvas
    depth, cover = _hits(bodies, everything, camera, (left, top, right, bottom))
    rows, columns = np.mgrid[top:bottom, left:right]
    rays = camera.rays(columns.astype(F32), rows.astype(F32))
    known = depth < 8e9
    shown = np.where(known, depth, _near(depth, known))
    point = camera.place + rays * shown[..., None]
    x, y, z = (np.ascontiguousarray(point[..., i]) for i in range(3))
    owner = np.zeros(depth.shape, dtype=np.int8)
    if len(bodies) > 1:
        nearest = bodies[0].shape(x, y, z)
        for number, body in enumerate(bodies[1:], start=1):
            d = body.shape(x, y, z)
            owner = np.where(d < nearest, np.int8(number), owner)
            nearest = np.minimum(nearest, d)
    for number, body in enumerate(bodies):
        mask = (cover > 0) & (owner == number)
        if not mask.any():
            continue
        ys, xs = np.nonzero(mask.any(axis=1))[0], np.nonzero(mask.any(axis=0))[0]
        part = (slice(max(ys[0] - 1, 0), ys[-1] + 2), slice(max(xs[0] - 1, 0), xs[-1] + 2))
        if mask[part].shape[0] < 3 or mask[part].shape[1] < 3:
            continue
        colour, through = _body(body, everything, camera, light, size, point[part], rays[part], mask[part])
        area = canvas[top:bottom, left:right][part]
        area += (colour - area) * (np.where(mask[part], cover[part], F32(0)) * through)[..., None]
    return canvas


def _near(depth: Array, known: Array) -> Array:
    """Fill missing depths from the pixel next to them, so that edges have a place to be shaded at."""
    filled = np.where(known, depth, F32(0))
    weight = known.astype(F32)
    total, count = filled.copy(), weight.copy()
    for axis in (0, 1):
        for shift in (1, -1):
            total += np.roll(filled, shift, axis)
            count += np.roll(weight, shift, axis)
    result: Array = np.where(
        count > 0, total / np.maximum(count, F32(1)), F32(np.median(depth[known]) if known.any() else 1)
    )
    return result


def _body(
    body: Body,
    everything: Distance,
    camera: Camera,
    light: Light,
    size: float,
    point: Array,
    rays: Array,
    mask: Array,
) -> tuple[Array, Array | float]:
    inside = np.nonzero(mask)
    flat = point[inside]
    x, y, z = (np.ascontiguousarray(flat[:, i]) for i in range(3))
    normal = np.zeros(point.shape, dtype=F32)
    normal[..., 2] = 1
    normal[inside] = _normals(body.shape, x, y, z, max(size * 0.004, 1.2 / camera.ppc()))
    px, py, pz = (np.ascontiguousarray(point[..., i]) for i in range(3))
    u, v = body.mapping(px, py, pz, normal)
    skin = body.finish(Spot(u, v, px, py, pz, normal, camera.ppc()))
    step = 3 if mask.size > 40000 else 1
    sparse = mask[::step, ::step]
    seen = np.nonzero(sparse)
    shadow = np.zeros(sparse.shape, dtype=F32)
    open_ = np.zeros(sparse.shape, dtype=F32)
    if seen[0].size:
        shade, openness = shadow_and_openness(
            everything, point[::step, ::step][seen], normal[::step, ::step][seen], light, size
        )
        shadow[seen], open_[seen] = shade, openness
    weight = sparse.astype(F32)
    height, width = mask.shape
    whole = np.maximum(resized(blurred(weight, 1.0), width, height), F32(0.02))
    shadow = clamp(resized(blurred(shadow, 1.0), width, height) / whole)
    open_ = clamp(resized(blurred(open_, 1.0), width, height) / whole)
    ground = smoothstep(0.0, size * 0.16, py)
    open_ = open_ * (F32(0.55) + F32(0.45) * ground)
    worn = bumped(normal, point, skin.height)
    if "crease" in skin.extra:
        open_ = open_ * skin.extra["crease"]
    colour = lit(skin, worn, -rays, light, mix(shadow, np.float32(1.0), 0.04), open_)
    return colour, (skin.cover if skin.cover is not None else 1.0)
