"""Couriers' live tariffs and tracking: a port and its adapters for aggregators, used when a key is set."""
