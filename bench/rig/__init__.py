"""The rig: the product as it really runs, on this machine, under calls and blows, and its judge."""
