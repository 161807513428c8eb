"""Window: the live dispatch board."""
