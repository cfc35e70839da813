"""The jars of the embedded broker: fetched once, each verified against the checksum in `jars.lock`."""

import fcntl
import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import jgo
import requests
from jgo.maven import MavenContext, PythonResolver
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from deploy.stack.runs import LOCAL

LOCK = Path(__file__).with_name("jars.lock")
BROKER = "org.apache.kafka:kafka_2.13:4.3.1+org.slf4j:slf4j-simple:1.7.36"
_HEAD = f"# Written by `make lock`: the jars of {BROKER}, each with its SHA-256.\n"
_FETCHED_AT_ONCE = 6
_TRIES = 3


def find_jars(cache: Path = LOCAL / "cache") -> list[Path]:
    """Return the broker's jars, all as locked; those that are missing or damaged are fetched.

    Raises:
        RuntimeError: what was fetched is not what is locked.
    """
    locked = dict(line.split() for line in LOCK.read_text().splitlines() if not line.startswith("#"))
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "jars.guard").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        for _ in range(_TRIES):
            wrong = [coordinate for coordinate, sha256 in locked.items() if is_wrong(cache, coordinate, sha256)]
            if not wrong:
                return [_path(cache, coordinate) for coordinate in locked]
            _fetch(wrong, cache)
    raise RuntimeError(f"not to be had with the locked content: {', '.join(wrong)}")


def write_lock(cache: Path = LOCAL / "cache") -> None:
    """Resolve the broker's dependencies anew and write their checksums."""
    artifacts = jgo.resolve(BROKER)
    coordinates = sorted({f"{found.groupId}:{found.artifactId}:{found.version}" for found in artifacts})
    _fetch([coordinate for coordinate in coordinates if not _path(cache, coordinate).exists()], cache)
    lines = [f"{coordinate} {_sha256(_path(cache, coordinate))}\n" for coordinate in coordinates]
    LOCK.write_text(_HEAD + "".join(lines))


def is_wrong(cache: Path, coordinate: str, sha256: str) -> bool:
    """Tell whether a jar is missing; one whose content is not the locked one is removed first."""
    path = _path(cache, coordinate)
    if path.exists() and _sha256(path) != sha256:
        path.unlink()
    return not path.exists()


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _path(cache: Path, coordinate: str) -> Path:
    group, name, version = coordinate.split(":")
    return cache / "maven" / Path(*group.split(".")) / name / version / f"{name}-{version}.jar"


def _fetch(coordinates: list[str], cache: Path) -> None:
    if not coordinates:
        return
    with _progress() as progress, ThreadPoolExecutor(_FETCHED_AT_ONCE) as pool:
        total = progress.add_task("Fetching Apache Kafka", total=None)
        resolver = PythonResolver(progress_callback=_counted(progress))
        context = MavenContext(resolver=resolver, repo_cache=cache / "maven", timeout=60)
        for done, _ in enumerate(pool.map(lambda each: _try_to_fetch(context, each), coordinates), 1):
            progress.update(total, description=f"Fetching Apache Kafka ({done} of {len(coordinates)} jars)")


def _try_to_fetch(context: MavenContext, coordinate: str) -> None:
    """Fetch one jar; what a broken connection leaves behind is judged by its checksum."""
    group, name, version = coordinate.split(":")
    with suppress(requests.RequestException):
        context.project(group, name).at_version(version).artifact().resolve()


def _progress() -> Progress:
    return Progress(TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())


def _counted(progress: Progress) -> Callable[[str, int], AbstractContextManager[Callable[[int], None]]]:
    """Show the bytes of all files on one bar, whose length grows as files are begun."""

    @contextmanager
    def begin(_name: str, size: int) -> Iterator[Callable[[int], None]]:
        task = progress.tasks[0]
        progress.update(task.id, total=(task.total or 0) + size)
        yield lambda count: progress.advance(task.id, count)

    return begin


if __name__ == "__main__":
    write_lock()
