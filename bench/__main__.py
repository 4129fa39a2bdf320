"""Runs all measurements, or those named: `./dev bench storefront`."""

import importlib
import sys
from pathlib import Path

import bench

NAMES = [
    path.stem for path in sorted(Path(bench.__path__[0]).glob("*.py"))
    if not path.stem.startswith("_") and "\ndef main() -> None:" in path.read_text("utf-8")
]  # fmt: skip


def main(wanted: list[str]) -> int:
    """Run each measurement; it prints what it found."""
    unknown = set(wanted) - set(NAMES)
    if unknown:
        print(f"No such measurement: {', '.join(sorted(unknown))}. There are: {', '.join(NAMES)}")
        return 2
    for name in wanted or NAMES:
        print(f"── {name}")
        importlib.import_module(f"bench.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
