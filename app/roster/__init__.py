"""Ground: organizations, teams, responders, and who is on shift."""
