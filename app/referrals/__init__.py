"""A call that dispatch (or a resident) offers us."""
