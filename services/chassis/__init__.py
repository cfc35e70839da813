"""What every service stands on: the numbered outbox, the relay, the reader. It knows no word of the domain."""
