"""The rooms about sending share two blueprints; here they come together before those are registered."""

from admin.desk import rate_sheets, rates, sending, sending_calendar, sending_free, service_rules

ROOMS = (rates, service_rules, rate_sheets, sending, sending_calendar, sending_free)
blueprint = sending.blueprint
