"""Runs notify: ``python -m services.notify``."""

from services.chassis.app import run
from services.notify.app import make_service
from services.notify.settings import Settings

if __name__ == "__main__":
    settings = Settings()
    run(make_service(settings), settings)
