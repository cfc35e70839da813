"""What notify decides: who is told what about which event, and what may become of a letter."""
