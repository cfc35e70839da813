"""What FastStream says of one service: the topics that it hears and tells, with the events on them."""

from collections.abc import Iterable
from importlib import import_module
from typing import Any, Union

from faststream.kafka import KafkaBroker
from faststream.specification import AsyncAPI
from pydantic import BaseModel, RootModel, create_model

from contracts.event import envelope_of
from contracts.topics import CATALOGUE, Topic
from services.chassis.app import Service
from services.chassis.database import Database
from services.chassis.hearing import Hearing
from services.chassis.settings import ServiceSettings
from services.chassis.stream import Subscription

PREFIX = "challenge."
BOOTSTRAP = "kafka:9092"


def describe_service(name: str) -> dict[str, Any]:
    """Let FastStream describe a service, put together as it runs but never started."""
    settings = _settings_of(import_module(f"services.{name}.settings").Settings)
    service: Service = import_module(f"services.{name}.app").make_service(settings)
    hearing = Hearing(Database(settings, service.name), settings, service.handlers, on_fatal=_never)
    for subscription in hearing.subscriptions.values():
        _show_messages(subscription, service.name)
    _show_tellings(hearing.broker, service.name)
    described = AsyncAPI(hearing.broker, title=service.name, description=service.about)
    document: dict[str, Any] = described.to_specification().to_jsonable()
    return document


def _settings_of(kind: type[ServiceSettings]) -> ServiceSettings:
    asked = {name: "not a secret " * 4 for name, field in kind.model_fields.items() if field.is_required()}
    given = {"database_url": "postgresql://nowhere", "kafka_bootstrap_servers": BOOTSTRAP, "topic_prefix": PREFIX}
    return kind.model_validate(asked | given)


def _show_messages(subscription: Subscription, reader: str) -> None:
    # a running subscriber takes a chunk of undecoded records; this one, which never runs, shows what is in them
    heard = subscription.hears
    events = [event for event in heard.topic.events if event in heard.topic.readers[reader]]

    async def hear(message: Any) -> None: ...

    shown = _any_of(heard.topic, events) if events else _named(heard.topic, heard.payload or dict[str, Any])
    hear.__annotations__ = {"message": shown}
    subscription.subscriber.calls.clear()
    subscription.subscriber(hear)


def _show_tellings(broker: KafkaBroker, writer: str) -> None:
    # what is told goes through outbox and relay, not through FastStream: declared here so that it is described
    for topic in CATALOGUE.values():
        if topic.writer == writer:
            shown = _any_of(topic, topic.events)
            broker.publisher(PREFIX + topic.name, title=topic.name, description=topic.about, schema=shown)


def _any_of(topic: Topic, events: Iterable[type[Any]]) -> type[BaseModel]:
    return _named(topic, Union[tuple(envelope_of(event) for event in events)])  # noqa: UP007 - known at run time only


def _named(topic: Topic, payload: Any) -> type[BaseModel]:
    return create_model(topic.name, __base__=RootModel[payload])


def _never(error: BaseException) -> None:
    raise AssertionError("nothing runs here") from error
