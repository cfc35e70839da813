"""Accounts to try the review desk with: one for each role, where somebody runs the system on their own machine."""

import httpx

from deploy.system import System
from services.review.domain.staff import ROLES

_PATIENCE_SECONDS = 30


def bring_in_staff(system: System) -> dict[str, str]:
    """Make an account for each role, named like it, if there is none; give the names and their first passwords.

    Raises:
        RuntimeError: review refuses; says why.
    """
    found: dict[str, str] = {role: _password_of(system, role) for role in ROLES}
    for role, password in found.items():
        _bring_in(system, role, password)
    return found


def _password_of(system: System, role: str) -> str:
    derived = system.token(f"password of {role}")
    return "-".join(derived[start : start + 4] for start in range(0, 16, 4))


def _bring_in(system: System, role: str, password: str) -> None:
    answer = httpx.post(
        f"{system.urls['review']}/staff",
        json={"name": role, "roles": [role], "password": password},
        headers={"Authorization": f"Bearer {system.token('desk')}"},
        timeout=_PATIENCE_SECONDS,
        trust_env=False,
    )
    is_there_already = answer.status_code == httpx.codes.CONFLICT
    if answer.is_error and not is_there_already:
        raise RuntimeError(f"review makes no account for {role}: {answer.status_code} {answer.text}")
