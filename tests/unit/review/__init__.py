"""What review decides, without a database or a broker."""
