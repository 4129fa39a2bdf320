"""Wood, clay, glaze, metal, stone, shell, lacquer, resin and bamboo as finishes of solid bodies."""

import numpy as np

from admin.demo.pictures.camera import Finish, Spot
from admin.demo.pictures.colours import WOODS, linear
from admin.demo.pictures.fabric import Ground
from admin.demo.pictures.light import Skin
from admin.demo.pictures.raster import F32, Array, at, clamp, hashed, mix, rng, smooth_at, smoothstep, tile


def of(ground: Ground) -> Finish:
    """Wrap a flat material round a body."""
    return lambda spot: ground(spot.u, spot.v, spot.ppc)


def wood(name: str, seed: int, gloss: float = 0.3, along: str = "x") -> Finish:
    """Cut the body from a log: rings and grain run through it."""
    pale, dark = (linear(code) for code in WOODS[name])
    generator = rng(seed, "wood")
    off_a, off_b = float(generator.uniform(-9, 9)), float(generator.uniform(5, 16))

    def finish(spot: Spot) -> Skin:
        run, a, b = {
            "x": (spot.x, spot.y, spot.z),
            "y": (spot.y, spot.x, spot.z),
            "z": (spot.z, spot.x, spot.y),
        }[along]
        waver = smooth_at(tile(1.9, 1.0, 71), run * F32(6.0) + F32(seed % 600), (a + b) * F32(9.0))
        far = np.hypot(a - F32(off_a), b + F32(off_b)) + waver * F32(0.5)
        ring = np.sin(far * F32(5.2)) * F32(0.6) + np.sin(far * F32(13.7) + F32(1)) * F32(0.25)
        pore = at(tile(0.8, 26.0, 4), run * F32(spot.ppc * 0.5), (a * F32(1.3) + b) * F32(spot.ppc * 0.8))
        tone = clamp(F32(0.42) + F32(0.30) * ring + F32(0.13) * pore)
        return Skin(
            mix(pale, dark, tone),
            pore * F32(0.003),
            gloss=F32(gloss) * (F32(1) - F32(0.12) * tone),
            shine=0.055,
        )

    return finish


def carved(base: Finish, cut: Ground, depth: float, stain: float = 0.5) -> Finish:
    """Carve a pattern into a finish: the pattern's relief stands up, the ground sinks and darkens."""

    def finish(spot: Spot) -> Skin:
        skin, mark = base(spot), cut(spot.u, spot.v, spot.ppc)
        low = F32(1) - clamp(mark.height)
        skin.height = skin.height + mark.height * F32(depth)
        skin.albedo = skin.albedo * (F32(1) - F32(stain) * low)[..., None]
        skin.extra = {"crease": F32(1) - F32(0.45) * low}
        return skin

    return finish


def painted(base: Finish, paint: Ground, lift: float = 0.01, gloss: float = 0.35) -> Finish:
    """Paint a pattern over a finish where its cover is 1."""

    def finish(spot: Spot) -> Skin:
        skin, over = base(spot), paint(spot.u, spot.v, spot.ppc)
        share: Array = over.cover if over.cover is not None else np.ones(spot.u.shape, dtype=F32)
        skin.albedo = mix(skin.albedo, over.albedo, share)
        skin.height = skin.height + (over.height + F32(lift)) * share
        skin.gloss = mix(
            np.asarray(skin.gloss, dtype=F32), np.asarray(over.gloss, dtype=F32) + F32(gloss) * 0, share
        )
        skin.metal = mix(np.asarray(skin.metal, dtype=F32), np.asarray(over.metal, dtype=F32), share)
        return skin

    return finish


def clay(colour: str, seed: int, smoke: float = 0.3, burnish: float = 0.16, rings: float = 1.0) -> Finish:
    """Throw earthenware: finger rings, grog, the flame's darker clouds."""
    base = linear(colour)
    pitch = float(rng(seed, "clay").uniform(6.0, 10.0))

    def finish(spot: Spot) -> Skin:
        waver = smooth_at(tile(1.9, 1.0, 72), spot.u * F32(4.0) + F32(seed % 801), spot.v * F32(9.0))
        ring = np.sin(spot.v * F32(pitch) + waver * F32(0.8)) * F32(rings)
        grog = at(tile(0.9, 1.0, 8), spot.u * F32(spot.ppc * 0.8), spot.v * F32(spot.ppc * 0.8))
        speck = smoothstep(1.9, 2.4, grog)
        flame = smooth_at(tile(2.0, 1.0, 73), spot.u * F32(4.5), spot.v * F32(5.5) + F32(seed % 911))
        tone = F32(1) + F32(0.025) * ring + F32(0.05) * grog
        albedo = base * tone[..., None]
        albedo = mix(albedo, albedo * F32(0.28), smoothstep(0.5, 2.0, flame) * F32(smoke))
        albedo = mix(albedo, linear("#E6C9A0"), speck * F32(0.4))
        return Skin(
            albedo, ring * F32(0.014) + grog * F32(0.006), gloss=clamp(F32(burnish) + F32(0.04) * grog)
        )

    return finish


