"""Services as processes: started, killed, frozen, and started again when they die, as a supervisor does."""

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import psutil

_STOP_SECONDS = 15.0
_WATCH_SECONDS = 0.1

Spawn = Callable[[str, list[str], dict[str, str]], "subprocess.Popen[bytes]"]
"""Starts a process of this name with these words and this environment."""


@dataclass
class Instance:
    """One instance of a service: what starts it, the process that it is now, and how those before it ended."""

    name: str
    argv: list[str]
    env: Mapping[str, str]
    spawn: Spawn
    url: str
    process: "subprocess.Popen[bytes] | None" = None
    wanted: bool = False
    frozen: bool = False
    deaths: list[int] = field(default_factory=list)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def pid(self) -> int:
        """The pid of the process that it is now.

        Raises:
            RuntimeError: it does not run.
        """
        if self.process is None:
            raise RuntimeError(f"{self.name} does not run")
        return self.process.pid

    def start(self, *, failpoint: str = "") -> None:
        """Start it; ``failpoint`` is where this one process will die, those after it will not."""
        with self._lock:
            self.wanted = True
            extra = {"FAILPOINT": failpoint} if failpoint else {}
            self.process = self.spawn(self.name, self.argv, {**self.env, **extra})

    def stop(self) -> None:
        """End it in good order; nobody starts it again."""
        with self._lock:
            self.wanted = False
            self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it by SIGKILL; it is started again."""
        self._send(signal.SIGKILL)

    def freeze(self) -> None:
        """Hold it by SIGSTOP."""
        self.frozen = True
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it run on."""
        self._send(signal.SIGCONT)
        self.frozen = False

    def restart(self, *, failpoint: str = "") -> None:
        """End it in good order and start it."""
        with self._lock:
            self.stop()
            self.start(failpoint=failpoint)

    def revive(self) -> None:
        """Start it again if it has died though it is wanted."""
        with self._lock:
            if self.wanted and self.process is not None and (code := self.process.poll()) is not None:
                self.start()
                self.deaths.append(code)

    def measured(self) -> psutil.Process:
        """Give its process to those who measure."""
        return psutil.Process(self.pid)

    def _send(self, number: int) -> None:
        os.kill(self.pid, number)

    def _end(self, number: int) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGCONT)
        self.process.send_signal(number)
        try:
            self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Supervisor:
    """Starts again what dies, until it is told to stop."""

    def __init__(self) -> None:
        self.instances: list[Instance] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """End every instance, all at once, and stop watching."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        enders = [threading.Thread(target=instance.stop) for instance in self.instances]
        for ender in enders:
            ender.start()
        for ender in enders:
            ender.join()

    def _watch(self) -> None:
        while not self._stopping.wait(_WATCH_SECONDS):
            for instance in list(self.instances):
                instance.revive()
