"""The port to whoever knows couriers' live tariffs and where parcels are. Adapters: `rajaongkir`, `biteship`.

Called by the checkout's quotes (tariffs) and by `checkout.tracking` (the polling job), never inside a transaction
that writes. Without a key there is nobody to ask: the councils' tables hold and parcels are tracked by hand.
Amounts are whole rupiah.
"""

import enum
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, cast

from shop import config
from shop.errors import Unavailable

EXTENSION = "kriya.couriers"


class Unreachable(Unavailable):
    """The aggregator does not answer in time, answers nonsense, or has lately failed so often that it is left alone."""

    message = "The couriers' tariffs cannot be asked for at the moment."


class Exhausted(Unreachable):
    """The day's quota is used up; it is not asked again before the time it named."""


class Refused(Unavailable):
    """The aggregator understood and said no (a wrong key, a place it does not know); asking again will not help."""

    message = "The couriers' tariffs could not be had for this address."


class NoSuchWaybill(Refused):
    """The courier does not know this tracking number, or not yet."""


@dataclass(frozen=True, slots=True)
class End:
    """Where a parcel starts or ends, in words an aggregator finds its own code by."""

    postal_code: str
    district: str = ""
    regency: str = ""


@dataclass(frozen=True, slots=True)
class RateRequest:
    """One packed parcel and its way. Equal requests give equal answers for a while (they are kept)."""

    origin: End
    destination: End
    weight_g: int
    """Packed grams, actual; volumetric weight is worked out from the box by whoever carries it."""
    couriers: tuple[str, ...]
    """Codes of `couriers.csv`; nobody else is asked for."""
    length_cm: int = 0
    width_cm: int = 0
    height_cm: int = 0
    """The packed box; 0: not known."""
    value: int = 0
    """Rupiah of what is inside, for insurance."""


@dataclass(frozen=True, slots=True)
class LiveRate:
    """What one service of one courier asks for a parcel, as the aggregator says it just now."""

    courier: str
    """Code of `couriers.csv`."""
    service: str
    """The courier's own code of the service, in capitals: `REG`."""
    name: str
    price: int
    """Rupiah for carrying it, without insurance."""
    min_days: int
    max_days: int
    """Days on the way; 0 and 0 when the aggregator does not say."""
    insurance: int | None = None
    """Rupiah for insuring `value`; None: not offered here."""


class TrackingState(enum.StrEnum):
    """Where a parcel is, in our words."""

    ACCEPTED = "accepted"
    """The courier has it, or is about to fetch it."""
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERED = "delivered"
    HELD = "held"
    """Somebody has to do something: nobody was at home, the address is not found, customs, damage."""
    RETURNING = "returning"
    RETURNED = "returned"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One thing that happened to a parcel on its way."""

    at: datetime
    state: TrackingState
    words: str
    """As the courier wrote it; may be empty."""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Tracking:
    """A parcel as its courier knows it: the checkpoints from the first to the last, and where it stands now."""

    state: TrackingState
    checkpoints: tuple[Checkpoint, ...]
    receiver: str = ""
    """Who took it, as the courier wrote it."""


class CourierRates(Protocol):
    """What the shop asks of an aggregator.

    Every call is answered or has failed after `KRIYA_COURIER_TIMEOUT` seconds, and raises `Unreachable` or `Refused`.
    """

    name: str

    def rates(self, request: RateRequest) -> list[LiveRate]:
        """Give what couriers ask for a parcel, the cheapest first; empty: none of them goes there."""

    def track(self, courier: str, tracking_number: str, *, phone: str = "") -> Tracking:
        """Tell where a parcel is; some couriers want the last digits of its receiver's phone number.

        :raise NoSuchWaybill: when the courier does not know the number.
        """


def current() -> CourierRates | None:
    """Give the aggregator of the running application; None without a key."""
    return cast(CourierRates | None, config.part(EXTENSION))
