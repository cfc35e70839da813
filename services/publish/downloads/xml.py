"""Text that may stand in XML: what XML 1.0 has no place for is replaced."""

import re

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def in_xml(text: str) -> str:
    """Give a text in which nothing is forbidden in XML 1.0; for what is, U+FFFD stands there."""
    return _FORBIDDEN.sub("\ufffd", text)
