"""Things that hang on a wall or lie flat: carved and painted panels, shields, masks, shadow puppets, net bags, pouches."""

import numpy as np

from admin.demo.pictures import surfaces
from admin.demo.pictures.board import Board, Point, bezier, density, petal, placed, ring, spiral
from admin.demo.pictures.camera import Spot
from admin.demo.pictures.colours import WOODS, linear
from admin.demo.pictures.light import Skin
from admin.demo.pictures.materials import nacre, of, wood
from admin.demo.pictures.motifs_batik import repeat
from admin.demo.pictures.piece import Piece, bump, oval, painted, sketch, traced, within
from admin.demo.pictures.raster import F32, Array, at, blurred, clamp, mix, rng, smooth_at, smoothstep, tile
from admin.demo.pictures.relief import Frame, dome, rectangle
from admin.demo.pictures.subject import Subject


def spot(plane: Frame) -> Spot:
    """Ask a finish about a flat plane."""
    zero = plane.x * F32(0)
    return Spot(plane.x, plane.y, plane.x, plane.y, zero, np.zeros((1, 1, 3), dtype=F32), plane.ppc)


def panel(plane: Frame, subject: Subject) -> Piece:
    """Carve or paint a framed panel: scrolls mirrored about the middle, or a picture under glass."""
    w, h = subject.size_cm[0] / 2, subject.size_cm[1] / 2
    rim = rectangle(plane.x, plane.y, w, h, 0.3)
    border = w * 0.10
    inner = rectangle(plane.x, plane.y, w - border, h - border)
    timber = wood("jati" if subject.seed % 2 else "mahoni", subject.seed, 0.3, "x")(spot(plane))
    inside = within(inner, plane.ppc)
    frame_form = dome(rim, border * 0.5) * F32(0.8)
    bead = smoothstep(border * 0.16, 0.0, np.abs(inner + F32(border * -0.2)))
    if subject.surface in {"carved", "inlay"}:
        mirrored = Frame(plane.width, plane.height, plane.ppc, np.abs(plane.x), plane.y)
        cut = surfaces.scrolls(subject.seed, max(w / 9.0, 0.7))(mirrored.x, mirrored.y, plane.ppc)
        depth = w * 0.07
        low = F32(1) - clamp(cut.height)
        form = frame_form + inside * (cut.height * F32(depth) - F32(depth * 0.6)) + bead * F32(0.15)
        albedo = timber.albedo * (F32(1) - F32(0.5) * low * inside)[..., None]
        return Piece(
            within(rim, plane.ppc), form, Skin(albedo, timber.height, gloss=0.28), lift=1.2, reach=w * 0.07
        )
    colours = surfaces.codes(subject)
    picture = repeat(subject.motif, colours, density(plane.ppc * 1.2), subject.seed % 4096)
    x = np.abs(plane.x) if subject.surface == "incised" else plane.x
    scale = F32(max(w / 11.0, 0.8))
    drawn = picture.at(x / scale + F32(40), plane.y / scale + F32(40))
    albedo = mix(timber.albedo, drawn, inside)
    if subject.surface == "incised":
        relief = blurred(drawn.mean(axis=-1), 1.2) * F32(0.3) * inside
        return Piece(
            within(rim, plane.ppc),
            frame_form + relief,
            Skin(albedo, timber.height * (1 - inside * 0.5), gloss=0.14),
            lift=1.2,
            reach=0.8,
        )
    glass = subject.surface == "glass"
    sheet = smooth_at(tile(2.0, 1.0, 88), plane.x * F32(3.0), plane.y * F32(3.0)) * F32(
        0.02 if glass else 0.05
    )
    form = frame_form * (F32(1) - inside) + bead * F32(0.1)
    gloss = mix(
        np.full(inside.shape, 0.3, dtype=F32),
        np.full(inside.shape, 0.95 if glass else 0.03, dtype=F32),
        inside,
    )
    return Piece(
        within(rim, plane.ppc),
        form,
        Skin(albedo, sheet * inside, gloss=gloss, shine=0.05),
        lift=1.4,
        reach=0.8,
    )


