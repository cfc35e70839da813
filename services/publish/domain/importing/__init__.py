"""What staff bring into the public record: tables of what was said of reforms, checked as a whole."""
