"""Runs all measurements, or those named: `./dev bench storefront`."""

import importlib
import pkgutil
import sys

import bench

NAMES = [module.name for module in pkgutil.iter_modules(bench.__path__) if not module.name.startswith("_")]


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
