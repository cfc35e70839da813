"""The relay: one leader a service copies the outbox to Kafka, notices a lost log, and stops at a fork."""
