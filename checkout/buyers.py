"""Who buys and where the parcels go, as the checkout form says it. Taken by `checkout.placing`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys, and where the parcels go."""

    email: str
    name: str
    phone: str
    street: str
    district_code: str
    postal_code: str
    village: str = ""
    note: str = ""
    locale: str = "id"
    user_id: int | None = None
