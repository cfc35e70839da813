"""What publish makes of what is released: reforms with their history, and stories."""
