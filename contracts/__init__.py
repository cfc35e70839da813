"""The published language: all that the services share, and all that the outside needs to know."""
