"""Dance masks and the kayon of the shadow play, seen straight on."""

import numpy as np

from admin.demo.pictures import surfaces
from admin.demo.pictures.board import Board, Point, bezier, density, petal, placed, spiral
from admin.demo.pictures.colours import WOODS, linear
from admin.demo.pictures.hangings import spot
from admin.demo.pictures.light import Skin
from admin.demo.pictures.materials import wood
from admin.demo.pictures.piece import Piece, bump, oval, painted, sketch, traced, within
from admin.demo.pictures.raster import F32, Array, blurred, clamp, mix, rng, smooth_at, smoothstep, tile
from admin.demo.pictures.relief import Frame, dome
from admin.demo.pictures.subject import Subject


def _pair(x: Array, y: Array, cx: float, cy: float, rx: float, ry: float) -> Array:
    """Give two hills, left and right of the middle."""
    return bump(np.abs(x), y, cx, cy, rx, ry)


def mask(plane: Frame, subject: Subject) -> Piece:
    """Carve and paint a dance mask: brow, narrow eyes, fine nose, small mouth, a gilded diadem above."""
    w, h = subject.size_cm[0] / 2, subject.size_cm[1] / 2
    x, y = plane.x / F32(w), plane.y / F32(h)
    form, albedo = _face(plane, x, y, subject)
    arc = y - F32(0.46) + x * x * F32(0.34)
    crown = smoothstep(-0.01, 0.01, arc)
    cut = surfaces.scrolls(subject.seed, max(w / 14.0, 0.25))(np.abs(plane.x), plane.y, plane.ppc)
    jewel = bump(np.abs(x) % F32(0.24) - F32(0.12), arc, 0.0, 0.06, 0.035, 0.03)
    jewel = jewel + bump(x, y, 0, 0.68, 0.07, 0.09)
    gilt = linear("emas") * (F32(0.45) + F32(0.55) * clamp(cut.height * F32(1.5)))[..., None]
    albedo = mix(mix(albedo, gilt, crown), linear("mengkudu"), clamp(jewel) * crown)
    form = (form + crown * (F32(0.06) + cut.height * F32(0.05) + jewel * F32(0.05))) * F32(w)
    metal = crown * (F32(1) - clamp(jewel)) * F32(0.75)
    cracks = smooth_at(tile(1.6, 1.0, 89), plane.x * F32(12.0) + F32(subject.seed % 99), plane.y * F32(12.0))
    albedo = albedo * (F32(1) + F32(0.05) * cracks)[..., None]
    narrow = F32(1.0) - F32(0.30) * clamp(-y - F32(0.1)) - F32(0.05) * y
    cover = within(oval(x / narrow, y, 0.92, 1.0) * F32(min(w, h)), plane.ppc)
    skin = Skin(albedo, cracks * F32(0.004), gloss=0.45, metal=metal)
    made = Piece(cover, form, skin, lift=2.0, reach=w * 0.22)
    return _crowned(plane, subject, made) if subject.motif in {"fan", "sticks"} else made


