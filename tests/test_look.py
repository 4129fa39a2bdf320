"""The look holds what it promises: readable colours in light and dark, components in pairs, no way round the escaping."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOKENS = (ROOT / "static" / "css" / "tokens.css").read_text("utf-8")
GROUNDS = ("page", "panel", "raised")
TEXT = 4.5
CONTROL = 3.0
"""Contrast that WCAG 2.2 AA asks of text, and of the borders of controls."""

PAIRS = [
    *((ink, ground, TEXT) for ground in GROUNDS for ink in ("text", "muted", "link", "accent", "danger", "success")),
    *(("edge", ground, CONTROL) for ground in GROUNDS),
    *((ink, f"tint-{ink}", TEXT) for ink in ("danger", "success", "warning")),
    *(("text", f"tint-{tone}", TEXT) for tone in ("danger", "success", "warning", "info")),
    ("link", "tint-info", TEXT),
    ("on-primary", "primary", TEXT),
    ("on-primary", "primary-hover", TEXT),
    ("on-deep", "deep", TEXT),
    ("on-deep-muted", "deep", TEXT),
    ("kunyit", "deep", TEXT),
]  # fmt: skip


def _colours(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6}|var\(--[a-z-]+\))", css))


def _palette(scheme: str) -> dict[str, str]:
    light, dark = TOKENS.split("@media (prefers-color-scheme: dark)")
    found = _colours(light)
    return found | _colours(dark) if scheme == "dark" else found


def _luminance(palette: dict[str, str], name: str) -> float:
    value = palette[name]
    while value.startswith("var("):
        value = palette[value[6:-1]]
    channels = [int(value[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_pair_of_ink_and_ground_can_be_read(scheme: str) -> None:
    palette = _palette(scheme)

    weak = []
    for ink, ground, least in PAIRS:
        dark, light = sorted((_luminance(palette, ink), _luminance(palette, ground)))
        contrast = (light + 0.05) / (dark + 0.05)
        if contrast < least:
            weak.append(f"{ink} on {ground}: {contrast:.2f}")

    assert not weak, weak


def test_sheets_speak_of_dyes_and_not_of_numbers() -> None:
    known = set(re.findall(r"--([a-z0-9-]+):", "".join(_sheets().values())))

    unknown = {
        f"{name}: var(--{token})"
        for name, css in _sheets().items()
        for token in re.findall(r"var\(--([a-z0-9-]+)", css)
        if token not in known
    }

    assert not unknown, unknown


def test_every_component_sheet_has_its_component() -> None:
    drawn = {path.stem for path in (ROOT / "templates" / "components").glob("*.html")} | {"icon"}

    assert {path.stem for path in (ROOT / "static" / "css" / "components").glob("*.css")} <= drawn


def test_no_template_goes_round_the_escaping_or_the_stylesheet() -> None:
    outside = [path for path in (ROOT / "templates").rglob("*.html") if "mail" not in path.parts]

    assert not [
        path.name for path in outside if re.search(r"\|\s*safe\b|autoescape", path.read_text("utf-8"))
    ]
    assert not [
        path.name for path in outside if re.search(r"\sstyle=|\son[a-z]+=\"", path.read_text("utf-8"))
    ]


def test_every_icon_that_a_template_names_is_installed() -> None:
    named = {
        name
        for path in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r"""icon(?:_name)?(?:\(|=)["']([a-z0-9-]+)["']""", path.read_text("utf-8"))
    }
    installed = {path.stem for path in (ROOT / "static" / "vendor" / "icons").glob("*.svg")}

    assert named <= installed, named - installed


def _sheets() -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in (ROOT / "static" / "css").rglob("*.css")}
