"""The doctor sees settings with which a service would not start, or two that do not fit together."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.examination.progress import _find_lags, _Look
from deploy.examination.told import examine_settings
from deploy.supervision import tell_service
from tests.unit.deploy.test_system import SYSTEM

Told = dict[str, dict[str, str]]


def troubles(directory: Path, change: Callable[[Told], object]) -> dict[str, str]:
    """Write down what every service is told, changed, and have it looked at."""
    told = {name: tell_service(SYSTEM, name, ()) for name in SYSTEM.urls}
    change(told)
    for name, environment in told.items():
        (directory / f"{name}.environment.json").write_text(json.dumps(environment))
    return {found.what: found.trouble for found in examine_settings(directory) if found.trouble}


@pytest.mark.parametrize(
    ("change", "what", "trouble"),
    [
        (
            lambda told: told["intake"].pop("INTAKE_SECRET"),
            "intake's settings are such that it starts",
            "INTAKE_SECRET",
        ),
        (
            lambda told: told["notify"].update(CONTACTS_TOKEN=""),
            "notify's settings are such that it starts",
            "CONTACTS_TOKEN is missing",
        ),
        (
            lambda told: told["notify"].update(PROFILE="production"),
            "notify's settings are such that it starts",
            "production",
        ),
        (lambda told: told["review"].update(TOKENS="[]"), "review's settings are such that it starts", "no operator"),
        (
            lambda told: told["notify"].update(CONTACTS_TOKEN="old"),
            "notify may ask the contact vault",
            "intake's TOKENS",
        ),
        (
            lambda told: told["publish"].pop("UPDATES_KEY"),
            "a holder's link opens its page",
            "UPDATES_KEY is not publish's",
        ),
        (lambda told: told["notify"].update(ZONE="Asia/Tokyo"), "all go by one zone", "notify: Asia/Tokyo"),
    ],
)
def test_wrong_settings_are_seen(tmp_path: Path, change: Callable[[Told], object], what: str, trouble: str) -> None:
    """Named by variable, without its value."""
    found = troubles(tmp_path, change)
    assert trouble in found[what]
    assert not any(SYSTEM.token(actor) in told for told in found.values() for actor in ("notify", "desk"))


def test_right_settings_are_passed(tmp_path: Path) -> None:
    """What a system tells its services is right."""
    assert troubles(tmp_path, lambda _: None) == {}


def test_settings_that_nobody_shows_are_passed_over() -> None:
    """And that is said."""
    assert all(found.passed_over and not found.trouble for found in examine_settings(None))


def test_only_who_does_not_move_is_behind() -> None:
    """Between two looks a reader at work gets on."""
    place = ("review", "submissions", 3)
    kept, copied = {place[1:]: 9}, {("intake", *place[1:]): 9}
    looks = [_Look(kept, copied, {place: reached}) for reached in (5, 7)]
    assert list(_find_lags(looks[0], looks[1])) == []
    assert list(_find_lags(looks[1], looks[1])) == [("applied", place, 2)]