def _face(plane: Frame, x: Array, y: Array, subject: Subject) -> tuple[Array, Array]:
    """Model and paint the face in shares of the mask's half width and height: relief and colour."""
    lean = float(rng(subject.seed, "mask").uniform(-0.05, 0.05))
    narrow = F32(1.0) - F32(0.30) * clamp(-y - F32(0.1)) - F32(0.05) * y
    bulge = (x / narrow / F32(0.95)) ** 2 * F32(0.9) + (y * F32(0.95)) ** 2 * F32(0.75)
    brow = _pair(x, y - np.abs(x) * F32(0.12 + lean), 0.36, 0.22, 0.25, 0.05)
    cheek = _pair(x, y, 0.42, -0.18, 0.22, 0.20)
    slit = _pair(x, y + (np.abs(x) - F32(0.36)) ** 2 * F32(0.8), 0.36, 0.045, 0.16, 0.016)
    lips = bump(x, y, 0, -0.46, 0.17, 0.030) + bump(x, y, 0, -0.55, 0.13, 0.035)
    mouth = bump(x, y + x * x * F32(-0.5), 0, -0.505, 0.17, 0.012)
    form: Array = np.sqrt(clamp(F32(1) - bulge)) * F32(0.62)
    form += bump(x, y, 0, -0.02, 0.085, 0.26) * F32(0.15) + bump(x, y, 0, -0.20, 0.10, 0.07) * F32(0.14)
    form += brow * F32(0.07) + cheek * F32(0.06) - _pair(x, y, 0.36, 0.08, 0.20, 0.09) * F32(0.09)
    form += _pair(x, y, 0.36, 0.07, 0.15, 0.055) * F32(0.07) - slit * F32(0.05)
    form += lips * F32(0.06) - mouth * F32(0.04) + bump(x, y, 0, -0.78, 0.17, 0.12) * F32(0.06)
    colour = subject.colours[0]
    skin = np.broadcast_to(linear("susu" if colour in WOODS else colour), (*x.shape, 3))
    if colour in WOODS:
        skin = wood(colour, subject.seed, 0.3, "y")(spot(plane)).albedo
    line = np.abs(y - F32(0.235) - np.abs(x) * F32(0.12)) < 0.035
    hair = np.maximum(brow * line, clamp(slit * F32(2) - F32(0.6)))
    albedo = mix(skin, linear("arang"), smoothstep(0.35, 0.6, hair))
    albedo = mix(albedo, linear("darah"), smoothstep(0.35, 0.6, lips))
    albedo = mix(albedo, linear("arang"), smoothstep(0.5, 0.9, mouth))
    return form, mix(albedo, linear("mengkudu"), cheek * F32(0.10))


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
        eye = np.hypot((far - F32(1.62)) * F32(5.0), side * F32(0.8)) + (number % 2) * F32(0.05)
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
    kayon = Kayon(w, h, plane.ppc, generator)
    kayon.tree(generator)
    kayon.gates()
    kayon.rim()
    edge = (np.abs(plane.x) / F32(w) - _leaf(plane.y / F32(h))) * F32(w * 0.8)
    edge = np.maximum(edge, np.abs(plane.y) - F32(h * 0.98))
    pierced = traced(kayon.holes, plane)
    cover = within(edge, plane.ppc) * (F32(1) - smoothstep(0.3, 0.7, pierced))
    stick = np.maximum(np.abs(plane.x) - F32(w * 0.035), np.abs(plane.y + F32(h * 0.15)) - F32(h * 1.1))
    rod = within(stick, plane.ppc) * ((plane.y < -h * 0.96) | (np.abs(plane.x) < w * 0.02))
    hide = painted(kayon.board, plane)
    mottle = smooth_at(tile(1.7, 1.0, 90), plane.x * F32(6.0) + F32(subject.seed % 99), plane.y * F32(6.0))
    hide = mix(hide * (F32(1) + F32(0.08) * mottle)[..., None], linear("#C9A06A"), rod * (cover < 0.5))
    form = dome(stick, w * 0.035) * rod + mottle * F32(0.06)
    return Piece(
        np.maximum(cover, rod), form, Skin(hide, mottle * F32(0.004), gloss=0.34), lift=0.9, reach=0.5
    )


