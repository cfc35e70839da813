"""The real system for tests: services as processes on a real broker and a real Postgres, and the people who use it."""
