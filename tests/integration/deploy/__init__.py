"""The stack, the database and the processes, for real."""
