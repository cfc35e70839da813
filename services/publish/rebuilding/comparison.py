"""Which tables are made again and compared, by what, and which are not, and why."""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from services.chassis.database import Transaction
from services.publish.domain.differences import Field, Row, find_unexplained, tell_fields
from services.publish.store import rebuilding as store
from services.publish.store.rebuilding import Compared, Moved

ROWS_AT_ONCE = 1_000

TABLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "reform_entry": ("reference", "version"),
        "reform_words": ("reference", "version"),
        "public_tallies": ("dimension", "key"),
        "public_tally_changes": ("span", "since", "dimension", "key"),
        "encouragement": ("reference", "submission_id", "since"),
        "released_story": ("reference",),
        "story_reform": ("reform", "story"),
        "question": ("event_id",),
        "notice_told": ("event_id",),
        "milestone_update": ("event_id",),
        "assessment": ("event_id",),
        "award": ("event_id",),
        "month_report": ("month",),
    }
)
"""By which columns a row is known. Tallies as they are seen: of what left, a 0 may stay, as the chunks were cut."""

KEPT: Mapping[str, str] = MappingProxyType(
    {
        "outbox": "the log itself",
        "outbox_draft": "events before they are told",
        "outbox_stream": "the numbers of the log",
        "relay_cursor": "how far the log is copied",
        "stream_position": "how far the topics are heard",
        "parked_event": "what could not be applied, and what operators made of it: a source of the rebuild",
        "halted_reader": "who stands still",
        "schema_migrations_chassis": "which migrations were run",
        "schema_migrations_service": "which migrations were run",
        "evaluation_told": "what was brought in, noted on telling: no reader sees it",
        "made_again": "when the record was made again",
        "left_out": "of a record beside the living one",
        "differing": "of a record beside the living one",
        "public_position": "the name of the state, from how far the topics are heard",
        "public_clock": "the time",
    }
)
"""What no rebuild touches."""

MOVED = Moved(
    relations=(
        "reform_entry", "reform_words", "tally", "tally_change", "encouragement", "released_story", "story_reform",
        "question", "notice_told", "milestone_update", "assessment", "award", "month_report",
        "public_reforms", "public_history", "public_totals", "public_members", "public_stories", "public_entries",
        "public_encouragements", "public_words", "public_tallies", "public_tally_changes", "public_notices",
        "public_milestone_updates", "public_assessments", "public_awards", "public_month_reports",
        "public_story_reforms", "public_questions",
    ),
    functions=("words_config", "words_in", "words_of_reform", "words_of_story", "follow_entries"),
    configurations=("words_english", "words_french", "words_spanish", "words_portuguese", "words_other"),
)  # fmt: skip
"""What gives way: every table and view that is not kept, and what they rest on."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the comparison came to: table by table, and by the names of the fields that differ."""

    tables: tuple[Compared, ...]
    fields: Mapping[str, Field]

    def find_unexplained(self, explained: Iterable[str]) -> list[str]:
        """Give the fields for whose difference there is no reason yet."""
        return find_unexplained(self.fields, explained)


async def compare_all(tx: Transaction) -> Verdict:
    """Compare every table that was made again with the living one."""
    tables = [await store.compare(tx, table, keys) for table, keys in TABLES.items()]
    return Verdict(tuple(tables), tell_fields([row async for row in _each_differing(tx)]))


async def _each_differing(tx: Transaction) -> AsyncIterator[Row]:
    rows, place = await store.list_differing(tx, 0, ROWS_AT_ONCE)
    while rows:
        for row in rows:
            yield row
        rows, place = await store.list_differing(tx, place, ROWS_AT_ONCE)
