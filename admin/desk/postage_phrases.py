"""The words of the history page for postage: codes, tables and fields. `admin.desk.phrases` takes them in."""

from shop.texts import mark

ACTIONS = {
    "courier_service.added": mark("Courier service added"),
    "courier_service.settled": mark("Rules of a courier service changed"),
    "courier_service.given_up": mark("Courier service given up"),
    "packing.settled": mark("Boxes changed"),
    "counter.settled": mark("Gallery and cut-off changed"),
    "closed_day.added": mark("Closed days added"),
    "closed_day.removed": mark("Closed days taken out"),
    "closed_day.confirmed": mark("Closed days verified"),
    "free_postage.added": mark("Free postage given"),
    "free_postage.ended": mark("Free postage ended"),
}

OBJECTS = {
    "closed_days": mark("Closed days"),
    "free_postage_rules": mark("Free postage"),
}

FIELDS = {
    "courier_service": mark("Courier service"),
    "active": mark("Offered"),
    "divisor": mark("Divisor of the volume"),
    "tolerance_g": mark("Grams not charged"),
    "min_weight_g": mark("Least weight in grams"),
    "max_weight_g": mark("Most weight in grams"),
    "remote_bp": mark("Surcharge of remote regencies"),
    "insurance_bp": mark("Share of the insurance"),
    "insurance_fixed": mark("Fixed part of the insurance"),
    "insurance_from": mark("Compulsory from"),
    "insurance_most": mark("Insured at most"),
    "boxes": mark("Boxes"),
    "cutoff_hour": mark("Cut-off hour"),
    "pick_up": mark("Pick-up"),
    "gallery": mark("Gallery"),
    "hours_id": mark("Hours, in Indonesian"),
    "hours_en": mark("Hours, in English"),
    "keeps_days": mark("Days that a parcel is kept"),
    "from_amount": mark("From an amount of"),
    "zones": mark("Zones"),
    "most": mark("At most"),
    "verified": mark("Verified"),
    "source": mark("Source"),
}
