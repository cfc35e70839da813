"""The same broker and database as containers, from the images that `docker-compose.yml` names."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deploy.stack.ports import LOOPBACK, free_port
from deploy.stack.postgres import DATABASE, SUPERUSER
from deploy.stack.processes import wait_until

if TYPE_CHECKING:
    from testcontainers.core.container import DockerContainer

COMPOSE_FILE = Path(__file__).resolve().parents[2] / "docker-compose.yml"
_START_SECONDS = 120.0


class Contained:
    """A container on a fixed port of loopback; stopping keeps its data, removing does not."""

    def __init__(self, image: str, inner_port: int, started: str) -> None:
        self._image = image
        self._inner_port = inner_port
        self._started = re.compile(started.encode(), re.DOTALL)
        self.port = free_port()
        self._container: DockerContainer | None = None

    @property
    def is_running(self) -> bool:
        """Whether the container runs."""
        return self._container is not None and self._docker().status == "running"

    def environment(self) -> dict[str, str]:
        """Return the variables that the image wants."""
        raise NotImplementedError

    def start(self) -> None:
        """Make or start the container, and return when it says that it has started, once more than before."""
        seen_before = self._count_starts()
        if self._container is None:
            self._container = self._make()
        else:
            self._docker().start()
        wait_until(lambda: self._count_starts() > seen_before, f"the start of {self._image}", _START_SECONDS)

    def stop(self) -> None:
        """Stop the container in good order."""
        self._docker().stop()

    def kill(self) -> None:
        """SIGKILL what runs in the container."""
        self._docker().kill()

    def restart(self) -> None:
        """Stop in good order and start again."""
        self.stop()
        self.start()

    def remove(self) -> None:
        """Remove the container with its data."""
        if self._container is not None:
            self._container.stop()
            self._container = None

    def wipe(self) -> None:
        """Lose the data; a container that ran comes back empty."""
        ran = self.is_running
        self.remove()
        if ran:
            self.start()

    def keep_copy(self, name: str) -> None:
        """Refuse: copies of the data directory are for the embedded database."""
        raise NotImplementedError(name)

    go_back_to_copy = keep_copy

    def _docker(self) -> Any:
        if self._container is None:
            raise RuntimeError(f"{self._image} was not started")
        docker = self._container.get_wrapped_container()
        docker.reload()
        return docker

    def _count_starts(self) -> int:
        return len(self._started.findall(self._docker().logs())) if self._container else 0

    def _make(self) -> "DockerContainer":
        from testcontainers.core.container import DockerContainer  # noqa: PLC0415 -- not there in production

        made = DockerContainer(self._image)
        made.ports[f"{self._inner_port}/tcp"] = (LOOPBACK, self.port)  # type: ignore[assignment]  # docker takes a pair
        return made.with_envs(**self.environment()).start()


class ContainedKafka(Contained):
    """Apache Kafka, one node."""

    def __init__(self) -> None:
        super().__init__(_composed("kafka")["image"], 9092, "Kafka Server started")
        self.bootstrap_servers = f"{LOOPBACK}:{self.port}"

    def environment(self) -> dict[str, str]:
        """Return what the compose file says, but for the addresses."""
        return {
            **_composed("kafka")["environment"],
            "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://{self.bootstrap_servers}",
            "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        }


class ContainedPostgres(Contained):
    """PostgreSQL."""

    def __init__(self) -> None:
        super().__init__(_composed("postgres")["image"], 5432, "listening on IPv4.*?ready to accept connections")
        password = _composed("postgres")["environment"]["POSTGRES_PASSWORD"]
        self.database_url = f"postgresql://{SUPERUSER}:{password}@{LOOPBACK}:{self.port}/{DATABASE}"

    def environment(self) -> dict[str, str]:
        """Return what the compose file says."""
        return dict(_composed("postgres")["environment"])


def _composed(service: str) -> dict[str, Any]:
    import yaml  # noqa: PLC0415 -- not there in production

    composed: dict[str, Any] = yaml.safe_load(COMPOSE_FILE.read_text())["services"][service]
    return composed
