"""Publish on a real Postgres, and in its own process."""
