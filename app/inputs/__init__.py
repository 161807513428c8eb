"""What residents tell us about their neighborhood, and our answer."""