def shield(plane: Frame, subject: Subject) -> Piece:
    """Carve a tall shield: hooked figures in lime, red earth and charcoal, or shell set along a dark waisted board."""
    w, h = subject.size_cm[0] / 2, subject.size_cm[1] / 2
    up = plane.y / F32(h)
    waisted = subject.craft_slug == "salawaku-halut"
    reach = (
        F32(0.62) + F32(0.38) * up * up
        if waisted
        else np.sqrt(clamp(F32(1.02) - np.abs(up) ** 3 * F32(1.0))) * (F32(0.9) + F32(0.1) * up)
    )
    edge = np.maximum(np.abs(plane.x) - F32(w) * reach, np.abs(plane.y) - F32(h))
    base = wood("eboni" if waisted else "suar", subject.seed, 0.35, "y")(spot(plane))
    form = dome(edge, w * 0.25) * F32(0.7) + F32(w * 0.2) * (F32(1) - (plane.x / F32(w)) ** 2)
    cover = within(edge, plane.ppc)
    if waisted:
        shell = surfaces.shell_inlay(subject.seed, 2.2)(np.abs(plane.x), plane.y, plane.ppc)
        keep = (
            (shell.cover if shell.cover is not None else cover)
            * (edge < -w * 0.18)
            * (np.abs(np.sin(up * F32(7))) > 0.45)
        )
        albedo = mix(base.albedo, nacre(plane.x, plane.y, subject.seed), keep)
        return Piece(
            cover, form, Skin(albedo, keep * F32(0.02), gloss=F32(0.4) + F32(0.4) * keep), lift=1.6, reach=1.2
        )
    colours = surfaces.codes(subject)
    scale = F32(w / 6.0)
    drawn = repeat("ukel", colours, density(plane.ppc * float(scale)), subject.seed % 4096).at(
        plane.x / scale + F32(6), plane.y / scale
    )
    tone = blurred(drawn.mean(axis=-1), 1.5)
    rough = at(tile(1.0, 8.0, 4), plane.y * F32(plane.ppc * 0.5), plane.x * F32(plane.ppc))
    albedo = mix(drawn, base.albedo, F32(0.25)) * (F32(1) + F32(0.08) * rough)[..., None]
    return Piece(
        cover, form, Skin(albedo, tone * F32(w * 0.08) + rough * F32(0.01), gloss=0.06), lift=1.8, reach=1.4
    )


