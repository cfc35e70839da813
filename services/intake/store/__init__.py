"""Intake's tables: the only place of the service that speaks SQL, one module for each thing kept."""
