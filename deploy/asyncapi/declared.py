"""What FastStream says of one service: the topics that it hears and tells, with the events on them."""

from importlib import import_module
from typing import Any

from faststream.kafka import KafkaBroker
from faststream.specification import AsyncAPI
from pydantic import BaseModel, RootModel, create_model

from contracts.topics import CATALOGUE, Topic
from services.chassis.app import Service
from services.chassis.database import Database
from services.chassis.reading.broker import make_broker
from services.chassis.reading.described import any_of
from services.chassis.reading.hearing import Hearing
from services.chassis.settings import ServiceSettings

PREFIX = "challenge."
BOOTSTRAP = "kafka:9092"


def describe_service(name: str) -> dict[str, Any]:
    """Let FastStream describe a service, put together as it runs but never started."""
    settings = _settings_of(import_module(f"services.{name}.settings").Settings)
    service: Service = import_module(f"services.{name}.app").make_service(settings)
    hearing = Hearing(Database(settings, service.name), settings, service.handlers, on_fatal=_never)
    # each by itself: FastStream describes one channel of a name, and a service may hear what it tells
    teller = make_broker(settings, service.name)
    _show_tellings(teller, service.name)
    joined: dict[str, Any] = _joined(_describe(hearing.broker, service), _describe(teller, service))
    return joined


def _describe(broker: KafkaBroker, service: Service) -> dict[str, Any]:
    described = AsyncAPI(broker, title=service.name, description=service.about)
    document: dict[str, Any] = described.to_specification().to_jsonable()
    operations = {f"{one['action']} {name}": one for name, one in document["operations"].items()}
    return document | {"operations": operations}


def _joined(first: Any, second: Any) -> Any:
    if not (isinstance(first, dict) and isinstance(second, dict)):
        return second
    both = {key: _joined(first[key], second[key]) for key in first.keys() & second.keys()}
    return first | second | both


def _settings_of(kind: type[ServiceSettings]) -> ServiceSettings:
    asked = {name: "not a secret " * 4 for name, field in kind.model_fields.items() if field.is_required()}
    given = {"database_url": "postgresql://nowhere", "kafka_bootstrap_servers": BOOTSTRAP, "topic_prefix": PREFIX}
    return kind.model_validate(asked | given)


def _show_tellings(broker: KafkaBroker, writer: str) -> None:
    # what is told goes through outbox and relay, not through FastStream: declared here so that it is described
    for topic in CATALOGUE.values():
        if topic.writer == writer:
            shown = _named(topic, any_of(topic.events))
            broker.publisher(PREFIX + topic.name, title=topic.name, description=topic.about, schema=shown)


def _named(topic: Topic, payload: Any) -> type[BaseModel]:
    return create_model(topic.name, __base__=RootModel[payload])


def _never(error: BaseException) -> None:
    raise AssertionError("nothing runs here") from error
