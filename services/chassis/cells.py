"""Text in the cells of spreadsheets: made so that no program takes it for a formula."""

_ACTIVE = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """Put an apostrophe before what a spreadsheet program would take for a formula."""
    return f"'{text}" if text.startswith(_ACTIVE) else text
