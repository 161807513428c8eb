"""The invented city, part by part: each loads what one room of the office would hold by now."""
