"""Topics and groups on the broker: made as the catalogue says, known by their identity."""
