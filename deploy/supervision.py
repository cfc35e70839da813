"""Runs the services under Supervisor, which starts again whatever dies."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from deploy.services import find_settings
from deploy.stack.recorded import command
from deploy.stack.runs import ROOT, Run
from deploy.system import System

_HEAD = """\
[supervisord]
nodaemon = true
logfile = /dev/null
logfile_maxbytes = 0
pidfile = {directory}/supervisor.pid
childlogdir = {directory}
{user}
"""
# startretries: never give up. Supervisor waits a second longer after each death within `startsecs`.
_PROGRAM = """
[program:{name}]
command = {command}
autorestart = true
startsecs = 3
startretries = 1000000
stopwaitsecs = 15
redirect_stderr = true
stdout_logfile = {directory}/{name}.log
stdout_logfile_maxbytes = 20MB
stdout_logfile_backups = 1
"""

# one group: Supervisor stops a group's processes side by side, and groups one after the other
_GROUP = "\n[group:services]\nprograms = {names}\n"
_OF_THE_MACHINE = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR")


def start_services(run: Run, system: System, members: tuple[str, ...]) -> subprocess.Popen[bytes]:
    """Start every service of the system under one supervisor, whose process is returned."""
    for name in system.urls:
        _write_secretly(_environment_file(run, name), json.dumps(tell_service(system, name, members)))
    configuration = run.directory / "supervisor.conf"
    configuration.write_text("".join(_sections(run, system)))
    words = [sys.executable, "-m", "supervisor.supervisord", "--configuration", str(configuration)]
    return run.spawn("supervisor", words, env=_of_the_machine())


def tell_service(system: System, name: str, members: tuple[str, ...]) -> dict[str, str]:
    """Return all that a service's process is told.

    That is the machine's own, what whoever starts the system has set of the service's settings, and the system's word.
    """
    wanted = [setting.upper() for setting in find_settings(name).model_fields]
    given = {setting: os.environ[setting] for setting in wanted if setting in os.environ}
    return {**_of_the_machine(), "PYTHONPATH": str(ROOT), **given, **system.environment(name, members)}


def stop_services(supervisor: subprocess.Popen[bytes]) -> None:
    """Have the supervisor stop the services in good order, and end."""
    supervisor.send_signal(signal.SIGTERM)
    supervisor.wait(30)


def _sections(run: Run, system: System) -> Iterator[str]:
    # Supervisor complains of being root unless told that this is meant
    yield _HEAD.format(directory=run.directory, user="" if os.geteuid() else "user = root")
    for name in system.urls:
        argv = [sys.executable, "-m", f"services.{name}"]
        words = command(run.ledger.path, name, argv, environment=_environment_file(run, name))
        yield _PROGRAM.format(name=name, command=" ".join(_quoted(word) for word in words), directory=run.directory)
    yield _GROUP.format(names=",".join(system.urls))


def _quoted(word: str) -> str:
    return '"' + word.replace("%", "%%").replace('"', '\\"') + '"'


def _of_the_machine() -> dict[str, str]:
    return {name: os.environ[name] for name in _OF_THE_MACHINE if name in os.environ}


def _environment_file(run: Run, service: str) -> Path:
    return run.directory / f"{service}.environment.json"


def _write_secretly(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)
