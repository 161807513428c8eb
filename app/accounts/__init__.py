"""Support: people and machines that sign in, their roles, and the one permission table."""
