"""The public record made again and exchanged, on a real Postgres."""
