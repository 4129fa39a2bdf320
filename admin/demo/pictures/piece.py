"""A flat thing seen straight on: its coverage, relief and skin, made from places in cm about its middle."""

from dataclasses import dataclass

import numpy as np

from admin.demo.pictures.board import Board, Repeat, density
from admin.demo.pictures.light import Light, Skin
from admin.demo.pictures.raster import F32, Array, blurred, clamp
from admin.demo.pictures.relief import Frame, lay


@dataclass
class Piece:
    """What to lay: coverage 0 to 1, relief in cm, the skin, how high it floats and how far its hollows shade."""

    cover: Array
    form: Array
    skin: Skin
    lift: float = 0.3
    reach: float = 0.5


def put(canvas: Array, plane: Frame, light: Light, piece: Piece) -> None:
    """Lay a piece on the canvas, in place."""
    lay(canvas, plane, piece.cover, piece.form, piece.skin, light, piece.lift, piece.reach)


def turned(plane: Frame, x: float, y: float, turn: float) -> Frame:
    """Give the plane in the coordinates of a thing lying at (x, y), turned by radians."""
    c, s = F32(np.cos(turn)), F32(np.sin(turn))
    dx, dy = plane.x - F32(x), plane.y - F32(y)
    return Frame(plane.width, plane.height, plane.ppc, dx * c + dy * s, dy * c - dx * s)


def sketch(width: float, height: float, ppc: float) -> Board:
    """Open a one-channel board as large as a piece, its middle at (width / 2, height / 2)."""
    return Board(width, height, density(min(ppc, 90.0)), 0)


def traced(board: Board, plane: Frame, soft: float = 0.0) -> Array:
    """Look up a sketch on the plane, nothing outside it; soft blurs it by cm."""
    repeat = Repeat(board.mask(), board.width, board.height)
    inside = (np.abs(plane.x) < board.width / 2) & (np.abs(plane.y) < board.height / 2)
    mark = repeat.at(plane.x + F32(board.width / 2), F32(board.height / 2) - plane.y) * inside
    return blurred(mark, max(0.5, soft * plane.ppc))


def painted(board: Board, plane: Frame) -> Array:
    """Look up a coloured drawing on the plane."""
    repeat = Repeat(board.colour(), board.width, board.height)
    return repeat.at(plane.x + F32(board.width / 2), F32(board.height / 2) - plane.y)


def bump(x: Array, y: Array, cx: float, cy: float, rx: float, ry: float) -> Array:
    """Give a soft round hill of height 1."""
    return np.exp(-(((x - F32(cx)) / F32(rx)) ** 2) - ((y - F32(cy)) / F32(ry)) ** 2).astype(F32)


def within(distance: Array, ppc: float) -> Array:
    """Turn a signed distance in cm into coverage."""
    return clamp(F32(0.5) - distance * F32(ppc))


def oval(x: Array, y: Array, rx: float, ry: float) -> Array:
    """Give a near distance to an oval about the middle."""
    k = np.sqrt((x / F32(rx)) ** 2 + (y / F32(ry)) ** 2)
    return (k - F32(1.0)) * F32(min(rx, ry))
