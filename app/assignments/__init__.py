"""Who goes, whether they may, where they are now, whether they are safe."""
