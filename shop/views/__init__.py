"""The floor's own pages: accounts, files, health, and a few that belong to no area."""
