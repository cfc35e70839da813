"""Publish decides nothing: it hears `decisions`, keeps the public record, tells `reforms`, and shows it to anyone."""
