"""The final dot: it ends a letter, and no line of the letter passes for it."""

import pytest
from aiosmtplib.protocol import PERIOD_REGEX, normalize_message_line_endings

from services.notify.postman.smtp import dotted

LETTERS = (
    b"A: b\r\n\r\nwords\r\n",
    b".\r\n..\r\n.a\r\n\r\n.\r\n",
    b"a\r\n.\r\n",
    b"no end",
    b"",
    b"a\n.\nb\r.c\r\n",
    b"a\r\n.b\n",
    b"a\rb\r\n\n",
    b"\n\r\n",
)


@pytest.mark.parametrize("letter", LETTERS)
def test_dots_stand_as_the_library_would_set_them(letter: bytes) -> None:
    """Whatever the ends of its lines are."""
    assert dotted(letter) == PERIOD_REGEX.sub(b"..", normalize_message_line_endings(letter)) + b".\r\n"
