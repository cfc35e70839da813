"""Of which reforms the stories in the public record tell: a row for each of both."""

from collections.abc import Sequence
from datetime import datetime

from contracts.decisions import StoryReleased
from contracts.event import Event
from services.chassis.codec import decode
from services.chassis.database import Transaction, as_columns
from services.publish.domain.stories import StoryDocument, reforms_named_in

INSERT_TELLINGS = """
INSERT INTO story_reform (reform, story)
SELECT t.reform, t.story FROM unnest($1::text[], $2::text[]) AS t (reform, story)
JOIN released_story s ON s.reference = t.story
ON CONFLICT (reform, story) DO NOTHING
"""


async def insert_tellings(tx: Transaction, events: Sequence[Event[StoryReleased]]) -> None:
    """Link stories, once they are in the record, to the reforms that they name."""
    told = [(reform, event.data.reference) for event in events for reform in reforms_named_in(event.data)]
    if told:
        await tx.execute(INSERT_TELLINGS, *as_columns(told, 2))


LIST_STORIES_OF_REFORM = """
SELECT document FROM public_story_reforms
WHERE reform = $1 AND released_at < coalesce($2::timestamptz, 'infinity')
ORDER BY released_at DESC, story DESC LIMIT $3
"""


async def list_stories_of_reform(
    tx: Transaction, reform: str, limit: int, at: datetime | None = None
) -> list[StoryDocument]:
    """List the stories that tell of a reform, the newest first; with ``at``, those released before it."""
    rows = await tx.fetch(LIST_STORIES_OF_REFORM, reform, at, limit)
    return [decode(StoryDocument, row["document"]) for row in rows]


LIST_REFORMS_OF_STORY = """
SELECT t.reform FROM public_story_reforms t
WHERE t.story = $1 AND EXISTS (
    SELECT FROM public_entries e
    WHERE e.reference = t.reform AND e.published_at IS NOT NULL AND e.entered_at < coalesce($2::timestamptz, 'infinity')
      AND (e.superseded_at IS NULL OR e.superseded_at >= coalesce($2::timestamptz, 'infinity'))
)
ORDER BY t.reform LIMIT $3
"""


async def list_reforms_of_story(tx: Transaction, story: str, limit: int, at: datetime | None = None) -> list[str]:
    """List the reforms that a story names and that stand in the record; with ``at``, that did just before it."""
    return [row["reform"] for row in await tx.fetch(LIST_REFORMS_OF_STORY, story, at, limit)]
