"""Which lane and which team covers that place now, or back to dispatch."""
