"""Looks at what each service is told, as the service itself does when it starts, and whether they fit together."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from deploy.examination.finding import Finding
from deploy.services import find_runnable_services, find_settings

Told = Mapping[str, Mapping[str, str]]
_OPERATE = "operate"
_CONTACTS = "contacts:read"


def examine_settings(directory: Path | None) -> Iterator[Finding]:
    """Look at the settings of every service; `directory` holds what each is told."""
    told = {name: found for name in find_runnable_services() if (found := _read(directory, name)) is not None}
    for name in find_runnable_services():
        if name in told:
            yield Finding(f"{name}'s settings are such that it starts", "; ".join(_find_faults(name, told[name])))
        else:
            why = "what it is told is kept with whoever starts it (--directory); one that runs has accepted it"
            yield Finding(f"{name}'s settings", passed_over=why)
    if told.keys() >= {"intake", "notify"}:
        yield Finding("notify may ask the contact vault", _find_vault_fault(told))
    if told.keys() >= {"notify", "publish"}:
        yield Finding("a holder's link opens its page", _find_updates_fault(told))
    if told:
        yield Finding("all go by one zone", _find_zone_fault(told))


def _read(directory: Path | None, service: str) -> dict[str, str] | None:
    path = (directory or Path("/nowhere")) / f"{service}.environment.json"
    found: dict[str, str] | None = json.loads(path.read_text()) if path.exists() else None
    return found


def _find_faults(service: str, told: Mapping[str, str]) -> Iterator[str]:
    try:
        find_settings(service)(**{name.lower(): _decode(value) for name, value in told.items()})
    except ValidationError as error:  # told without the values: some are secrets
        yield from (f"{'.'.join(map(str, each['loc'])).upper()}: {each['msg']}".lstrip(": ") for each in error.errors())
    missing = [name for name in _find_secrets(service) if not told.get(name)]
    yield from (f"{name} is missing" for name in missing)
    if not any(_OPERATE in token["scopes"] for token in _decode(told.get("TOKENS", "[]"))):
        yield "TOKENS: no operator is let in"


def _find_secrets(service: str) -> Iterator[str]:
    """Name what a service cannot do without though its settings have a default for it."""
    names = {
        "DATABASE_URL",
        f"{service.upper()}_SECRET",
        "ADDRESS_HASH_KEY",
        "CONTACTS_TOKEN",
        "PUBLIC_DATABASE_URL",
    }
    return (name for name in sorted(names) if name.lower() in find_settings(service).model_fields)


def _find_vault_fault(told: Told) -> str:
    sha256 = hashlib.sha256(told["notify"].get("CONTACTS_TOKEN", "").encode()).hexdigest()
    tokens = _decode(told["intake"].get("TOKENS", "[]"))
    known = any(token["sha256"] == sha256 and _CONTACTS in token["scopes"] for token in tokens)
    return "" if known else f"its CONTACTS_TOKEN is none that intake's TOKENS let {_CONTACTS}"


def _find_updates_fault(told: Told) -> str:
    signs, knows = (told[name].get("UPDATES_KEY") for name in ("notify", "publish"))
    return "" if signs == knows else "notify's UPDATES_KEY is not publish's: its links open nothing"


def _find_zone_fault(told: Told) -> str:
    zones = {name: each.get("ZONE", "UTC") for name, each in told.items()}
    return "" if len(set(zones.values())) == 1 else ", ".join(f"{name}: {zone}" for name, zone in zones.items())


def _decode(value: str) -> Any:
    return json.loads(value) if value.startswith("[") else value
