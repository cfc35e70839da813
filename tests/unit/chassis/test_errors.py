"""Which trouble passes by itself, and which does not."""

import asyncpg
import pytest

from services.chassis.errors import is_passing

ENDING = asyncpg.InternalClientError("cannot switch to state 15; another operation (2) is in progress")
"""Met on a connection that the server was just ending, when another statement was begun on it."""


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (ENDING, True),
        (asyncpg.InterfaceError("connection is closed"), True),
        (ConnectionResetError(), True),
        (asyncpg.exceptions.DataError("out of range"), False),
        (KeyError(), False),
    ],
    ids=["ending", "closed", "reset", "unencodable", "ours"],
)
def test_trouble_of_a_connection_passes(error: Exception, *, passes: bool) -> None:
    """And a mistake of ours, or of the data, does not."""
    assert is_passing(error) == passes
