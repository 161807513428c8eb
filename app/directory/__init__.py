"""Ground: county and community services (HSDS) and whether they can take people."""
