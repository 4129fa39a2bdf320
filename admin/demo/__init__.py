"""A believable marketplace for a first look: its data and its drawn photographs."""
