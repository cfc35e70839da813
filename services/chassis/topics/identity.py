"""Asks the broker which topics exist, and which ones they are: a topic made anew bears the same name and another id.

The client library speaks metadata up to version 5, which has no ids; this is version 12 of the same request.
"""

from collections.abc import Collection
from io import BytesIO
from typing import NamedTuple
from uuid import UUID

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import NoError, UnknownTopicOrPartitionError, for_code
from aiokafka.protocol.abstract import AbstractType
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import (
    Boolean,
    CompactArray,
    CompactString,
    Int16,
    Int32,
    Schema,
    TaggedFields,
)

METADATA_KEY = 3
METADATA_VERSION = 12
NO_ID = UUID(int=0)


class TopicIdentity(NamedTuple):
    """Which topic it is. After a deletion, or on another cluster, the same name has another identity."""

    cluster_id: str
    topic_id: UUID
    partitions: int


class _Uuid(AbstractType[UUID]):
    @classmethod
    def encode(cls, value: UUID) -> bytes:
        return value.bytes

    @classmethod
    def decode(cls, data: BytesIO) -> UUID:
        return UUID(bytes=data.read(16))


_Text = CompactString("utf-8")
_Tags = ("tags", TaggedFields)
_Partition = (
    ("error_code", Int16),
    ("partition", Int32),
    ("leader", Int32),
    ("leader_epoch", Int32),
    ("replicas", CompactArray(Int32)),
    ("isr", CompactArray(Int32)),
    ("offline", CompactArray(Int32)),
    _Tags,
)


class _MetadataResponse(Response):
    API_KEY = METADATA_KEY
    API_VERSION = METADATA_VERSION
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        ("brokers", CompactArray(("node", Int32), ("host", _Text), ("port", Int32), ("rack", _Text), _Tags)),
        ("cluster_id", _Text),
        ("controller", Int32),
        (
            "topics",
            CompactArray(
                ("error_code", Int16),
                ("name", _Text),
                ("topic_id", _Uuid),
                ("is_internal", Boolean),
                ("partitions", CompactArray(*_Partition)),
                ("authorized_operations", Int32),
                _Tags,
            ),
        ),
        _Tags,
    )


class _MetadataRequest12(RequestStruct):
    FLEXIBLE_VERSION = True
    API_KEY = METADATA_KEY
    API_VERSION = METADATA_VERSION
    RESPONSE_TYPE = _MetadataResponse
    SCHEMA = Schema(
        ("topics", CompactArray(("topic_id", _Uuid), ("name", _Text), _Tags)),
        ("allow_auto_topic_creation", Boolean),
        ("include_topic_authorized_operations", Boolean),
        _Tags,
    )


class _MetadataRequest(Request[_MetadataRequest12]):
    API_KEY = METADATA_KEY

    def __init__(self, names: Collection[str]) -> None:
        self._names = names

    def build(self, request_struct_class: type[_MetadataRequest12]) -> _MetadataRequest12:
        return request_struct_class([(NO_ID, name, {}) for name in self._names], False, False, {})  # noqa: FBT003 - mirrors the schema


async def identify_topics(admin: AIOKafkaAdminClient, names: Collection[str]) -> dict[str, TopicIdentity]:
    """Say which of these topics exist, and which ones they are.

    Raises:
        KafkaError: the broker does not answer, or will not say.
    """
    request = _MetadataRequest(names)
    response = (await admin._send_request(request)).to_object()  # noqa: SLF001 - no public door for a new request
    found = {}
    for topic in response["topics"]:
        error = for_code(topic["error_code"])
        if error is NoError:
            found[topic["name"]] = TopicIdentity(response["cluster_id"], topic["topic_id"], len(topic["partitions"]))
        elif error is not UnknownTopicOrPartitionError:
            raise error(topic["name"])
    return found
