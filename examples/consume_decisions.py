"""Reads the released decisions from Kafka, from the beginning, and prints a line for each; needs aiokafka alone.

Run: KAFKA_BOOTSTRAP_SERVERS=localhost:9092 python examples/consume_decisions.py [--once]
"""

import asyncio
import json
import os
import sys

from aiokafka import AIOKafkaConsumer, ConsumerRecord

TOPIC = os.environ.get("TOPIC_PREFIX", "challenge.") + "decisions"
SERVERS = os.environ.get("KAFKA_BOOTSTRAP_SERVERS", "localhost:9092")


def show(record: "ConsumerRecord[bytes, bytes]", heard: dict[int, int]) -> None:
    """Print a decision, once: its header `seq` numbers it in its partition, and what comes again is not higher."""
    number = int(dict(record.headers)["seq"])
    if number > heard.get(record.partition, 0):
        heard[record.partition] = number
        event = json.loads(record.value or b"{}")
        what = event["type"].removeprefix("org.opengovpartnership.challenge.")
        decision = event["data"].get("decision")
        if decision:  # a story's release is none
            sys.stdout.write(f"{decision['reference']}  {what}  {decision['member']['name']}: {decision['title']}\n")


async def main(*, once: bool) -> None:
    """Read on and on; a consumer without a group keeps no place, so it begins at the beginning each time."""
    heard: dict[int, int] = {}
    async with AIOKafkaConsumer(TOPIC, bootstrap_servers=SERVERS, auto_offset_reset="earliest") as consumer:
        ends = await consumer.end_offsets(consumer.assignment())
        while not once or any([await consumer.position(place) < end for place, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                for record in records:
                    show(record, heard)


asyncio.run(main(once="--once" in sys.argv))
