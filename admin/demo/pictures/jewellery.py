"""Jewellery seen straight on: filigree brooches, pendants with stones, earrings, strings of beads."""

import numpy as np

from admin.demo.pictures import materials
from admin.demo.pictures.board import Board, petal, placed, ring, spiral
from admin.demo.pictures.camera import Spot
from admin.demo.pictures.colours import linear
from admin.demo.pictures.light import Skin
from admin.demo.pictures.piece import Piece, oval, sketch, traced, within
from admin.demo.pictures.raster import F32, Array, blurred, clamp, mix, rng, smooth_at, smoothstep, tile
from admin.demo.pictures.relief import Frame, dome
from admin.demo.pictures.subject import Subject
from admin.demo.pictures.surfaces import METALS, codes


def _scroll_petals(
    board: Board, subject: Subject, count: int, reach: float, wire: float, layer: float
) -> None:
    generator = rng(subject.seed, "filigree", count)
    mid = board.width / 2, board.height / 2
    wide = float(generator.uniform(0.9, 1.25)) * 1.9 / count
    tip = 0.0 if count % 2 == 0 else 0.1
    for k in range(count):
        angle = layer + k * 2 * np.pi / count
        edge = placed(petal(wide, tip), *mid, reach, angle)
        board.line([*edge, edge[0]], 255, wire * 1.7)
        inner = placed(
            petal(wide * 0.80, tip), *placed([(0.06, 0)], *mid, reach, angle)[0], reach * 0.86, angle
        )
        board.line([*inner, inner[0]], 215, wire)
        for along, size in ((0.36, 0.13), (0.58, 0.15), (0.77, 0.08)):
            for side in (-1, 1):
                centre = placed([(along, side * wide * 0.42 * (1.1 - along * 0.5))], *mid, reach, angle)[0]
                curl = [(px, py * side) for px, py in spiral(2.1, size * reach * min(1.0, wide * 2.2), 40)]
                board.line(placed(curl, *centre, 1.0, angle), 200, wire * 0.8)
        board.line(placed([(0.1, 0), (0.9, 0)], *mid, reach, angle), 190, wire * 0.8)


def filigree(plane: Frame, subject: Subject, radius: float) -> Piece:
    """Bend and solder wire to a flower of scrolls, with granules and a small dome in the middle."""
    generator = rng(subject.seed, "brooch")
    count = int(generator.choice([5, 6, 7, 8, 8, 10]))
    wire = max(radius * 0.024, 0.025)
    board = sketch(radius * 2.3, radius * 2.3, plane.ppc)
    mid = board.width / 2, board.height / 2
    _scroll_petals(board, subject, count, radius, wire, 0.0)
    upper = sketch(radius * 2.3, radius * 2.3, plane.ppc)
    _scroll_petals(upper, subject, count, radius * 0.62, wire, np.pi / count)
    balls = sketch(radius * 2.3, radius * 2.3, plane.ppc)
    spots = [placed([(1.0, 0)], *mid, radius * 1.0, k * 2 * np.pi / count)[0] for k in range(count)]
    spots += [placed([(0.5, 0)], *mid, radius, (k + 0.5) * 2 * np.pi / count)[0] for k in range(count)]
    balls.dots(spots, 255, wire * 1.8)
    balls.dots(placed(ring(radius * 0.23, 14), *mid), 255, wire * 1.5)
    low, high, grain = traced(board, plane), traced(upper, plane), traced(balls, plane)
    far = np.hypot(plane.x, plane.y)
    centre = clamp(F32(1) - (far / F32(radius * 0.17)) ** 2)
    cup = F32(radius * 0.12) * clamp(far / F32(radius)) ** 2
    wires = np.maximum(low * F32(wire * 1.2), high * F32(wire * 1.2) + F32(radius * 0.10) * (high > 0.2))
    soft = blurred(wires, max(0.7, wire * plane.ppc * 0.32))
    twist = np.sin((plane.x + plane.y * F32(0.6)) / F32(wire) * F32(2.2)) * F32(wire * 0.10) * (low > 0.3)
    form = (
        soft
        + np.sqrt(clamp(blurred(grain, max(0.6, wire * plane.ppc * 0.5)))) * F32(wire * 2.2)
        + np.sqrt(centre) * F32(radius * 0.16)
        + cup
        + twist
    )
    cover = clamp(
        np.maximum(np.maximum(low * F32(1.6), high * F32(1.6)), np.maximum(grain, (centre > 0) * F32(1)))
    )
    dark = smoothstep(0.0, 0.9, np.maximum(low, high))
    silver = linear(METALS["silver"] if subject.surface != "gold" else "#DDB05A")
    skin = Skin(silver * (F32(0.5) + F32(0.5) * dark)[..., None], np.zeros_like(form), gloss=0.72, metal=0.95)
    return Piece(cover, form, skin, lift=radius * 0.10, reach=radius * 0.12)


