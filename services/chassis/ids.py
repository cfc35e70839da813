"""New ids: UUIDv7, so that they sort by their time of making."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Make a new id (RFC 9562, version 7)."""
    return uuid7()
