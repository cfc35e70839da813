"""What tests do to the broker besides what the services do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import for_code
from aiokafka.protocol.admin import DeleteGroupsRequest


@asynccontextmanager
async def administered(bootstrap_servers: str) -> AsyncIterator[AIOKafkaAdminClient]:
    """Give an admin client for the length of a block."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    try:
        yield admin
    finally:
        await admin.close()


@asynccontextmanager
async def produced(bootstrap_servers: str) -> AsyncIterator[AIOKafkaProducer]:
    """Give a producer for the length of a block."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap_servers, enable_idempotence=True)
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


async def delete_group(admin: AIOKafkaAdminClient, group: str) -> None:
    """Delete a consumer group that has no members, with all its offsets."""
    coordinator = await admin.find_coordinator(group)
    response = await admin._send_request(DeleteGroupsRequest([group]), coordinator)
    for _, code in response.results:  # type: ignore[attr-defined]  # its schema says so
        if code:
            raise for_code(code)(group)
