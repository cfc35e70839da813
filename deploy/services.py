"""Finds the services by looking into the tree, so that a new one is a new folder and nothing else."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from services.chassis.settings import ServiceSettings

SERVICES = Path(__file__).resolve().parents[1] / "services"
_CHASSIS = "chassis"


def find_services() -> list[str]:
    """Return the names of all services, sorted: each folder with migrations, but for what they stand on."""
    return sorted({path.parents[1].name for path in SERVICES.glob("*/migrations/*.sql")} - {_CHASSIS})


def find_runnable_services() -> list[str]:
    """Return the names of the services that have a process of their own."""
    return [name for name in find_services() if (SERVICES / name / "__main__.py").exists()]


def find_settings(service: str) -> type[ServiceSettings]:
    """Return the settings with which a service reads its environment: they say what it wants to be told."""
    name = f"services.{service}.settings"
    settings: type[ServiceSettings] = import_module(name).Settings if find_spec(name) else ServiceSettings
    return settings