def stone_pendant(plane: Frame, subject: Subject, radius: float) -> Piece:
    """Set a polished stone in a rope-edged bezel with a bail."""
    generator = rng(subject.seed, "pendant")
    tall = float(generator.uniform(1.1, 1.5))
    rx, ry = radius, radius * tall
    rim = oval(plane.x, plane.y, rx, ry)
    gem = oval(plane.x, plane.y, rx * 0.80, ry * 0.83)
    angle = np.arctan2(plane.y / F32(ry), plane.x / F32(rx))
    rope = F32(0.5) + F32(0.5) * np.sin(angle * F32(60.0) + rim * F32(18.0 / radius))
    bail = np.abs(oval(plane.x, plane.y - F32(ry * 1.12), rx * 0.16, rx * 0.22)) - F32(radius * 0.05)
    x = plane.x * F32(2.0 / radius)
    y = plane.y * F32(2.0 / radius)
    spot = Spot(x, y, x, y, x * F32(0), np.zeros((1, 1, 3), dtype=F32), plane.ppc)
    if subject.craft_slug == "batu-satam":
        pits = materials.dints(plane.x, plane.y, radius * 0.42, subject.seed)
        rock = Skin(
            np.broadcast_to(linear("#15130F"), (*x.shape, 3)),
            pits * F32(radius * 0.10),
            gloss=0.9,
            shine=0.06,
        )
    else:
        rock = materials.stone(codes(subject), subject.seed, 1.0, 0.4, 2.0)(spot)
    metal = linear(METALS["silver" if subject.seed % 3 else "pewter"])
    inside = within(gem, plane.ppc)
    cover = np.maximum(within(rim, plane.ppc), within(bail, plane.ppc))
    cab = np.sqrt(clamp(F32(1) - ((plane.x / F32(rx * 0.82)) ** 2 + (plane.y / F32(ry * 0.85)) ** 2)))
    edge = dome(rim, radius * 0.16) + rope * F32(radius * 0.025)
    form = np.where(gem < 0, F32(radius * 0.10) + cab * F32(radius * 0.42), edge) + dome(bail, radius * 0.05)
    skin = Skin(
        mix(np.broadcast_to(metal, rock.albedo.shape), rock.albedo, inside),
        rock.height * inside,
        gloss=mix(np.full(x.shape, 0.7, dtype=F32), np.full(x.shape, 0.98, dtype=F32), inside),
        metal=F32(0.95) * (F32(1) - inside),
        shine=0.07,
    )
    return Piece(cover, form, skin, lift=radius * 0.2, reach=radius * 0.25)


