"""An invented city to try it on: people, areas, calls, and the dispatch simulator."""
