"""The chassis on a real database and a real broker."""
