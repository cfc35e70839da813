"""Finds the services by looking into the tree, so that a new one is a new folder and nothing else."""

from pathlib import Path

SERVICES = Path(__file__).resolve().parents[1] / "services"
_CHASSIS = "chassis"


def find_services() -> list[str]:
    """Return the names of all services, sorted: each folder with migrations, but for what they stand on."""
    return sorted({path.parents[1].name for path in SERVICES.glob("*/migrations/*.sql")} - {_CHASSIS})


def find_runnable_services() -> list[str]:
    """Return the names of the services that have a process of their own."""
    return [name for name in find_services() if (SERVICES / name / "__main__.py").exists()]
