"""The couriers and their services, as `catalog/data/couriers.csv` lists them. Called by rates, sending and pages."""

import csv
from dataclasses import dataclass
from functools import cache

from catalog.indonesia import DATA

ABROAD = "international"


@dataclass(frozen=True, slots=True)
class Service:
    """One service of a courier."""

    code: str
    name: str
    kind: str
    """economy, regular, next_day, express or cargo."""
    days: str
    divisor: int = 6000
    """Cubic centimetres that it counts as one kilogram."""


@dataclass(frozen=True, slots=True)
class Courier:
    """A courier and its services within Indonesia."""

    code: str
    name: str
    services: tuple[Service, ...]

    @property
    def short_name(self) -> str:
        """Give the name without what it stands for: `JNE`."""
        return self.name.partition(" (")[0]


@cache
def couriers() -> tuple[Courier, ...]:
    """Give the couriers with their domestic services."""
    found: dict[str, tuple[str, list[Service]]] = {}
    with (DATA / "couriers.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["service_class"] == ABROAD:
                continue
            service = Service(
                row["service_code"],
                row["service_name"],
                row["service_class"],
                row["etd_days"],
                int(row["volumetric_divisor"]),
            )
            found.setdefault(row["code"], (row["name"], []))[1].append(service)
    return tuple(Courier(code, name, tuple(services)) for code, (name, services) in found.items())


def find(courier: str, code: str) -> Service | None:
    """Give a service of a courier, if it is listed."""
    known = next((one for one in couriers() if one.code == courier), None)
    return next((one for one in known.services if one.code == code), None) if known else None


def label(courier: str, code: str) -> str:
    """Write a service in few words, as a choice of several: `JNE REG`."""
    known = next((one for one in couriers() if one.code == courier), None)
    return f"{known.short_name if known else courier} {code}"


def key(courier: str, code: str) -> str:
    """Name a service as forms and addresses do: `jne-REG`; without a courier by its code alone: `regular`."""
    return f"{courier}-{code}" if courier else code


def parts(named: str) -> tuple[str, str]:
    """Give courier and code of a key."""
    courier, dash, code = named.partition("-")
    return (courier, code) if dash else ("", named)
