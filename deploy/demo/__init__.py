"""The demo: twelve real reforms and three invented ones, from form to public record."""
