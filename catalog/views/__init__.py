"""The pages of the catalogue: browsing, searching, looking."""
