"""What outsiders copy."""
