"""Stories in the public record: one row for each, written when it is released."""

from collections.abc import Sequence
from datetime import datetime

from contracts.decisions import StoryReleased
from contracts.event import Event
from contracts.search_words import read_words
from services.chassis.codec import decode, encode_text
from services.chassis.database import Transaction, as_columns
from services.chassis.text_search import query_of
from services.publish.domain.stories import StoryDocument, document_of
from services.publish.store.listing import Filters, Place

INSERT_STORIES = """
INSERT INTO released_story (reference, submission_id, released_at, area, member, document)
SELECT * FROM unnest($1::text[], $2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::text[])
ON CONFLICT (submission_id) DO NOTHING
"""


async def insert_stories(tx: Transaction, events: Sequence[Event[StoryReleased]]) -> None:
    """Enter stories into the public record; one that is there stays as it is.

    A reference that is another submission's meets the unique key.
    """
    if events:
        await tx.execute(INSERT_STORIES, *as_columns([_row(event) for event in events], 6))


_ASKED = """
    released_at < coalesce($1::timestamptz, 'infinity') AND ($2::text IS NULL OR area = $2)
    AND ($3::text IS NULL OR region = $3) AND ($4::text IS NULL OR country = $4)
    AND ($5::text IS NULL OR member = $5) AND ($6::text IS NULL OR language = $6)
    AND ($7::text IS NULL OR words @@ """
_LIST = "SELECT document FROM public_stories WHERE"
_BEHIND = """)
    AND (released_at, reference) < (coalesce($9::timestamptz, 'infinity'), coalesce($10::text, ''))
ORDER BY released_at DESC, reference DESC LIMIT $11
"""
LIST_STORIES = f"{_LIST} {_ASKED} {query_of('$7', '$8')} {_BEHIND}"


async def list_stories(tx: Transaction, filters: Filters, after: Place | None, limit: int) -> list[StoryDocument]:
    """List stories, the newest first, from just behind a place."""
    place = (after.published_at, after.reference) if after else (None, None)
    words = (None, None) if filters.q is None else read_words(filters.q)
    asked = (filters.at, filters.area, filters.region, filters.country, filters.member, filters.language, *words)
    rows = await tx.fetch(LIST_STORIES, *asked, *place, limit)
    return [decode(StoryDocument, row["document"]) for row in rows]


FIND_STORY = (
    "SELECT document FROM public_stories WHERE reference = $1 AND released_at < coalesce($2::timestamptz, 'infinity')"
)


async def find_story(tx: Transaction, reference: str, at: datetime | None = None) -> StoryDocument | None:
    """Give a released story; None when there is none under this reference, or was not before ``at``."""
    document = await tx.fetchval(FIND_STORY, reference, at)
    return None if document is None else decode(StoryDocument, document)


def _row(event: Event[StoryReleased]) -> tuple[object, ...]:
    told = event.data
    member = told.member.code if told.member else None
    return (
        told.reference,
        event.subject,
        told.released_at,
        told.story.area,
        member,
        encode_text(document_of(told)),
    )
