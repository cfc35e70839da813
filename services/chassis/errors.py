"""The errors that the chassis and its services tell apart: data, passing trouble, and what must end the process."""

import asyncpg
import msgspec
from pydantic import ValidationError

PASSING_STATES = ("08", "40", "53", "55", "57")
"""SQLSTATE classes of trouble that passes: connection, deadlock, resources, locks, shutdown."""

FORKED_STATE = "OGC01"
"""Nothing may be emitted while the log is forked: it is tried again until a person has acted."""

DATA_STATES = ("22", "23")
"""SQLSTATE classes that speak of the data itself."""


class Refusal(Exception):
    """A refusal that the domain foresees: parks an event, answers a request.

    ``code`` is from a closed list of the service; ``status`` is the HTTP status where a request is answered.
    """

    def __init__(self, code: str, detail: str = "", *, status: int = 409, field: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
        self.status = status
        self.field = field


class Undecodable(Exception):
    """The bytes of an event do not hold what its type says."""


class Unlisted(Exception):
    """The type of an event is not in the catalogue of this release."""


class Fork(Exception):
    """One number stands for two events, or the log is ahead of the outbox: a person must look. Never repaired."""


def is_data_error(error: BaseException) -> bool:
    """Say whether the event itself is at fault, so that it is parked. Everything else is not its fault."""
    if isinstance(error, asyncpg.PostgresError):
        return str(error.sqlstate)[:2] in DATA_STATES
    return isinstance(error, Refusal | Undecodable | Unlisted | msgspec.DecodeError) or _is_unencodable(error)


def is_unfit(error: BaseException) -> bool:
    """Say whether a value was one that the database has no place for: a NUL, a number out of all bounds."""
    if isinstance(error, asyncpg.PostgresError):
        return str(error.sqlstate).startswith("22")
    return _is_unencodable(error)


def is_passing(error: BaseException) -> bool:
    """Say whether the trouble may pass by itself, so that the same is tried again."""
    if isinstance(error, asyncpg.PostgresError):
        return str(error.sqlstate)[:2] in PASSING_STATES or error.sqlstate == FORKED_STATE
    # an InternalClientError is what asyncpg raises on a connection that the server is just ending
    passing = OSError | TimeoutError | asyncpg.InterfaceError | asyncpg.InternalClientError
    return isinstance(error, passing) and not _is_unencodable(error)


def took_too_long(error: BaseException) -> bool:
    """Say whether the database gave a statement up at the time that it was allowed."""
    return isinstance(error, asyncpg.QueryCanceledError)


def describe(error: BaseException) -> str:
    """Tell an error without the values that it was about: databases and validators quote them."""
    if isinstance(error, asyncpg.PostgresError):
        return f"{type(error).__name__} {error.sqlstate} {getattr(error, 'constraint_name', None) or ''}".strip()
    if isinstance(error, ValidationError):
        found = ", ".join(f"{'.'.join(map(str, one['loc']))}: {one['type']}" for one in error.errors())
        return f"ValidationError {error.title}: {found}"
    told = str(error) if isinstance(error, Refusal | Undecodable | Unlisted | Fork | RuntimeError) else ""
    return f"{type(error).__name__}: {told}" if told else type(error).__name__


def _is_unencodable(error: BaseException) -> bool:
    # asyncpg's own DataError, raised before anything is sent, is an InterfaceError and a ValueError
    return isinstance(error, asyncpg.InterfaceError) and isinstance(error, ValueError)