def mask(plane: Frame, subject: Subject) -> Piece:
    """Carve and paint a dance mask: brow, narrow eyes, fine nose, small mouth, a gilded diadem above."""
    generator = rng(subject.seed, "mask")
    w, h = subject.size_cm[0] / 2, subject.size_cm[1] / 2
    x, y = plane.x / F32(w), plane.y / F32(h)
    narrow = F32(1.0) - F32(0.30) * clamp(-y - F32(0.1)) - F32(0.05) * y
    head = oval(x / narrow, y, 0.92, 1.0)
    form = np.sqrt(
        clamp(F32(1) - (x / narrow / F32(0.95)) ** 2 * F32(0.9) - (y * F32(0.95)) ** 2 * F32(0.75))
    ) * F32(0.62)
    lean = float(generator.uniform(-0.05, 0.05))
    nose = bump(x, y, 0, -0.02, 0.085, 0.26) * F32(0.15) + bump(x, y, 0, -0.20, 0.10, 0.07) * F32(0.14)
    brow = sum(
        (bump(x, y - np.abs(x) * F32(0.12 + lean), s * 0.36, 0.22, 0.25, 0.05) for s in (-1, 1)),
        start=form * 0,
    )
    cheek = sum((bump(x, y, s * 0.42, -0.18, 0.22, 0.20) for s in (-1, 1)), start=form * 0)
    socket = sum((bump(x, y, s * 0.36, 0.08, 0.20, 0.09) for s in (-1, 1)), start=form * 0)
    lid = sum((bump(x, y, s * 0.36, 0.07, 0.15, 0.055) for s in (-1, 1)), start=form * 0)
    slit = sum(
        (bump(x, y + (x - F32(s * 0.36)) ** 2 * F32(0.8), s * 0.36, 0.045, 0.16, 0.016) for s in (-1, 1)),
        start=form * 0,
    )
    lips = bump(x, y, 0, -0.46, 0.17, 0.030) + bump(x, y, 0, -0.55, 0.13, 0.035)
    mouth = bump(x, y + x * x * F32(-0.5), 0, -0.505, 0.17, 0.012)
    chin = bump(x, y, 0, -0.78, 0.17, 0.12)
    form = (
        form
        + nose
        + brow * F32(0.07)
        + cheek * F32(0.06)
        - socket * F32(0.09)
        + lid * F32(0.07)
        - slit * F32(0.05)
    )
    form = (form + lips * F32(0.06) - mouth * F32(0.04) + chin * F32(0.06)) * F32(w)
    bare = subject.colours[0] in WOODS
    hues = ("nangka" if bare else subject.colours[0], *subject.colours[1:], "arang", "emas", "mengkudu")[:4]
    timber = wood(subject.colours[0] if bare else "nangka", subject.seed, 0.3, "y")(spot(plane)).albedo
    face, ink, gilt, red = (
        linear(WOODS[c][0] if c in WOODS else c) for c in (hues[0], "arang", "emas", hues[3])
    )
    hair = np.maximum(
        brow * (np.abs(y - F32(0.235) - np.abs(x) * F32(0.12)) < 0.035), clamp(slit * F32(2) - F32(0.6))
    )
    albedo = mix(timber if bare else np.broadcast_to(face, (*x.shape, 3)), ink, smoothstep(0.35, 0.6, hair))
    albedo = mix(albedo, red, smoothstep(0.35, 0.6, lips))
    albedo = mix(albedo, ink, smoothstep(0.5, 0.9, mouth))
    albedo = mix(albedo, red, cheek * F32(0.10))
    arc = y - F32(0.46) + x * x * F32(0.34)
    crown = smoothstep(-0.01, 0.01, arc)
    cut = surfaces.scrolls(subject.seed, max(w / 14.0, 0.25))(np.abs(plane.x), plane.y, plane.ppc)
    jewel = bump(np.abs(x) % F32(0.24) - F32(0.12), arc, 0.0, 0.06, 0.035, 0.03) + bump(
        x, y, 0, 0.68, 0.07, 0.09
    )
    albedo = mix(albedo, gilt * (F32(0.45) + F32(0.55) * clamp(cut.height * F32(1.5)))[..., None], crown)
    albedo = mix(albedo, red, clamp(jewel) * crown)
    form = form + crown * (F32(w * 0.06) + cut.height * F32(w * 0.05) + jewel * F32(w * 0.05))
    metal = crown * (F32(1) - clamp(jewel)) * F32(0.75)
    cracks = smooth_at(tile(1.6, 1.0, 89), plane.x * F32(12.0) + F32(subject.seed % 99), plane.y * F32(12.0))
    albedo = albedo * (F32(1) + F32(0.05) * cracks)[..., None]
    cover = within(head * F32(min(w, h)), plane.ppc)
    if subject.motif in {"fan", "sticks"}:
        return _crowned(
            plane, subject, Piece(cover, form, Skin(albedo, form * 0, gloss=0.42, metal=metal), 2.0, w * 0.2)
        )
    return Piece(
        cover, form, Skin(albedo, cracks * F32(0.004), gloss=0.45, metal=metal), lift=2.0, reach=w * 0.22
    )


