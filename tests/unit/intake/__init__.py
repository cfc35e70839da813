"""What intake knows without asking anyone."""
