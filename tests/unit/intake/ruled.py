"""Applications held against the rules: by whom, when, and what comes of it."""

from datetime import datetime
from typing import Any

from services.intake.domain.application import Application
from services.intake.domain.problems import Issue, Refused
from services.intake.domain.rules import Known, check_rules
from tests.controls.intake import application, colombia, moment

REFERENCE = "OGC-2026-000007"
SENEGAL = colombia(code="SN", country="SN", name="Senegal")
UKRAINE = colombia(code="UA", country="UA", name="Ukraine")
CAMEROON = colombia(code="CM", country="CM", name="Cameroon", status="not-a-member")


def asked_by(make: Any, **overrides: Any) -> Application:
    """Read an example form with other fields."""
    return application(1, make(**overrides))


def issues_of(asked: Application, registry: Known, **when: Any) -> tuple[Issue, ...]:
    """Give what the rules say against an application."""
    try:
        check_rules(asked, registry, moment(**when))
    except Refused as refusal:
        return refusal.issues
    return ()


def on(day: str) -> datetime:
    """Noon of a day."""
    return datetime.fromisoformat(f"{day}T12:00:00+00:00")