def _crowned(plane: Frame, subject: Subject, face: Piece) -> Piece:
    """Set a fan of feathers or paper-wrapped sticks behind a mask."""
    w, h = subject.size_cm[0] / 2, subject.size_cm[1] / 2
    x, y = plane.x / F32(w), (plane.y - F32(h * 0.25)) / F32(w)
    far, angle = np.hypot(x, y), np.arctan2(x, y)
    fan = subject.motif == "fan"
    count, reach = (26.0, 2.0) if fan else (30.0, 1.75)
    place = angle * F32(count / np.pi)
    number = np.floor(place)
    side = np.abs(place - number - F32(0.5)) * F32(2)
    inside = (far < reach - side * side * 0.12) & (np.abs(angle) < 1.75)
    if fan:
        eye = np.hypot((far - F32(1.62 - 0.0)) * F32(5.0), side * F32(0.8)) + (number % 2) * F32(0.05)
        barb = np.sin(far * F32(60) - side * F32(5))
        hue = mix(
            np.broadcast_to(linear("hutan"), (*x.shape, 3)),
            linear("toska"),
            clamp(F32(0.5) + F32(0.3) * barb),
        )
        for radius, colour in ((0.9, "soga_muda"), (0.62, "toska"), (0.36, "nila_tua")):
            hue = mix(hue, linear(colour), smoothstep(radius, radius - 0.12, eye))
        relief = (F32(1) - side) * F32(0.5) + barb * F32(0.03)
        thin = inside & (side < 0.97)
    else:
        hues = np.stack([linear(c) for c in ("mengkudu", "kunyit", "pandan", "nila", "jambu")])
        ripple = np.sin(far * F32(42) + number)
        hue = hues[number.astype(np.int32) % 5] * (F32(0.85) + F32(0.2) * ripple)[..., None]
        relief = (F32(1) - side * side) * F32(0.6) + ripple * F32(0.06)
        thin = inside & (side < 0.30 + 0.25 * (np.abs(ripple)))
    cover = np.maximum(face.cover, blurred(thin.astype(F32), 0.6))
    front = face.cover
    albedo = mix(hue, face.skin.albedo, front)
    form = np.where(front > 0.5, face.form + F32(1.5), relief * F32(0.4))
    metal = np.asarray(face.skin.metal, dtype=F32) * front
    return Piece(
        cover,
        form,
        Skin(albedo.astype(F32), form * 0, gloss=F32(0.2) + F32(0.2) * front, metal=metal, sheen=0.2),
        1.8,
        w * 0.2,
    )


