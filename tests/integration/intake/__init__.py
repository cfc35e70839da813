"""Intake on a real Postgres and a real broker."""
