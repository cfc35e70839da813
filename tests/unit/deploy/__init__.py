"""Putting the services together, as far as it needs nothing but the code."""