def puppet(plane: Frame, subject: Subject) -> Piece:
    """Cut a kayon, the mountain of the shadow play, from hide: a tree, scrolls and gates, pierced and painted."""
    w, h = subject.size_cm[0] / 2, subject.size_cm[1] / 2
    generator = rng(subject.seed, "kayon")
    board = Board(2 * w * 1.1, 2 * h * 1.06, density(min(plane.ppc, 60.0)), "#7A2B22")
    holes = sketch(board.width, board.height, plane.ppc)
    cx, cy = board.width / 2, board.height / 2

    def at_(px: float, py: float) -> Point:
        return cx + px * w, cy - py * h

    gold, blue, green = "#D3A24A", "#2A4273", "#4D7350"
    board.line([at_(0, -0.6), at_(0, 0.8)], gold, w * 0.09)
    levels = 6
    for k in range(levels):
        y = -0.42 + k * 0.19
        size = (0.52 - 0.055 * k) * float(generator.uniform(0.9, 1.08))
        for side in (-1, 1):
            stem = bezier(
                at_(0, y),
                at_(side * size * 0.4, y + 0.10),
                at_(side * size, y + 0.12),
                at_(side * size * 0.9, y - 0.02),
            )
            board.line(stem, gold, w * 0.05)
            curl = [(px * side, py) for px, py in spiral(1.6, w * size * 0.34, 36)]
            where = at_(side * size * 0.72, y + 0.02)
            board.line(placed(curl, *where), gold, w * 0.035)
            holes.line(placed(curl, *where, 1.16, 0.5 * side), 255, w * 0.022)
            for n in range(3, 13, 3):
                leaf = placed(petal(0.3), *stem[n], w * 0.14, -1.2 * side - (np.pi if side < 0 else 0))
                board.fill(leaf, green if (n + k) % 2 else blue, gold, w * 0.01)
            holes.dots([at_(side * size * t, y + 0.09) for t in (0.25, 0.4, 0.55)], 255, w * 0.018)
            holes.fill(placed(petal(0.2), *at_(side * size * 1.05, y + 0.04), w * 0.12, 0.6 * side), 255)
    for side in (-1, 1):
        roof = [
            at_(side * 0.05, -0.52),
            at_(side * 0.42, -0.62),
            at_(side * 0.36, -0.66),
            at_(side * 0.05, -0.60),
        ]
        board.fill(roof, gold)
        board.fill(
            [
                at_(side * 0.04, -0.92),
                at_(side * 0.34, -0.92),
                at_(side * 0.34, -0.68),
                at_(side * 0.04, -0.66),
            ],
            blue,
            gold,
            w * 0.02,
        )
        for n in range(5):
            x = side * (0.09 + n * 0.05)
            holes.line([at_(x, -0.88), at_(x, -0.72)], 255, w * 0.016)
    ys = np.linspace(-0.95, 0.97, 120)
    for side in (-1, 1):
        rim = [at_(side * float(_leaf(np.array(t))) * 0.93, float(t)) for t in ys]
        board.line(rim, gold, w * 0.035)
        holes.dots(
            [at_(side * float(_leaf(np.array(t))) * 0.86, float(t)) for t in ys[2:-3:3]], 255, w * 0.014
        )
    edge = (np.abs(plane.x) / F32(w) - _leaf(plane.y / F32(h))) * F32(w * 0.8)
    edge = np.maximum(edge, np.abs(plane.y) - F32(h * 0.98))
    pierced = traced(holes, plane)
    cover = within(edge, plane.ppc) * (F32(1) - smoothstep(0.3, 0.7, pierced))
    stick = np.maximum(np.abs(plane.x) - F32(w * 0.035), np.abs(plane.y + F32(h * 0.15)) - F32(h * 1.1))
    rod = within(stick, plane.ppc) * ((plane.y < -h * 0.96) | (np.abs(plane.x) < w * 0.02))
    hide = painted(board, plane)
    mottle = smooth_at(tile(1.7, 1.0, 90), plane.x * F32(6.0) + F32(subject.seed % 99), plane.y * F32(6.0))
    hide = mix(hide * (F32(1) + F32(0.08) * mottle)[..., None], linear("#C9A06A"), rod * (cover < 0.5))
    bone = dome(stick, w * 0.035) * rod
    return Piece(
        np.maximum(cover, rod),
        bone + mottle * F32(0.06),
        Skin(hide, mottle * F32(0.004), gloss=0.34),
        lift=0.9,
        reach=0.5,
    )


def _leaf(t: Array) -> Array:
    up = clamp((np.asarray(t, dtype=F32) + F32(1)) / F32(2))
    swell = clamp(np.sin(np.pi * up ** F32(0.62))) ** F32(0.75)
    result: Array = F32(0.62) * swell + F32(0.36) * (F32(1) - up) ** 2 * smoothstep(0.0, 0.02, up)
    return clamp(result, 0.0, 0.98)