def glaze(colour: str, under: str, seed: int, low: float, high: float) -> Finish:
    """Dip a stoneware body in glaze which pools in the rings and ends in drips above the foot; heights in cm."""
    body, coat = clay(under, seed, 0.15, 0.05, 0.7), linear(colour)

    def finish(spot: Spot) -> Skin:
        skin = body(spot)
        drip = smooth_at(
            tile(1.4, 1.0, 74, 24.0), spot.u * F32(16.0) + F32(seed % 321), spot.u * F32(0) + F32(9)
        )
        line = F32(low + (high - low) * 0.20) - np.maximum(drip, 0) * F32((high - low) * 0.10)
        on = smoothstep(-0.03 * (high - low), 0.01 * (high - low), spot.y - line)
        within = spot.normal[..., 0] * spot.x + spot.normal[..., 2] * spot.z < -0.02
        on = np.maximum(on, (within | (spot.normal[..., 1] > 0.5)).astype(F32))
        bead = smoothstep(0.10, 0.0, np.abs(spot.y - line) / F32(high - low) * F32(6)) * on
        cloud = smooth_at(tile(1.5, 0.6, 75), spot.u * F32(9.0), spot.v * F32(12.0) + F32(seed % 200))
        speck = smoothstep(
            2.2, 2.7, at(tile(0.8, 1.0, 8), spot.u * F32(spot.ppc * 0.5), spot.v * F32(spot.ppc * 0.5))
        )
        thin = smoothstep(0.06, 0.0, (F32(high) - spot.y) / F32(high - low))
        hue = coat * (F32(1) + F32(0.16) * cloud - F32(0.2) * bead)[..., None]
        hue = mix(hue, linear(under) * F32(1.1), thin * F32(0.75))
        hue = mix(hue, linear("jelaga"), speck * F32(0.6))
        skin.albedo = mix(skin.albedo, hue, on)
        skin.height = (
            skin.height * (F32(1) - F32(0.75) * on)
            + on * F32(0.03)
            + bead * F32(0.05)
            + cloud * on * F32(0.01)
        )
        skin.gloss = mix(np.asarray(skin.gloss, dtype=F32), F32(0.88), on)
        return skin

    return finish


def metal(colour: str, seed: int, polish: float = 0.72, hammered: float = 0.0, age: float = 0.3) -> Finish:
    """Cast or beat metal: fine pits, hammer marks, a darker bloom in the hollows of age."""
    base = linear(colour)

    def finish(spot: Spot) -> Skin:
        fine = at(tile(0.9, 5.0, 76), spot.u * F32(spot.ppc * 0.6), spot.v * F32(spot.ppc * 0.6))
        bloom = smooth_at(tile(1.8, 1.0, 77), spot.u * F32(9.0) + F32(seed % 512), spot.v * F32(9.0))
        relief = fine * F32(0.0012) + bloom * F32(0.006)
        if hammered > 0:
            relief = relief + dints(spot.u, spot.v, hammered, seed) * F32(hammered * 0.055)
        dark = smoothstep(0.6, 2.2, bloom) * F32(age)
        return Skin(
            base * (F32(1) - F32(0.6) * dark)[..., None],
            relief,
            gloss=clamp(F32(polish) - F32(0.25) * dark + F32(0.03) * fine),
            metal=F32(0.96) - F32(0.2) * dark,
        )

    return finish


def dints(u: Array, v: Array, size: float, seed: int) -> Array:
    """Give overlapping hammer marks: 0 at their middle, 1 at their rims."""
    a, b = u / F32(size), v / F32(size)
    i, j = np.floor(a), np.floor(b)
    best = np.full(u.shape, 9.0, dtype=F32)
    for di in (-1.0, 0.0, 1.0):
        for dj in (-1.0, 0.0, 1.0):
            ci, cj = i + F32(di), j + F32(dj)
            px, py = ci + hashed(ci, cj, seed), cj + hashed(ci, cj, seed + 3)
            best = np.minimum(best, (a - px) ** 2 + (b - py) ** 2)
    return clamp(best)


