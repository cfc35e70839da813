"""Asks each service how it is: whether it answers, whether its readers go on, what stands still, what waits."""

from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from deploy.advice import advise, describe
from deploy.doors import Doors, Unanswered
from deploy.examination.finding import Finding
from deploy.services import find_runnable_services

_PATIENCE_SECONDS = 10


def examine_services(urls: Mapping[str, str], doors: Doors | None) -> Iterator[Finding]:
    """Ask every service; without `doors` only what anyone may ask."""
    for name in find_runnable_services():
        if name in urls:
            yield from _examine_service(name, urls[name], doors)
        else:
            yield Finding(name, passed_over=f"where it answers is not known; say --url {name}=http://…")


def _examine_service(name: str, url: str, doors: Doors | None) -> Iterator[Finding]:
    try:
        answer = httpx.get(f"{url.rstrip('/')}/readyz", timeout=_PATIENCE_SECONDS, trust_env=False)
        health: dict[str, Any] = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        yield Finding(f"{name} answers", f"no answer at {url}: {type(error).__name__}", "see its log")
        return
    if "database" in health:
        yield Finding(f"{name} answers", f"it cannot use its database: {health['database']}")
        return
    yield Finding(f"{name} answers")
    yield Finding(f"{name}'s readers go on", _tell_readers(health), "see its log, and the broker")
    yield from _examine_halted(name, health, doors)
    gapped = ", ".join(_tell_place(place) for place in health["gapped"])
    yield Finding(f"{name} misses nothing", gapped and f"numbers are missing on {gapped}", _GAP_REMEDY)
    parked = ", ".join(f"{count} on {topic}" for topic, count in health["parked"].items())
    yield Finding(f"{name} has parked nothing", parked, f"`challenge parked list --service {name}`")


_GAP_REMEDY = (
    "the writer's relay fills it by itself when its log was lost: `challenge relay status` shows how far it is"
)


def _examine_halted(name: str, health: Mapping[str, Any], doors: Doors | None) -> Iterator[Finding]:
    what = f"nothing of {name} stands still"
    if not health["halted"]:
        yield Finding(what)
        return
    for halt in _read_halted(name, health, doors):
        if halt["reader"] in health["halted"]:
            yield Finding(what, describe(name, halt), advise(name, halt))


def _read_halted(name: str, health: Mapping[str, Any], doors: Doors | None) -> list[dict[str, Any]]:
    try:
        found: list[dict[str, Any]] = doors.get(name, "/ops/halted") if doors else []
    except Unanswered:
        found = []
    return found or [{"reader": reader, "why": why} for reader, why in health["halted"].items()]


def _tell_readers(health: Mapping[str, Any]) -> str:
    faults = {"not started": health.get("not_started"), "nothing moves on": health.get("stalled")}
    return "; ".join(
        f"{fault} {', '.join(_tell_place(each) for each in found)}" for fault, found in faults.items() if found
    )


def _tell_place(place: object) -> str:
    return "/".join(str(part) for part in place) if isinstance(place, list) else str(place)