def net_bag(plane: Frame, subject: Subject) -> Piece:
    """Hang a looped net bag by its strap: a soft, filled pouch."""
    w, h = subject.size_cm[0] / 2, subject.size_cm[1] / 2
    x, y = plane.x, plane.y + F32(h * 0.45)
    mouth = F32(h * 0.62) - (F32(1) - (x / F32(w)) ** 2) * F32(h * 0.10)
    low = (x / F32(w)) ** 2 + (clamp(-(y - F32(h * 0.05)) / F32(h * 0.85), 0, 2)) ** 2 * F32(1.0)
    sides = np.abs(x) - F32(w) * (
        F32(0.80) + F32(0.20) * np.cos(clamp((y / F32(h * 0.62)), -1, 1) * F32(1.4))
    )
    sack = np.maximum(np.maximum((np.sqrt(low) - F32(1)) * F32(w), sides), y - mouth)
    peg = h * 1.5
    run = clamp((y - F32(h * 0.5)) / F32(peg - h * 0.5))
    centre = F32(w * 0.74) * (F32(1) - run) ** F32(0.85)
    strap = np.maximum(
        np.abs(np.abs(x) - centre) - F32(w * 0.075), np.maximum(F32(h * 0.48) - y, y - F32(peg))
    )
    full = np.sqrt(clamp(F32(1) - (x / F32(w * 1.02)) ** 2)) * np.sqrt(
        clamp(F32(1) - ((y - F32(h * 0.0)) / F32(h * 1.0)) ** 2 * F32(0.8))
    )
    droop = smooth_at(
        tile(2.2, 0.5, 91, 8.0), x * F32(80 / w) * F32(0.2), y * F32(6.0) + F32(subject.seed % 90)
    )
    form = full * F32(w * 0.55) + droop * F32(w * 0.05)
    net = surfaces.ground(subject)
    bulge = x + x * (F32(1) - full) * F32(0.35)
    skin = net(bulge + F32(40), y + F32(60), plane.ppc)
    cover = np.maximum(within(sack, plane.ppc), within(strap, plane.ppc))
    form = np.where(sack < 0, form, F32(0.5) + dome(strap, w * 0.07))
    return Piece(cover, form, skin, lift=2.2, reach=w * 0.25)


def pouch(plane: Frame, subject: Subject) -> Piece:
    """Sew a flat pouch or tote: the cloth outside, a seam, a flap or two handles."""
    w, h = subject.size_cm[0] / 2, subject.size_cm[1] / 2
    rim = rectangle(plane.x, plane.y, w, h, min(w, h) * 0.14)
    fabric_ = surfaces.ground(subject)
    puff = dome(rim, w * 0.5) * F32(0.28) + smooth_at(
        tile(2.2, 1.0, 92, 7.0), plane.x * F32(90 / w * 0.2), plane.y * F32(90 / w * 0.2)
    ) * F32(0.10)
    skin = fabric_(plane.x + F32(w + 30), plane.y + F32(h + 20), plane.ppc)
    seam = smoothstep(0.10, 0.03, np.abs(rim + F32(0.7))) * (np.sin((plane.x + plane.y) * F32(16)) > -0.3)
    skin.albedo = mix(skin.albedo, linear("gading") * F32(0.8), seam * F32(0.7))
    cover, form = within(rim, plane.ppc), puff
    if h > 13:
        centre = F32(w * 0.42)
        run = clamp((plane.y - F32(h * 0.8)) / F32(h * 0.85))
        arch = np.abs(
            np.hypot(plane.x / centre, np.maximum(plane.y - F32(h), 0) / F32(h * 0.62)) - F32(1)
        ) * centre - F32(0.9)
        strap = np.where(
            plane.y > h,
            arch,
            np.maximum(np.abs(np.abs(plane.x) - centre) - F32(0.9), F32(h * 0.72) - plane.y),
        )
        cover = np.maximum(cover, within(strap, plane.ppc))
        on = within(strap, plane.ppc)
        skin.albedo = mix(skin.albedo, linear("soga_tua"), on)
        form = form + on * (F32(0.3) + dome(strap, 0.4)) + run * F32(0)
    else:
        flap = plane.y - F32(h * 0.10) + F32(h * 0.22) * (plane.x / F32(w)) ** 2 * F32(-1)
        form = form + smoothstep(-0.05, 0.05, flap) * F32(0.28)
        button = np.hypot(plane.x, plane.y - F32(h * 0.02)) - F32(0.75)
        on = within(button, plane.ppc)
        skin.albedo = mix(skin.albedo, linear("soga_muda"), on)
        form = form + dome(button, 0.4) * F32(1.2)
    skin.extra = {}
    return Piece(cover, form, skin, lift=0.9, reach=1.2)


__all__ = ["mask", "net_bag", "of", "oval", "panel", "pouch", "puppet", "ring", "shield", "spot"]
