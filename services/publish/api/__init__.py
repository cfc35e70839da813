"""The staff's doors of publish."""
