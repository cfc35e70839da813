"""All that review writes and reads in its schema."""
