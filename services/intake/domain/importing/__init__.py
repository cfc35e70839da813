"""The registry as tables that staff import: read, checked row by row, and compared with what is there."""