class Kayon:
    """The drawing of a kayon: its painting and the holes punched through it, in shares of its half size."""

    def __init__(self, w: float, h: float, ppc: float, generator: np.random.Generator) -> None:
        hide = str(generator.choice(["#7A2B22", "#2E2622", "#22335F", "#5A3A24", "#3A5240"]))
        self.gold = str(generator.choice(["#D3A24A", "#E0BE72", "#C8862F"]))
        self.blue, self.green = (
            str(c) for c in generator.choice(["#2A4273", "#4D7350", "#A23B2E", "#C9837A"], 2, False)
        )
        self.levels = int(generator.integers(5, 8))
        self.w, self.h = w, h
        self.board = Board(2 * w * 1.1, 2 * h * 1.06, density(min(ppc, 60.0)), hide)
        self.holes = sketch(self.board.width, self.board.height, ppc)

    def at(self, px: float, py: float) -> Point:
        """Turn shares of the half size into places on the board."""
        return self.board.width / 2 + px * self.w, self.board.height / 2 - py * self.h

    def tree(self, generator: np.random.Generator) -> None:
        """Grow the tree of life, branch over branch."""
        self.board.line([self.at(0, -0.6), self.at(0, 0.8)], self.gold, self.w * 0.09)
        for k in range(self.levels):
            size = (0.52 - 0.33 * k / self.levels) * float(generator.uniform(0.9, 1.08))
            for side in (-1, 1):
                self._branch(-0.42 + k * 1.14 / self.levels, size, side, k)

    def _branch(self, y: float, size: float, side: int, k: int) -> None:
        w, reach = self.w, side * size
        bends = (self.at(0, y), self.at(reach * 0.4, y + 0.10), self.at(reach, y + 0.12))
        stem = bezier(*bends, self.at(reach * 0.9, y - 0.02))
        self.board.line(stem, self.gold, w * 0.05)
        curl = [(px * side, py) for px, py in spiral(1.6, w * size * 0.34, 36)]
        where = self.at(reach * 0.72, y + 0.02)
        self.board.line(placed(curl, *where), self.gold, w * 0.035)
        self.holes.line(placed(curl, *where, 1.16, 0.5 * side), 255, w * 0.022)
        for n in range(3, 13, 3):
            leaf = placed(petal(0.3), *stem[n], w * 0.14, -1.2 * side - (np.pi if side < 0 else 0))
            self.board.fill(leaf, self.green if (n + k) % 2 else self.blue, self.gold, w * 0.01)
        self.holes.dots([self.at(reach * t, y + 0.09) for t in (0.25, 0.4, 0.55)], 255, w * 0.018)
        self.holes.fill(placed(petal(0.2), *self.at(reach * 1.05, y + 0.04), w * 0.12, 0.6 * side), 255)

    def gates(self) -> None:
        """Set the two gates at the foot, with their bars cut through."""
        for side in (-1, 1):
            roof = ((0.05, -0.52), (0.42, -0.62), (0.36, -0.66), (0.05, -0.60))
            door = ((0.04, -0.92), (0.34, -0.92), (0.34, -0.68), (0.04, -0.66))
            self.board.fill([self.at(side * x, y) for x, y in roof], self.gold)
            self.board.fill([self.at(side * x, y) for x, y in door], self.blue, self.gold, self.w * 0.02)
            for n in range(5):
                x = side * (0.09 + n * 0.05)
                self.holes.line([self.at(x, -0.88), self.at(x, -0.72)], 255, self.w * 0.016)

    def rim(self) -> None:
        """Run a gold line and a row of punched dots along the edge."""
        ys = np.linspace(-0.95, 0.97, 120)
        for side in (-1, 1):
            reach = side * _leaf(ys)
            line = list(zip(reach.tolist(), ys.tolist(), strict=True))
            self.board.line([self.at(x * 0.93, y) for x, y in line], self.gold, self.w * 0.035)
            self.holes.dots([self.at(x * 0.86, y) for x, y in line[2:-3:3]], 255, self.w * 0.014)


def _leaf(t: Array) -> Array:
    up = clamp((np.asarray(t, dtype=F32) + F32(1)) / F32(2))
    swell = clamp(np.sin(np.pi * up ** F32(0.62))) ** F32(0.75)
    result: Array = F32(0.62) * swell + F32(0.36) * (F32(1) - up) ** 2 * smoothstep(0.0, 0.02, up)
    return clamp(result, 0.0, 0.98)
