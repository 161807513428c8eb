"""A person we connect to a county service, and what came of it."""
