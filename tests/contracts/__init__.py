"""The published language: examples, schemas, catalogue, and how they may grow."""