def beads(
    plane: Frame, subject: Subject, radius: float, strands: int, place: tuple[float, float, float]
) -> Piece:
    """String beads in loops at a place (x, y, turn): glass or stone, each with its own highlight."""
    cos, sin = float(np.cos(place[2])), float(np.sin(place[2]))
    generator = rng(subject.seed, "beads")
    hues = [linear(c) for c in codes(subject)]
    form, cover = np.zeros(plane.x.shape, dtype=F32), np.zeros(plane.x.shape, dtype=F32)
    albedo = np.zeros((*plane.x.shape, 3), dtype=F32)
    gloss = 0.9 if subject.family != "stone" else 0.75
    for strand in range(strands):
        rx, ry = radius * (0.72 - 0.16 * strand), radius * (0.98 - 0.2 * strand)
        count = int(52 - 10 * strand)
        sizes = radius * 0.048 * (0.75 + 0.55 * (np.arange(count) % int(generator.integers(4, 8)) == 0))
        angles = np.cumsum(sizes)
        angles = angles / angles[-1] * 2 * np.pi - np.pi / 2
        for k in range(count):
            cx = rx * np.cos(angles[k]) * (1 + 0.10 * np.sin(2 * angles[k] + strand))
            cy = ry * np.sin(angles[k]) + radius * (0.1 * strand)
            cx, cy = place[0] + cx * cos - cy * sin, place[1] + cx * sin + cy * cos
            r = float(sizes[k]) * 1.18
            area, near = plane.part(cx - r * 1.1, cx + r * 1.1, cy - r * 1.1, cy + r * 1.1)
            if near.x.size < 9:
                continue
            d2 = ((near.x - F32(cx)) ** 2 + (near.y - F32(cy)) ** 2) / F32(r * r)
            inside = clamp((F32(1) - np.sqrt(d2)) * F32(r * plane.ppc) + F32(0.5))
            hue = hues[k % len(hues)] if k % 7 else hues[-1]
            stripe = (
                np.sin((near.x - F32(cx)) / F32(r) * F32(5.0) + F32(k)) * F32(0.18)
                if subject.craft_slug == "manik-kaca-jombang"
                else F32(0)
            )
            albedo[area] = np.where(
                (inside > 0.4)[..., None],
                hue * (F32(1) + stripe)[..., None] if isinstance(stripe, np.ndarray) else hue,
                albedo[area],
            )
            form[area] = np.maximum(form[area], np.sqrt(clamp(F32(1) - d2)) * F32(r))
            cover[area] = np.maximum(cover[area], inside)
    skin = Skin(albedo, np.zeros_like(form), gloss=gloss, shine=0.07)
    return Piece(cover, form, skin, lift=radius * 0.05, reach=radius * 0.06)


def cast(plane: Frame, subject: Subject, radius: float) -> Piece:
    """Cast a medallion or keyring charm with a raised flower and a beaded edge."""
    board = sketch(radius * 2.2, radius * 2.2, plane.ppc)
    mid = board.width / 2, board.height / 2
    generator = rng(subject.seed, "cast")
    count = int(generator.integers(5, 9))
    for k in range(count):
        board.fill(placed(petal(1.7 / count), *mid, radius * 0.72, k * 2 * np.pi / count), 200)
        board.line(
            placed([(0.15, 0), (0.85, 0)], *mid, radius * 0.72, k * 2 * np.pi / count), 90, radius * 0.03
        )
    board.dots(placed(ring(radius * 0.88, 40), *mid), 255, radius * 0.035)
    board.dots([mid], 255, radius * 0.14)
    mark = traced(board, plane, radius * 0.018)
    rim = oval(plane.x, plane.y, radius, radius)
    age = smooth_at(tile(1.7, 1.0, 77), plane.x * F32(26.0), plane.y * F32(26.0) + F32(subject.seed % 99))
    low = F32(1) - clamp(mark * F32(1.4))
    metal: Array = (
        linear(METALS.get(subject.surface, METALS["pewter"])) * (F32(1) - F32(0.45) * low)[..., None]
    )
    form = dome(rim, radius * 0.12) + mark * F32(radius * 0.16)
    skin = Skin(metal, age * F32(radius * 0.004), gloss=F32(0.62) - F32(0.2) * low, metal=0.93)
    return Piece(within(rim, plane.ppc), form, skin, lift=radius * 0.12, reach=radius * 0.2)
