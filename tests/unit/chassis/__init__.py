"""The chassis, where it is pure."""
