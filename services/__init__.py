"""The services, side by side, on one chassis."""
