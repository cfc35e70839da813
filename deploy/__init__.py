"""Puts the services together: databases, topics, processes, and the command `challenge`."""
