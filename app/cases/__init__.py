"""A conflict and our work in it, to the agreement and after."""
