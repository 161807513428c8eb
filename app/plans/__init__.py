"""A neighborhood's safety plan: written together, adopted, carried out, measured."""
