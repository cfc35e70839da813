"""Postgres, Kafka and a mailbox on this machine's loopback, from nothing but the Python environment."""
