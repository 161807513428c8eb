"""Ground: areas, which area a point lies in, and how precisely a place may be shown."""
