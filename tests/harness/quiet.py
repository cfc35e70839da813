"""Whether anything still moves: cheap to ask again and again, before everything is looked at closely."""

from tests.campaign.collect import NUMBERED, WRITERS
from tests.harness.database import Look

_UNRELAYED = """
SELECT '{0} has not relayed ' || s.topic || '/' || s.partition AS what
FROM {0}.outbox_stream s LEFT JOIN {0}.relay_cursor c USING (topic, partition)
WHERE s.next_seq - 1 <> coalesce(c.relayed_seq, 0)
"""
_UNHEARD = """
SELECT '{1} has not heard ' || s.topic || '/' || s.partition
FROM {0}.outbox_stream s
LEFT JOIN {1}.stream_position p ON p.source_topic = s.topic AND p.partition = s.partition
WHERE s.topic = '{2}' AND s.next_seq - 1 <> coalesce(p.last_seq, 0)
"""
_UNSENT = """
SELECT 'a letter is ' || state FROM notify.letter
WHERE state IN ('pending', 'claimed', 'final-dot-intended', 'failed-temporarily')
  AND NOT (kind = 'reminder' AND state = 'pending')  -- it waits for its day
"""
_MOVING = " UNION ALL ".join(
    [
        *(_UNRELAYED.format(writer) for writer in WRITERS),
        *(_UNHEARD.format(topic.writer, reader, topic.name) for topic in NUMBERED for reader in topic.readers),
        _UNSENT,
    ]
)


async def still_moving(database: Look) -> list[str]:
    """Say what still moves; nothing when all is told, heard and sent."""
    return [row[0] for row in await database.rows(_MOVING)]
