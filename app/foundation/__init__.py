"""Machinery that knows nothing of the work: settings, database, clock, errors, languages, pages."""
