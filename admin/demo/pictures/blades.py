"""Blades with their hilts and sheaths, and painted clogs: seen straight on."""

import numpy as np

from admin.demo.pictures import materials, surfaces
from admin.demo.pictures.colours import linear
from admin.demo.pictures.hangings import spot
from admin.demo.pictures.light import Skin
from admin.demo.pictures.piece import Piece, oval, within
from admin.demo.pictures.raster import F32, Array, at, clamp, mix, rng, smooth_at, smoothstep, tile
from admin.demo.pictures.relief import Frame, dome
from admin.demo.pictures.subject import Subject


def blade(plane: Frame, subject: Subject) -> Piece:
    """Lay down a keris, golok or rencong along y: pattern-welded or plain steel, carved hilt."""
    length = subject.size_cm[0]
    generator = rng(subject.seed, "blade")
    x, y = plane.x, plane.y + F32(length / 2)
    tall = length * 0.72
    along = clamp((y - F32(length * 0.25)) / F32(tall))
    keris, golok = "keris" in subject.craft_slug, "golok" in subject.craft_slug
    waves = float(generator.choice([5, 7, 9, 11])) if keris else 0.0
    sway = (
        F32(length * 0.012)
        * np.sin(along * F32(np.pi * waves))
        * smoothstep(0.05, 0.25, along)
        * smoothstep(1.0, 0.85, along)
    )
    curve = F32(0.0) * along if keris else F32(length * (0.05 if golok else -0.06)) * along * along
    px = x - sway - curve
    if golok:
        half = F32(length * 0.045) * (
            F32(0.75) + F32(0.5) * along - F32(1.1) * clamp(along - F32(0.82)) * F32(5) * F32(0.23)
        )
        edge = np.abs(px) - half
    else:
        half = F32(length * 0.034) * (F32(1) - along ** F32(1.6)) + F32(length * 0.035) * clamp(
            F32(1) - along * F32(12)
        ) * (px > 0 if keris else 1)
        edge = np.abs(px) - half
    edge = np.maximum(edge, np.maximum(F32(length * 0.25) - y, y - F32(length * 0.97)))
    ridge = clamp(F32(1) - np.abs(px) / np.maximum(half, F32(0.02)))
    steel = _steel(plane, px, y, subject, keris)
    hilt, hilt_form = _hilt(x, y, length, subject)
    timber = materials.wood("sonokeling" if subject.seed % 2 else "nangka", subject.seed, 0.5, "y")(
        spot(plane)
    )
    cut = surfaces.scrolls(subject.seed, length / 70.0)(x, y, plane.ppc)
    on_hilt = within(hilt, plane.ppc)
    collar = np.abs(y - F32(length * 0.245)) < length * 0.012
    brass = on_hilt * collar
    form = np.where(
        hilt < 0, hilt_form + cut.height * F32(length * 0.006), ridge * F32(length * 0.012) + dome(edge, 0.08)
    )
    albedo = mix(steel.albedo, timber.albedo * (F32(0.55) + F32(0.5) * cut.height)[..., None], on_hilt)
    albedo = mix(albedo, linear("#D2A24C"), brass)
    metal = np.maximum(F32(0.9) * (F32(1) - on_hilt), brass * F32(0.9))
    skin = Skin(albedo, steel.height * (F32(1) - on_hilt), gloss=F32(0.62) - F32(0.2) * on_hilt, metal=metal)
    return Piece(np.maximum(within(edge, plane.ppc), on_hilt), form, skin, lift=0.5, reach=length * 0.02)


def _steel(plane: Frame, px: Array, y: Array, subject: Subject, pattern: bool) -> Skin:
    fine = at(tile(0.9, 14.0, 4), y * F32(plane.ppc * 0.6), px * F32(plane.ppc))
    albedo = np.broadcast_to(linear("#8E9195"), (*px.shape, 3)) * (F32(1) + F32(0.05) * fine)[..., None]
    relief: Array = fine * F32(0.0008)
    if pattern:
        flow = smooth_at(
            tile(1.7, 4.0, 93), y * F32(14.0) + F32(subject.seed % 99), px * F32(40.0), exact=True
        )
        line = smoothstep(0.25, 0.75, np.abs(np.sin(flow * F32(2.6) + px * F32(5.0))))
        albedo = mix(np.broadcast_to(linear("#34343A"), albedo.shape), linear("#C9C8C2"), line * F32(0.9))
        relief = relief + line * F32(0.01)
    return Skin(albedo.astype(F32), relief)


