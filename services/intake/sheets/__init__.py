"""Spreadsheet files: read into rows of cells, and written as templates and reports."""
