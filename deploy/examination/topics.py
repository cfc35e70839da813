"""Compares the broker's topics with the catalogue."""

from contracts.topics import CATALOGUE, Topic
from deploy.examination.finding import Finding
from services.chassis.settings import ServiceSettings
from services.chassis.topics.keeper import BrokerTrouble, TopicKeeper


async def examine_topics(settings: ServiceSettings) -> list[Finding]:
    """Look at every topic of the catalogue."""
    keeper = TopicKeeper(settings)
    try:
        await keeper.open()
        return [Finding("the broker answers"), *[await _examine_topic(keeper, topic) for topic in CATALOGUE.values()]]
    except BrokerTrouble as error:
        return [Finding("the broker answers", str(error))]
    finally:
        await keeper.close()


async def _examine_topic(keeper: TopicKeeper, topic: Topic) -> Finding:
    what = f"topic {topic.name} is as in the catalogue"
    try:
        await keeper.verify(topic)
    except (BrokerTrouble, RuntimeError) as error:
        return Finding(
            what, str(error), f"its writer, {topic.writer}, makes it when it is missing, and never changes it"
        )
    return Finding(what)
