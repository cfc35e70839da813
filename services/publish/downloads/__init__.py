"""The public record to take away, as a function of the record: files, releases, feeds, a calendar, catalogues."""
