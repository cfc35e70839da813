"""A run: one owner, one directory, the processes it started, and a guard that ends them when the owner dies."""

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from deploy.stack.processes import Ledger, Started, describe, end_recorded
from deploy.stack.recorded import command

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / ".local"
ELSEWHERE_PREFIX = "open-gov-challenge-"
_OWNER_FILE = "owner.json"


@dataclass
class Run:
    """What one process started and where its data is; `keeps` says whether the data outlives it.

    `make` is the command that started the owner, if one did: the run ends with that too.
    """

    directory: Path
    owner: Started
    keeps: bool
    make: Started | None = None
    _children: list[subprocess.Popen[bytes]] = field(default_factory=list, repr=False)
    _guard: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @classmethod
    def begin(cls, local: Path = LOCAL) -> Self:
        """Begin a run with fresh data of its own, below `.local/runs`."""
        directory = local / "runs" / f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}"
        return cls._begin(directory, keeps=False)

    @classmethod
    def resume(cls, directory: Path) -> Self:
        """Begin a run that finds and keeps the data in `directory`.

        Raises:
            RuntimeError: somebody else is running there.
        """
        if (directory / _OWNER_FILE).exists():
            earlier = cls.load(directory)
            if earlier.owner.find():
                raise RuntimeError(f"{directory.name} is running already, as process {earlier.owner.pid}")
            end_recorded(earlier.ledger)
            earlier.ledger.path.unlink(missing_ok=True)
        return cls._begin(directory, keeps=True)

    @classmethod
    def load(cls, directory: Path) -> Self:
        """Read what a run says of itself."""
        told = json.loads((directory / _OWNER_FILE).read_text())
        make = Started(**told["make"]) if told["make"] else None
        return cls(directory, Started(**told["owner"]), told["keeps"], make)

    @classmethod
    def _begin(cls, directory: Path, *, keeps: bool) -> Self:
        directory.mkdir(parents=True, exist_ok=True)
        make = describe(os.getppid(), "make") if "MAKELEVEL" in os.environ else None
        run = cls(directory, describe(os.getpid(), "owner"), keeps, make)
        written = directory / f"{_OWNER_FILE}.new"
        told = {"owner": asdict(run.owner), "keeps": keeps, "make": asdict(make) if make else None}
        written.write_text(json.dumps(told))
        written.replace(directory / _OWNER_FILE)
        run._guard = run._spawn_guard()
        return run

    @property
    def is_wanted(self) -> bool:
        """Whether owner and make, if there is one, still run."""
        return self.owner.find() is not None and (self.make is None or self.make.find() is not None)

    @property
    def ledger(self) -> Ledger:
        """The list of what this run started."""
        return Ledger(self.directory / "processes.jsonl")

    def spawn(
        self,
        name: str,
        argv: list[str],
        *,
        stop_signal: int = signal.SIGTERM,
        user: int | None = None,
        env: dict[str, str] | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start a recorded process in a session of its own, its output in `<name>.log`."""
        recorded = command(self.ledger.path, name, argv, stop_signal=stop_signal, user=user)
        with (self.directory / f"{name}.log").open("ab") as log:
            child = _start(recorded, log, env)
        self._children.append(child)
        return child

    def place_for(self, name: str, user: int | None) -> Path:
        """Return a directory that `user` owns and can reach: outside the run when the way into that is closed."""
        link = self.directory / name
        if not link.exists():
            place = link if user is None or is_reachable(self.directory) else _make_elsewhere()
            place.mkdir(exist_ok=True)
            if place != link:
                link.symlink_to(place)
            if user is not None:
                os.chown(place, user, user)
        return link.resolve()

    def end(self) -> None:
        """End everything that this run started, then its guard, and drop the data unless it is kept."""
        end_recorded(self.ledger)
        if self._guard:
            self._guard.kill()
            self._guard.wait()
        for child in self._children:
            child.wait()
        self.discard()

    def discard(self) -> None:
        """Forget the processes, and remove the data unless it is kept."""
        self.ledger.path.unlink(missing_ok=True)
        (self.directory / _OWNER_FILE).unlink(missing_ok=True)
        if not self.keeps:
            remove(self.directory)

    def keep_logs(self) -> Path:
        """Copy what was said to where it outlives the run, in the place of what an earlier run left there."""
        kept = LOCAL / "last-failure"
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir(parents=True)
        for log in self.directory.glob("*.log"):
            shutil.copy2(log, kept)
        return kept

    def __enter__(self) -> Self:
        """Do nothing: the run has begun."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the run."""
        self.end()

    def _spawn_guard(self) -> subprocess.Popen[bytes]:
        with (self.directory / "guard.log").open("ab") as log:
            return _start([sys.executable, "-m", "deploy.stack.guard", str(self.directory)], log, None)


def sweep(local: Path = LOCAL) -> list[Started]:
    """End what dead owners left behind, remove the data that they did not keep, and tell what was ended."""
    ended: list[Started] = []
    for owner_file in [*local.glob(f"runs/*/{_OWNER_FILE}"), *local.glob(f"*/{_OWNER_FILE}")]:
        run = Run.load(owner_file.parent)
        if run.owner.find():
            continue
        ended += run.ledger.live()
        end_recorded(run.ledger)
        run.discard()
    return ended


def remove(directory: Path) -> None:
    """Remove a directory of ours, and the places elsewhere to which it links."""
    for link in directory.iterdir():
        if link.is_symlink() and link.resolve().name.startswith(ELSEWHERE_PREFIX):
            shutil.rmtree(link.resolve(), ignore_errors=True)
    shutil.rmtree(directory, ignore_errors=True)


def is_reachable(path: Path) -> bool:
    """Tell whether any user of this machine may pass through every directory on the way to `path`."""
    return all(part.stat().st_mode & 0o001 for part in [path, *path.parents])


def _make_elsewhere() -> Path:
    place = Path(tempfile.mkdtemp(prefix=ELSEWHERE_PREFIX))
    place.chmod(0o755)
    return place


def _start(argv: list[str], log: IO[bytes], env: dict[str, str] | None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        env={**(os.environ if env is None else env), "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        start_new_session=True,
    )
