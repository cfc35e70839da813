"""Runs review: ``python -m services.review``."""

from services.chassis.app import run
from services.review.app import make_service
from services.review.settings import Settings

if __name__ == "__main__":
    settings = Settings()
    run(make_service(settings), settings)
