"""Support: the trail of who did and who saw what, kept in the same transaction and hash-chained."""
