"""Support: data keys and sealed fields, so that what must be kept is read only by those assigned."""
