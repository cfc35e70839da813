"""Makes the topics that no service of ours writes: what comes from outside needs a place to arrive at."""

from contracts.topics import CATALOGUE, Topic
from deploy.services import find_services
from services.chassis.settings import ServiceSettings
from services.chassis.topics.keeper import TopicKeeper


def find_foreign_topics() -> list[Topic]:
    """List the topics of the catalogue whose writer is none of our services."""
    return [topic for topic in CATALOGUE.values() if topic.writer not in find_services()]


async def make_foreign_topics(bootstrap_servers: str, topic_prefix: str, database_url: str) -> None:
    """Make those that are missing; each service makes its own."""
    settings = ServiceSettings(
        database_url=database_url, kafka_bootstrap_servers=bootstrap_servers, topic_prefix=topic_prefix
    )
    keeper = TopicKeeper(settings)
    await keeper.open()
    for topic in find_foreign_topics():
        await keeper.make(topic)
    await keeper.close()
