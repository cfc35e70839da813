"""Follows the review as `consume_reviews.py` does, by librdkafka: needs confluent-kafka alone.

Run: KAFKA_BOOTSTRAP_SERVERS=localhost:9092 python examples/consume_reviews_librdkafka.py [--once]
"""

import json
import os
import sys

from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

TOPICS = [os.environ.get("TOPIC_PREFIX", "challenge.") + name for name in ("reviews", "decisions")]
SERVERS = os.environ.get("KAFKA_BOOTSTRAP_SERVERS", "localhost:9092")
# librdkafka wants the name of a group; where partitions are assigned and nothing is committed, it is one of nobody
without_group = {"group.id": "none", "enable.auto.commit": False, "enable.partition.eof": True}
consumer = Consumer({"bootstrap.servers": SERVERS, **without_group})
places = [(topic, partition) for topic in TOPICS for partition in consumer.list_topics(topic).topics[topic].partitions]
consumer.assign([TopicPartition(*place, OFFSET_BEGINNING) for place in places])
heard, ended = dict.fromkeys(places, 0), set[tuple[str, int]]()
while len(ended) < len(places) or "--once" not in sys.argv:
    for record in consumer.consume(500, timeout=0.5):
        place = (record.topic() or "", record.partition() or 0)
        if (error := record.error()) is not None:
            if error.name() != "_PARTITION_EOF":
                sys.exit(error.str())
            ended.add(place)
        elif (seq := int(dict(record.headers() or [])["seq"] or 0)) > heard[place]:
            heard[place], event = seq, json.loads(record.value() or b"{}")
            sys.stdout.write(f"{place[0]} {place[1]} {seq} {event['type']} {event['subject']}\n")
