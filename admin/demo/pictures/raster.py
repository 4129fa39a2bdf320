"""Arrays as pictures: blur, resize, noise tiles and sampling; used by every other module of the pictures.

Colour arrays are linear light, shape (…, 3); single arrays are (height, width); everything is float32.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Array = NDArray[Any]
F32 = np.float32
TILE = 512
PERIOD = 1024.0
"""The span of a tile in the coordinates of smooth_at."""


def rng(*parts: int | str) -> np.random.Generator:
    """Give a random generator which depends on the parts only."""
    words = [part if isinstance(part, int) else _word(part) for part in parts]
    return np.random.default_rng([abs(word) for word in words])


def _word(text: str) -> int:
    value = 2166136261
    for byte in text.encode():
        value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
    return value


def clamp(values: Array, low: float = 0.0, high: float = 1.0) -> Array:
    """Hold the values between low and high."""
    result: Array = np.clip(values, F32(low), F32(high))
    return result


def smoothstep(low: float, high: float, values: Array) -> Array:
    """Rise smoothly from 0 at low to 1 at high; falls when low is greater than high."""
    t = clamp((values - F32(low)) * F32(1.0 / (high - low)))
    result: Array = t * t * (F32(3.0) - F32(2.0) * t)
    return result


def mix(first: Any, second: Any, share: Any) -> Array:
    """Blend from first to second; a share without channels is spread over those of a colour."""
    if isinstance(share, np.ndarray) and share.ndim and _coloured(share, first, second):
        out = np.empty((*share.shape, 3), dtype=F32)
        for c in range(3):
            start, end = first[..., c], second[..., c]
            out[..., c] = start + (end - start) * share
        return out
    result: Array = first + (second - first) * share
    return result


def _coloured(share: Array, *ends: Any) -> bool:
    shapes = [np.shape(end) for end in ends]
    deepest = max(len(shape) for shape in shapes)
    if deepest == 1:
        return (3,) in shapes and share.shape != (3,)
    return deepest == share.ndim + 1


def resized(values: Array, width: int, height: int) -> Array:
    """Resize a single array smoothly."""
    if values.shape == (height, width):
        return values
    image = Image.fromarray(np.ascontiguousarray(values, dtype=F32))
    return np.asarray(image.resize((width, height), Image.Resampling.BILINEAR), dtype=F32)


def _box(values: Array, radius: int) -> Array:
    padded = np.pad(values, ((radius + 1, radius), (0, 0)), mode="edge")
    size = 2 * radius + 1
    if size <= 7:
        total = padded[1 : values.shape[0] + 1].copy()
        for k in range(2, size + 1):
            total += padded[k : values.shape[0] + k]
        return total * F32(1.0 / size)
    sums = np.cumsum(padded, axis=0, dtype=np.float64)
    return ((sums[size:] - sums[:-size]) / size).astype(F32)


def blurred(values: Array, sigma: float) -> Array:
    """Blur a single or colour array like a Gaussian of sigma pixels; wide blurs work on a smaller copy."""
    if values.ndim == 3:
        return np.stack([blurred(values[..., c], sigma) for c in range(values.shape[2])], axis=-1)
    if sigma < 0.4:
        return values
    height, width = values.shape
    shrink = max(1, int(sigma / 1.6))
    small = values
    if shrink > 1:
        image = Image.fromarray(np.ascontiguousarray(values, dtype=F32))
        small = np.asarray(image.reduce(shrink), dtype=F32)
        sigma = sigma / shrink
    radius = max(1, round(sigma * 1.15))
    for _ in range(2):
        small = _box(small, radius)
        small = _box(small.T, radius).T
    return resized(np.ascontiguousarray(small), width, height)


@lru_cache(maxsize=128)
def tile(beta: float = 1.6, stretch: float = 1.0, seed: int = 0, finest: float = 0.0) -> Array:
    """Make a wrapping noise tile of mean 0, deviation 1, with power falling as frequency**beta.

    A stretch above 1 draws the grain out along the x axis; finest (texels) removes smaller structure.
    """
    generator = np.random.default_rng([seed, 77])
    white = generator.standard_normal((TILE, TILE), dtype=F32)
    spectrum = np.fft.rfft2(white)
    fy = np.fft.fftfreq(TILE)[:, None] * TILE
    fx = np.fft.rfftfreq(TILE)[None, :] * TILE * stretch
    frequency = np.sqrt(fx * fx + fy * fy)
    frequency[0, 0] = 1.0
    weight = np.maximum(frequency, 2.0) ** (-beta / 1.0)
    if finest > 0:
        weight = weight * np.exp(-((frequency * finest / PERIOD) ** 2))
    weight[0, 0] = 0.0
    noise = np.fft.irfft2(spectrum * weight, s=(TILE, TILE))
    noise = (noise - noise.mean()) / noise.std()
    result: Array = noise.astype(F32)
    return result


def at(texture: Array, x: Array, y: Array) -> Array:
    """Look the texture up at texel coordinates, wrapping round, nearest texel."""
    height, width = texture.shape[:2]
    column = np.floor(x).astype(np.int32)
    row = np.floor(y).astype(np.int32)
    if width & (width - 1) == 0 and height & (height - 1) == 0:
        index = (row & (height - 1)) * np.int32(width) + (column & (width - 1))
    else:
        index = (row % np.int32(height)) * np.int32(width) + column % np.int32(width)
    flat = texture.reshape(-1, *texture.shape[2:])
    result: Array = np.take(flat, index, axis=0)
    return result


def smooth_at(texture: Array, x: Array, y: Array, exact: bool = False) -> Array:
    """Look a single texture up at texel coordinates, wrapping round, between texels.

    Large fields are looked up on every fourth pixel and enlarged, for these textures change slowly; exact does not.
    """
    if not exact and x.ndim == 2 and x.size > 40000:
        small = smooth_at(texture, np.ascontiguousarray(x[::4, ::4]), np.ascontiguousarray(y[::4, ::4]), True)
        return resized(small, x.shape[1], x.shape[0])
    x, y = x * F32(TILE / PERIOD), y * F32(TILE / PERIOD)
    column, row = np.floor(x), np.floor(y)
    fx, fy = (x - column).astype(F32), (y - row).astype(F32)
    top = mix(at(texture, column, row), at(texture, column + 1, row), fx)
    bottom = mix(at(texture, column, row + 1), at(texture, column + 1, row + 1), fx)
    return mix(top, bottom, fy)


def hashed(i: Array, j: Array | int = 0, seed: int = 0) -> Array:
    """Give a repeatable random number in [0, 1) for whole-number cells."""
    texture = _cells(seed & 7)
    return at(
        texture, i * F32(1.0) + F32((seed * 37) % 251), j * F32(1.0) + i * F32(0) + F32((seed * 91) % 241)
    )


@lru_cache(maxsize=8)
def _cells(seed: int) -> Array:
    return np.random.default_rng([seed, 13]).random((256, 256), dtype=F32)


def normalised(vectors: Array) -> Array:
    """Scale vectors of shape (…, 3) to length 1."""
    inverse = F32(1) / np.sqrt(np.maximum(dot(vectors, vectors), F32(1e-12)))
    return vectors * inverse[..., None]


def dot(first: Array, second: Array) -> Array:
    """Give the inner product along the last axis."""
    result: Array = first[..., 0] * second[..., 0]
    result = result + first[..., 1] * second[..., 1]
    result += first[..., 2] * second[..., 2]
    return result


def cross(first: Array, second: Array) -> Array:
    """Give the outer product along the last axis."""
    a, b, c = first[..., 0], first[..., 1], first[..., 2]
    p, q, r = second[..., 0], second[..., 1], second[..., 2]
    return np.stack([b * r - c * q, c * p - a * r, a * q - b * p], axis=-1)
