"""Runs intake as a process."""

from services.chassis.app import run
from services.intake.app import make_service
from services.intake.settings import Settings

if __name__ == "__main__":
    settings = Settings()
    run(make_service(settings), settings)
