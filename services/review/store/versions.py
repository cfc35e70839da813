"""Every version of a submission's text, as it was told."""

from typing import NamedTuple
from uuid import UUID

from contracts.submissions import SubmissionAmended, SubmissionClarified, SubmissionReceived
from services.chassis.codec import decode
from services.chassis.database import Transaction
from services.review.store.items import TEXTS

VERSIONS_MAX = 100

Text = SubmissionReceived | SubmissionAmended | SubmissionClarified


class Standing(NamedTuple):
    """The version that stands in a round, and whether its batch is sealed: then it stands for ever."""

    version: int
    frozen: bool


LIST_TEXTS = """
SELECT type, body FROM told
WHERE submission_id = $1 AND (body::jsonb ->> 'version')::integer <= $2
ORDER BY (body::jsonb ->> 'version')::integer DESC LIMIT $3
"""


async def list_texts(tx: Transaction, submission_id: UUID, up_to_version: int) -> list[Text]:
    """List a submission's versions up to one, oldest first; the latest hundred where there are more."""
    rows = await tx.fetch(LIST_TEXTS, submission_id, up_to_version, VERSIONS_MAX)
    return [decode(TEXTS[row["type"]], row["body"]) for row in reversed(rows)]


FIND_TEXT = """
SELECT type, body FROM told WHERE submission_id = $1 AND (body::jsonb ->> 'version')::integer = $2
"""


async def find_text(tx: Transaction, submission_id: UUID, version: int) -> Text | None:
    """Find one version."""
    row = await tx.fetchrow(FIND_TEXT, submission_id, version)
    return None if row is None else decode(TEXTS[row["type"]], row["body"])


LIST_STANDINGS = """
SELECT i.round, i.version, b.state <> 'open' AS frozen FROM item i JOIN batch b ON b.month = i.month
WHERE i.submission_id = $1
"""


async def list_standings(tx: Transaction, submission_id: UUID) -> dict[int, Standing]:
    """Give, for each round of a submission, the version that stands in it."""
    rows = await tx.fetch(LIST_STANDINGS, submission_id)
    return {row["round"]: Standing(row["version"], row["frozen"]) for row in rows}
