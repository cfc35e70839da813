"""Where all doors meet: groups of arrivals are taken in together, each judged alone."""
