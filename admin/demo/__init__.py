"""A believable marketplace for a first look: its data and its drawn photographs."""

SMALL = 240
"""How many products ./dev run loads."""
