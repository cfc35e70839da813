"""Compares what each writer has kept with what is copied, and with what each reader has applied."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from contracts.topics import CATALOGUE
from deploy.doors import Doors, Unanswered
from deploy.examination.finding import Finding
from deploy.services import find_runnable_services

SECOND_LOOK_SECONDS = 3.0
Place = tuple[str, str, int]


@dataclass(frozen=True)
class _Look:
    """How far everybody is: by service, topic and partition."""

    kept: dict[tuple[str, int], int]
    copied: dict[Place, int]
    applied: dict[Place, int]


async def examine_positions(doors: Doors) -> list[Finding]:
    """Look, and where somebody is behind, look again: whoever has moved meanwhile is at work."""
    try:
        first = _look(doors)
        if not any(_find_lags(first, first)):
            return list(_tell(first, first))
        await asyncio.sleep(SECOND_LOOK_SECONDS)
        return list(_tell(first, _look(doors)))
    except Unanswered as error:
        return [Finding("readers and relays go on", str(error), "the rest can be told when all answer")]


def _look(doors: Doors) -> _Look:
    streams: dict[str, dict[str, list[dict[str, Any]]]] = {
        name: doors.get(name, "/ops/streams") for name in find_runnable_services()
    }
    writes = [(name, row) for name, told in streams.items() for row in told["writes"]]
    return _Look(
        kept={(row["topic"], row["partition"]): row["kept_seq"] for _, row in writes},
        copied={(name, row["topic"], row["partition"]): row["relayed_seq"] for name, row in writes},
        applied=dict.fromkeys(_list_heard(), 0)
        | {
            (name, row["source_topic"], row["partition"]): row["last_seq"]
            for name, told in streams.items()
            for row in told["hears"]
        },
    )


def _list_heard() -> Iterator[Place]:
    for topic in CATALOGUE.values():
        for reader in topic.readers:
            yield from ((reader, topic.name, partition) for partition in range(topic.partitions))


def _tell(first: _Look, second: _Look) -> Iterator[Finding]:
    lags = list(_find_lags(first, second))
    for name in find_runnable_services():
        for kind, what in (("copied", "all that it keeps is copied"), ("applied", "it has applied all that it hears")):
            behind = [
                f"{topic}/{partition} by {count}" for k, (n, topic, partition), count in lags if (k, n) == (kind, name)
            ]
            trouble = f"behind, and not moving: {', '.join(behind)}" if behind else ""
            yield Finding(f"{name}: {what}, or it is at work on it", trouble, _REMEDY)


_REMEDY = "see whether it, or the broker, stands still: `challenge parked halted`, `challenge relay status`"


def _find_lags(first: _Look, second: _Look) -> Iterator[tuple[str, Place, int]]:
    for kind, before, after in (("copied", first.copied, second.copied), ("applied", first.applied, second.applied)):
        for place, reached in after.items():
            lag = second.kept.get(place[1:], reached) - reached
            if lag > 0 and before.get(place, 0) == reached:
                yield kind, place, lag
