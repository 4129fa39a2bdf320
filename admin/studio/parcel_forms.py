"""The form that hands a parcel to a courier."""

from flask_babel import lazy_gettext
from wtforms import HiddenField

from admin.selects import GroupField
from checkout import shipping
from checkout.models import Shipment
from shop.forms import Form, TextField

BETWEEN = ":"


class ShipForm(Form):
    """Courier, service and tracking number."""

    seen = HiddenField()
    courier = GroupField(
        lazy_gettext("Courier and service"), empty=lazy_gettext("Choose a courier"), required=True
    )
    tracking = TextField(
        lazy_gettext("Tracking number"), most=60,
        hint=lazy_gettext("It stands on the receipt, after the word resi or AWB."),
        render_kw={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"},
    )  # fmt: skip

    def offer(self) -> None:
        """Fill the select with the couriers and their services within Indonesia."""
        self.courier.offer(
            {
                courier.name: [
                    (f"{courier.code}{BETWEEN}{service.code}", f"{service.code} · {service.name}")
                    for service in courier.services
                ]
                for courier in shipping.couriers()
            }
        )

    def chosen(self) -> tuple[str, str]:
        """Give the codes of courier and service."""
        courier, _between, service = self.courier.data.partition(BETWEEN)
        return courier, service


def written(parcel: Shipment) -> dict[str, str]:
    """Give what a parcel says now, by the form's field names."""
    courier, service = parcel.courier, parcel.service
    if not courier:  # what the buyer has paid for
        courier, service = parcel.promised_courier, parcel.promised_service
    chosen = f"{courier}{BETWEEN}{service}" if courier else ""
    return {"courier": chosen, "tracking": parcel.tracking_number}
