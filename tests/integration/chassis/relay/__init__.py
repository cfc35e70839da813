"""The relay: what it copies, what it notices, what it never repairs."""
