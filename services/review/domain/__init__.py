"""What review decides: which item is in which batch, what was found of it, what leaves and when. Pure."""
