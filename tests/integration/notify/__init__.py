"""Notify on a real Postgres, with a real mail server that can be nasty."""
