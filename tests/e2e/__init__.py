"""What the whole system must withstand: real processes, real broker, real Postgres, and the checker after each."""
