"""Whether unarmed people may answer it, and why."""