def _hilt(x: Array, y: Array, length: float, subject: Subject) -> tuple[Array, Array]:
    up = y / F32(length * 0.25)
    bend = (
        F32(length * 0.05)
        * clamp(F32(0.55) - up) ** F32(1.5)
        * F32(2.4)
        * F32(1.6 if "rencong" in subject.craft_slug else 0.8)
    )
    thick = F32(length * 0.022) * (
        F32(1.0) + F32(0.35) * np.sin(up * F32(5.0)) + F32(0.7) * clamp(F32(0.35) - up)
    )
    edge = np.maximum(np.abs(x + bend) - thick, np.maximum(-y, y - F32(length * 0.26)))
    form = np.sqrt(clamp(F32(1) - ((x + bend) / np.maximum(thick, F32(0.01))) ** 2)) * thick
    return edge, form


def sheath(plane: Frame, subject: Subject) -> Piece:
    """Lay the blade's wooden sheath beside it, with a boat-shaped mouth for a keris."""
    length = subject.size_cm[0]
    x, y = plane.x, plane.y
    body = np.maximum(
        np.abs(x) - F32(length * 0.034) * (F32(1.1) - F32(0.25) * (y / F32(length))),
        np.abs(y) - F32(length * 0.37),
    )
    mouth = oval(
        x - F32(length * 0.015),
        y + F32(length * 0.37) - (x / F32(length * 0.12)) ** 2 * F32(length * -0.03),
        length * 0.11,
        length * 0.035,
    )
    edge = np.minimum(body, mouth) if "keris" in subject.craft_slug else body
    timber = materials.wood("nangka" if subject.seed % 2 else "jati", subject.seed + 1, 0.5, "y")(spot(plane))
    bands = (np.abs((y / F32(length * 0.12)) % 1.0 - F32(0.5)) < 0.06) & (body < 0)
    albedo = mix(timber.albedo, linear("#D2A24C"), bands.astype(F32) * F32("golok" in subject.craft_slug))
    form = dome(edge, length * 0.03)
    return Piece(
        within(edge, plane.ppc), form, Skin(albedo, timber.height, gloss=0.5), lift=0.7, reach=length * 0.02
    )


def clog(plane: Frame, subject: Subject, mirror: float) -> Piece:
    """Carve and paint one clog, heel below, with its strap across the toes."""
    length = subject.size_cm[0]
    x, y = plane.x * F32(mirror) / F32(length), plane.y / F32(length)
    centre = F32(0.035) * np.sin(y * F32(3.2))
    half = F32(0.155) + F32(0.035) * np.sin(y * F32(5.6)) + F32(0.02) * y
    round_ = np.sqrt(clamp(F32(1) - (np.abs(y) / F32(0.5)) ** 6))
    edge = (np.abs(x - centre) - half * round_) * F32(length)
    edge = np.maximum(edge, np.abs(plane.y) - F32(length / 2))
    form = dome(edge, length * 0.05) - F32(length * 0.05) * clamp(F32(0.3) - y) * F32(0.6)
    paint = surfaces.finish(subject)(
        spot(Frame(plane.width, plane.height, plane.ppc, plane.x * F32(mirror), plane.y))
    )
    inner = smoothstep(-length * 0.03, -length * 0.045, edge)
    sole = mix(paint.albedo, linear("#C69A63"), inner * F32(0.85) * (y < 0.10))
    band = np.abs(y - F32(0.22) + (x - centre) ** 2 * F32(1.6)) - F32(0.085)
    strap_edge = np.maximum(band * F32(length), (np.abs(x - centre) - half * F32(1.08)) * F32(length))
    on = within(strap_edge, plane.ppc)
    arch = np.sqrt(clamp(F32(1) - ((x - centre) / F32(0.20)) ** 2)) * F32(length * 0.11)
    leather = linear("soga_tua" if subject.seed % 2 else "mengkudu")
    stitch = smoothstep(0.10, 0.04, np.abs(strap_edge + F32(0.35))) * (np.sin(plane.x * F32(18)) > 0)
    hue = mix(np.broadcast_to(leather, sole.shape), linear("gading"), stitch * F32(0.7))
    albedo = mix(sole, hue, on)
    form = np.where(on > 0.5, arch + F32(length * 0.04), form)
    return Piece(
        np.maximum(within(edge, plane.ppc), on),
        form,
        Skin(
            albedo,
            paint.height * F32(0),
            gloss=mix(np.full(on.shape, 0.5, dtype=F32), np.full(on.shape, 0.2, dtype=F32), on),
        ),
        lift=1.0,
        reach=length * 0.06,
    )
