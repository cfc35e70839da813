"""The public record in Postgres, and the views that anyone may read."""
