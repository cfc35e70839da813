"""What notify decides, and how its letters read, without a database or a mail server."""