def stone(
    colours: tuple[str, ...], seed: int, polish: float = 0.85, veins: float = 0.6, band: float = 1.0
) -> Finish:
    """Polish onyx, jade or agate: bands, clouds and fine veins under a clear surface."""
    pale, deep, vein_hue = (linear(colours[k % len(colours)]) for k in range(3))

    def finish(spot: Spot) -> Skin:
        x, y, z = spot.x, spot.y, spot.z
        warp = smooth_at(
            tile(1.7, 1.0, 78), (x + z) * F32(9.0) + F32(seed % 500), (y - z * F32(0.5)) * F32(9.0)
        )
        layer = np.sin((y * F32(0.9) + x * F32(0.35)) * F32(band * 2.2) + warp * F32(1.8))
        cloud = smooth_at(tile(1.5, 1.0, 79), x * F32(22.0) + z * F32(13.0), y * F32(22.0) + F32(seed % 701))
        line = smoothstep(0.07, 0.0, np.abs(cloud - F32(0.3))) * F32(veins)
        albedo = mix(pale, deep, clamp(F32(0.5) + F32(0.34) * layer + F32(0.16) * cloud))
        albedo = mix(albedo, vein_hue, line * F32(0.7))
        return Skin(albedo, cloud * F32(0.0006), gloss=polish, shine=0.06)

    return finish


def nacre(u: Array, v: Array, seed: int) -> Array:
    """Give the colour of mother-of-pearl at places in cm."""
    a = smooth_at(tile(1.9, 1.0, 80), u * F32(24.0) + F32(seed % 601), v * F32(24.0))
    b = smooth_at(tile(1.9, 1.0, 81), u * F32(24.0), v * F32(24.0) + F32(seed % 401))
    red = F32(0.78) + F32(0.10) * np.sin(a * F32(2.0))
    green = F32(0.76) + F32(0.10) * np.sin(a * F32(2.0) + F32(2.1) + b)
    blue = F32(0.76) + F32(0.12) * np.sin(b * F32(2.2) + F32(4.2))
    return np.stack([red, green, blue], axis=-1).astype(F32)


def lacquer(colour: str, gold: Ground, seed: int) -> Finish:
    """Coat in many layers of lacquer, with gold painting where the ground's cover is 1."""
    deep = linear(colour)

    def base(spot: Spot) -> Skin:
        wave = smooth_at(tile(1.8, 1.0, 82), spot.u * F32(9.0) + F32(seed % 512), spot.v * F32(9.0))
        return Skin(deep * (F32(1) + F32(0.10) * wave)[..., None], wave * F32(0.004), gloss=0.92, shine=0.06)

    return painted(base, gold)


def bamboo(seed: int, colour: str = "#CDB06D") -> Finish:
    """Take a bamboo culm standing on end: long fibres, pale bloom, dark flecks."""
    base = linear(colour)

    def finish(spot: Spot) -> Skin:
        fibre = at(
            tile(0.9, 24.0, 83), spot.y * F32(spot.ppc * 0.6) + F32(seed % 400), spot.u * F32(spot.ppc)
        )
        fleck = smooth_at(tile(1.6, 1.0, 84), spot.u * F32(14.0) + F32(seed % 77), spot.y * F32(5.0))
        tone = F32(1) + F32(0.05) * fibre + F32(0.09) * fleck
        albedo = mix(base * tone[..., None], linear("soga"), smoothstep(1.2, 2.4, fleck) * F32(0.5))
        return Skin(albedo, fibre * F32(0.002), gloss=0.42)

    return finish


def resin(colour: str, seed: int) -> Finish:
    """Shape warm latex by hand: a dull gleam, thumb marks."""
    base = linear(colour)

    def finish(spot: Spot) -> Skin:
        thumb = smooth_at(tile(1.8, 1.0, 85), spot.u * F32(14.0) + F32(seed % 300), spot.v * F32(14.0))
        fine = at(tile(0.9, 2.0, 8), spot.u * F32(spot.ppc), spot.v * F32(spot.ppc))
        return Skin(
            base * (F32(1) + F32(0.12) * thumb + F32(0.03) * fine)[..., None],
            thumb * F32(0.02) + fine * F32(0.002),
            gloss=0.42,
        )

    return finish


def peel(colour: str, seed: int) -> Finish:
    """Give a fruit its skin."""
    base = linear(colour)

    def finish(spot: Spot) -> Skin:
        pore = at(tile(0.8, 1.0, 86), spot.u * F32(spot.ppc * 0.5), spot.v * F32(spot.ppc * 0.5))
        blush = smooth_at(tile(2.0, 1.0, 87), spot.u * F32(7.0) + F32(seed % 300), spot.v * F32(7.0))
        albedo = base * (F32(1) + F32(0.14) * blush + F32(0.02) * pore)[..., None]
        return Skin(albedo, pore * F32(0.006), gloss=0.45)

    return finish
