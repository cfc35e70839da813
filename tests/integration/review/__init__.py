"""Review on a real Postgres: chunks by the real reader, commands by the real doors."""
