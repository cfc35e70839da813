"""Runs publish: ``python -m services.publish``."""

from services.chassis.app import run
from services.publish.app import make_service
from services.publish.settings import Settings

if __name__ == "__main__":
    settings = Settings()
    run(make_service(settings), settings)
