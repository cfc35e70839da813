"""The templates that letters were written by, kept for as long as the letters."""

from collections.abc import Iterable, Mapping

from services.chassis.codec import decode, encode_text
from services.chassis.transaction import Transaction

KEEP_WORDING = """
INSERT INTO wording (version, sources, kept_at) VALUES ($1, $2, $3) ON CONFLICT (version) DO NOTHING
"""


async def keep_wording(tx: Transaction, version: str, sources: Mapping[str, str]) -> None:
    """Keep the templates of a version; keeping them twice is keeping them once."""
    await tx.execute(KEEP_WORDING, version, encode_text(dict(sources)), tx.now)


FIND_WORDINGS = "SELECT version, sources FROM wording WHERE version = ANY ($1::text[])"


async def find_wordings(tx: Transaction, versions: Iterable[str]) -> dict[str, Mapping[str, str]]:
    """Give the templates of these versions, as far as they were kept."""
    rows = await tx.fetch(FIND_WORDINGS, sorted(versions))
    return {row["version"]: decode(dict[str, str], row["sources"]) for row in rows}
