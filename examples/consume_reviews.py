"""Follows the review from the beginning: a line for each event on `reviews` and `decisions`; needs aiokafka alone.

Run: KAFKA_BOOTSTRAP_SERVERS=localhost:9092 python examples/consume_reviews.py [--once]
"""

import asyncio
import json
import os
import sys

from aiokafka import AIOKafkaConsumer, TopicPartition

TOPICS = [os.environ.get("TOPIC_PREFIX", "challenge.") + name for name in ("reviews", "decisions")]
SERVERS = os.environ.get("KAFKA_BOOTSTRAP_SERVERS", "localhost:9092")


async def main(*, once: bool) -> None:
    """Print each event once: the header `seq` numbers a partition's events, and what comes again is not higher."""
    heard: dict[TopicPartition, int] = {}
    async with AIOKafkaConsumer(*TOPICS, bootstrap_servers=SERVERS, auto_offset_reset="earliest") as consumer:
        ends = await consumer.end_offsets(consumer.assignment())
        while not once or any([await consumer.position(place) < end for place, end in ends.items()]):
            for place, records in (await consumer.getmany(timeout_ms=500)).items():
                for record in records:
                    if (seq := int(dict(record.headers)["seq"])) > heard.get(place, 0):
                        heard[place], event = seq, json.loads(record.value or b"{}")
                        sys.stdout.write(f"{place.topic} {place.partition} {seq} {event['type']} {event['subject']}\n")


asyncio.run(main(once="--once" in sys.argv))
