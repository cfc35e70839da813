"""Stories and nominations in Postgres: in tables of their own, never among the items."""

from collections.abc import Sequence
from uuid import UUID

from contracts.event import Event
from contracts.submissions import NominationReceived, StoryShared
from services.chassis.codec import decode, encode_text
from services.chassis.database import Record, Transaction, as_columns
from services.review.domain.stories import Released, Shared, StoryState

BEFORE_ALL = UUID(int=(1 << 128) - 1)
"""A place before the newest: ids grow with time."""

INSERT_STORIES = """
INSERT INTO story (submission_id, told_by, reference, shared_at, area, title, body)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::text[])
"""


async def insert_stories(tx: Transaction, events: Sequence[Event[StoryShared]]) -> None:
    """Keep stories as they were shared."""
    if events:
        await tx.execute(INSERT_STORIES, *as_columns([_story_row(event) for event in events], 7))


INSERT_NOMINATIONS = """
INSERT INTO nomination (submission_id, reference, received_at, award_round, body)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::text[])
"""


async def insert_nominations(tx: Transaction, events: Sequence[Event[NominationReceived]]) -> None:
    """Keep nominations as they were received."""
    if events:
        await tx.execute(INSERT_NOMINATIONS, *as_columns([_nomination_row(event) for event in events], 5))


LIST_STORIES = """
SELECT * FROM story
WHERE submission_id < $1 AND ($2::boolean IS NULL OR (released_at IS NOT NULL) = $2)
ORDER BY submission_id DESC LIMIT $3
"""


async def list_stories(tx: Transaction, after: UUID, *, released: bool | None, limit: int) -> list[StoryState]:
    """List stories, the newest first, from just behind one; only released ones, or only others, where asked."""
    return [_story(row) for row in await tx.fetch(LIST_STORIES, after, released, limit)]


FIND_STORY = "SELECT * FROM story WHERE submission_id = $1"


async def find_story(tx: Transaction, submission_id: UUID) -> StoryState | None:
    """Give a story."""
    row = await tx.fetchrow(FIND_STORY, submission_id)
    return _story(row) if row else None


LOCK_STORY = f"{FIND_STORY} FOR UPDATE"


async def lock_story(tx: Transaction, submission_id: UUID) -> StoryState | None:
    """Lock a story, and give it."""
    row = await tx.fetchrow(LOCK_STORY, submission_id)
    return _story(row) if row else None


SAVE_RELEASED_STORY = "UPDATE story SET released_at = $2, released_by = $3 WHERE submission_id = $1"


async def save_released_story(tx: Transaction, released: Released) -> None:
    """Keep that a story was released, and by whom."""
    await tx.execute(SAVE_RELEASED_STORY, released.submission_id, released.at, released.by)


LIST_NOMINATIONS = """
SELECT submission_id, body FROM nomination
WHERE submission_id < $1 AND ($2::text IS NULL OR award_round = $2)
ORDER BY submission_id DESC LIMIT $3
"""


async def list_nominations(
    tx: Transaction, after: UUID, *, award_round: str | None, limit: int
) -> list[tuple[UUID, NominationReceived]]:
    """List nominations, the newest first, from just behind one; only those of a round where asked."""
    return [_nomination(row) for row in await tx.fetch(LIST_NOMINATIONS, after, award_round, limit)]


FIND_NOMINATION = "SELECT submission_id, body FROM nomination WHERE submission_id = $1"


async def find_nomination(tx: Transaction, submission_id: UUID) -> tuple[UUID, NominationReceived] | None:
    """Give a nomination with its id."""
    row = await tx.fetchrow(FIND_NOMINATION, submission_id)
    return _nomination(row) if row else None


def _story_row(event: Event[StoryShared]) -> tuple[object, ...]:
    told = event.data
    what = (told.story.area, told.story.title, encode_text(told))
    return (event.subject, event.id, told.reference, told.shared_at, *what)


def _nomination_row(event: Event[NominationReceived]) -> tuple[object, ...]:
    told = event.data
    return (event.subject, told.reference, told.received_at, told.award_round, encode_text(told))


def _story(row: Record) -> StoryState:
    shared = Shared(row["submission_id"], row["told_by"], decode(StoryShared, row["body"]))
    if row["released_at"] is None:
        return shared
    return Released(shared.submission_id, shared.told_by, shared.told, row["released_at"], row["released_by"])


def _nomination(row: Record) -> tuple[UUID, NominationReceived]:
    return row["submission_id"], decode(NominationReceived, row["body"])
