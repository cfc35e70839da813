"""Small programs for outsiders: each stands alone, and imports nothing of this project."""
