"""Small rules of the stack: which ports, which jars, which containers."""

from pathlib import Path

import pytest

from deploy.stack import ports
from deploy.stack.containers import ContainedKafka, ContainedPostgres
from deploy.stack.jars import LOCK, is_wrong
from deploy.stack.processes import wait_until
from deploy.stack.runs import ROOT


def test_ports_are_below_those_of_outgoing_connections() -> None:
    """A client must never be given a server's port while the server is down: it would connect to itself."""
    given = [ports.free_port() for _ in range(50)]
    assert len(set(given)) == len(given)
    assert max(given) < ports.first_ephemeral()


def test_damaged_jar_is_thrown_away(tmp_path: Path) -> None:
    """A jar whose content is not the locked one is not used, and fetched again."""
    coordinate, sha256 = LOCK.read_text().splitlines()[1].split()
    group, name, version = coordinate.split(":")
    jar = tmp_path / "maven" / Path(*group.split(".")) / name / version / f"{name}-{version}.jar"
    jar.parent.mkdir(parents=True)
    jar.write_bytes(b"something else")
    assert is_wrong(tmp_path, coordinate, sha256)
    assert not jar.exists()


def test_lock_names_no_host() -> None:
    """Where packages come from is the business of whoever installs them."""
    for lock in ("requirements.lock", "deploy/requirements.lock", "deploy/stack/jars.lock"):
        text = (ROOT / lock).read_text()
        assert "://" not in text
        assert "--index" not in text


def test_waiting_says_what_was_not_seen() -> None:
    """A time-out names what was waited for."""
    with pytest.raises(TimeoutError, match="the moon"):
        wait_until(lambda: False, "the moon", timeout_seconds=0.1)


def test_containers_are_those_of_the_compose_file() -> None:
    """Images, settings and passwords come from `docker-compose.yml`, but for the broker's own address."""
    kafka, postgres = ContainedKafka(), ContainedPostgres()
    assert kafka.environment()["KAFKA_ADVERTISED_LISTENERS"] == f"PLAINTEXT://127.0.0.1:{kafka.port}"
    assert kafka.environment()["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
    assert postgres.environment()["POSTGRES_PASSWORD"] in postgres.database_url
    assert not kafka.is_running
