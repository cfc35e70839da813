"""What each service of a system is told, and what it is not."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deploy.database import PUBLIC_READER, service_url
from deploy.display import console
from deploy.services import SERVICES, find_runnable_services
from deploy.supervision import tell_service
from deploy.system import SCOPES_OF_DOORS, System, choose_zone
from deploy.up import tell_where_to_look

ADMIN_URL = "postgresql://postgres:of-the-administrator@127.0.0.1:5432/postgres"
MEMBERS = ("BR", "SN")
SYSTEM = System(
    urls={name: f"http://127.0.0.1:80{number:02}" for number, name in enumerate(find_runnable_services(), 1)},
    bootstrap_servers="127.0.0.1:9092",
    topic_prefix="challenge.",
    database_url=ADMIN_URL,
    smtp_port=1025,
    mailbox="/mailbox",
    secret="ab" * 32,
    directory="/directory",
)
SECRETS = {
    **{f"database login of {name}": service_url(ADMIN_URL, name) for name in SYSTEM.urls},
    **{f"secret of {name}": SYSTEM._derive(f"secret {name}") for name in SYSTEM.urls},
    "database login of the public": service_url(ADMIN_URL, PUBLIC_READER),
    "database login of the operator": SYSTEM.operator_url,
    "database login of the administrator": ADMIN_URL,
    "token of the contact vault": SYSTEM.token("notify"),
    "token of the desk": SYSTEM.token("desk"),
    "secret of the system": SYSTEM.secret,
}
KNOWS = {
    "intake": {"database login of intake", "secret of intake"},
    "review": {"database login of review"},
    "notify": {"database login of notify", "token of the contact vault"},
    "publish": {"database login of publish", "database login of the public"},
}
_DOOR = re.compile(r"""require\("([a-z:-]+)"\)|f"(submit:)\{|ENTER_ANY = "([a-z:]+)\"""")


def told_to(service: str) -> dict[str, str]:
    """Return all that a service's process is told."""
    return tell_service(SYSTEM, service, MEMBERS)


def tokens_of(service: str) -> list[dict[str, Any]]:
    """Return the tokens that a service takes."""
    found: list[dict[str, Any]] = json.loads(told_to(service)["TOKENS"])
    return found


def scopes_asked_for(tree: Path) -> Iterator[str]:
    """Find in the code which scopes doors ask for."""
    for path in tree.rglob("*.py"):
        yield from ("".join(found.groups(default="")) for found in _DOOR.finditer(path.read_text()))


@pytest.mark.parametrize("service", find_runnable_services())
def test_service_knows_no_secret_but_its_own(service: str) -> None:
    """Of everything secret in the system, a process is told what it uses and nothing else."""
    told = " ".join(told_to(service).values())
    assert {name for name, secret in SECRETS.items() if secret in told} == KNOWS[service]


@pytest.mark.parametrize("service", find_runnable_services())
def test_secrets_of_whoever_starts_the_system_stay_there(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell's tokens and passwords are not handed on; a setting of the service is, but for what the system says."""
    monkeypatch.setenv("CHALLENGE_TOKEN", "of-the-shell")
    monkeypatch.setenv("REVIEW_DATABASE_PASSWORD", "of-the-shell")
    monkeypatch.setenv("DATABASE_URL", "of-the-shell")
    monkeypatch.setenv("LOG_LEVEL", "debug")
    told = told_to(service)
    assert "of-the-shell" not in told.values()
    assert told["LOG_LEVEL"] == "debug"


@pytest.mark.parametrize("service", find_runnable_services())
def test_tokens_are_those_that_the_doors_take(service: str) -> None:
    """A token is known where one of its scopes is asked for, with those scopes."""
    asked = {*scopes_asked_for(SERVICES / service), *scopes_asked_for(SERVICES / "chassis")}
    scopes = {scope for token in tokens_of(service) for scope in token["scopes"]}
    assert all(token["scopes"] for token in tokens_of(service))
    assert {re.sub(r"(?<=^submit:)[A-Z]{2}$", "", scope) for scope in scopes} == asked


def test_scopes_of_doors_are_those_of_services_that_exist() -> None:
    """A service that is gone leaves nothing behind in the list."""
    assert SCOPES_OF_DOORS.keys() <= set(find_runnable_services())


def test_contact_vault_opens_to_notify_and_review_alone() -> None:
    """The tokens that notify and review hold, each its own, are the only ones that intake lets read contacts."""
    held = {hashlib.sha256(told_to(name)["CONTACTS_TOKEN"].encode()).hexdigest() for name in ("notify", "review")}
    assert {token["sha256"] for token in tokens_of("intake") if "contacts:read" in token["scopes"]} == held
    assert len(held) == 2
    assert not held & {token["sha256"] for name in SYSTEM.urls if name != "intake" for token in tokens_of(name)}


def test_members_hold_tokens_for_their_own_plans() -> None:
    """One scope each."""
    held = {token["actor_ref"]: token["scopes"] for token in tokens_of("intake") if "forum:" in token["actor_ref"]}
    assert held == {"forum:br": ["submit:BR"], "forum:sn": ["submit:SN"]}


def test_all_go_by_one_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system says is what every service is told, whatever the shell says later."""
    monkeypatch.setenv("ZONE", "Asia/Tokyo")
    system = replace(SYSTEM, zone="America/Costa_Rica")
    assert {tell_service(system, name, ())["ZONE"] for name in system.urls} == {"America/Costa_Rica"}


@pytest.mark.parametrize(
    ("given", "earlier", "zone"),
    [
        (None, None, "UTC"),
        ("America/Costa_Rica", None, "America/Costa_Rica"),
        (None, "America/Costa_Rica", "America/Costa_Rica"),
        ("America/Costa_Rica", "America/Costa_Rica", "America/Costa_Rica"),
    ],
)
def test_zone_is_chosen(given: str | None, earlier: str | None, zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """UTC unless somebody says otherwise; a system that is kept keeps it."""
    monkeypatch.delenv("ZONE", raising=False)
    if given:
        monkeypatch.setenv("ZONE", given)
    assert choose_zone(earlier) == zone


@pytest.mark.parametrize(("given", "earlier", "why"), [("Mars/Base", None, "no zone"), ("Asia/Tokyo", "UTC", "months")])
def test_other_zones_are_refused(given: str, earlier: str | None, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that does not exist, and one in which earlier months would be others."""
    monkeypatch.setenv("ZONE", given)
    with pytest.raises(RuntimeError, match=why):
        choose_zone(earlier)


def test_places_to_look_are_told() -> None:
    """Pages, doors, mailbox, broker: whoever starts a system need not search."""
    with console.capture() as captured:
        tell_where_to_look(SYSTEM)
    told = captured.get()
    assert "Where to look" in told
    wanted = [f"{SYSTEM.urls['publish']}/reforms.json", f"{SYSTEM.urls['review']}/docs"]
    wanted += [f"{SYSTEM.urls['review']}/desk/", SYSTEM.mailbox]
    assert all(place in told for place in wanted)
