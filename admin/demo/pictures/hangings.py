"""Things that hang on a wall or lie flat: carved and painted panels, shields, net bags, pouches."""

import numpy as np

from admin.demo.pictures import surfaces
from admin.demo.pictures.board import density, ring
from admin.demo.pictures.camera import Spot
from admin.demo.pictures.colours import linear
from admin.demo.pictures.light import Skin
from admin.demo.pictures.materials import nacre, of, wood
from admin.demo.pictures.motifs_batik import repeat
from admin.demo.pictures.piece import Piece, oval, within
from admin.demo.pictures.raster import F32, at, blurred, clamp, mix, smooth_at, smoothstep, tile
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


def net_bag(plane: Frame, subject: Subject) -> Piece:
    """Hang a looped net bag by its strap: a soft, filled pouch."""
    w, h = subject.size_cm[0] / 2, subject.size_cm[1] / 2
    x, y = plane.x, plane.y + F32(h * 0.55)
    t = clamp((y + F32(h)) / F32(h * 1.75))
    wide = F32(w) * (F32(0.72) + F32(0.42) * np.sin(clamp(t * F32(1.15)) * F32(np.pi)) * (F32(1.15) - t))
    wide = wide * np.sqrt(clamp(t * F32(7.0))) ** F32(0.7)
    mouth = F32(h * 0.75) - (F32(1) - (x / F32(w)) ** 2) * F32(h * 0.08)
    sack = np.maximum(
        np.maximum(np.abs(x) - wide, y - mouth), -F32(h) - y + (x / F32(w)) ** 2 * F32(h * 0.18)
    )
    peg = h * 2.1
    run = clamp((y - F32(h * 0.68)) / F32(peg - h * 0.68))
    centre = F32(w * 0.66) * (F32(1) - run) ** F32(0.8)
    strap = np.abs(np.abs(x) - centre) - F32(w * 0.085)
    strap = np.maximum(strap, np.maximum(F32(h * 0.66) - y, y - F32(peg)))
    full = np.sqrt(clamp(F32(1) - (x / np.maximum(wide, F32(1))) ** 2))
    full = full * (F32(0.45) + F32(0.55) * np.sin(t * F32(2.6)))
    droop = smooth_at(
        tile(2.2, 0.5, 91, 8.0), x * F32(80 / w) * F32(0.2), y * F32(6.0) + F32(subject.seed % 90)
    )
    form = full * F32(w * 0.50) + droop * F32(w * 0.09)
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


__all__ = ["net_bag", "of", "oval", "panel", "pouch", "ring", "shield", "spot"]
