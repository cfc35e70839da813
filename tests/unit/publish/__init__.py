"""Publish: the fold, the pages, the doors."""
