"""Window: working maps; the only package that knows folium."""
