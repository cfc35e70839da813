"""Text in the cells of spreadsheets: made so that no program takes it for a formula, and read back as it was."""

_ACTIVE = ("=", "+", "-", "@", "\t", "\r")
_APOSTROPHE = "'"


def harmless(text: str) -> str:
    """Put an apostrophe before what a spreadsheet program would take for a formula."""
    return f"{_APOSTROPHE}{text}" if _is_active(text) else text


def plain(cell: str) -> str:
    """Take away the apostrophe that `harmless` put there."""
    return cell[1:] if cell.startswith(_APOSTROPHE) and _is_active(cell) else cell


def _is_active(text: str) -> bool:
    return text.lstrip(_APOSTROPHE).startswith(_ACTIVE)
