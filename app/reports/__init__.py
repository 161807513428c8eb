"""Window: measures, the council report, its charts and tables."""
