"""Submissions as rows of a sheet: which columns there are, and how a row becomes a form."""
