"""The public record as pages for people and as JSON for machines, at the same addresses."""
