"""The back rooms: studio, desk and reports over the areas below; no tables of its own."""
