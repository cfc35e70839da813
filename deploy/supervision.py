"""Runs the services under Supervisor, which starts again whatever dies."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

from deploy.stack.recorded import command
from deploy.stack.runs import Run
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
environment = {environment}
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


def start_services(run: Run, system: System, members: tuple[str, ...]) -> subprocess.Popen[bytes]:
    """Start every service of the system under one supervisor, whose process is returned."""
    configuration = run.directory / "supervisor.conf"
    configuration.touch(mode=0o600)
    configuration.write_text("".join(_sections(run, system)))
    return run.spawn(
        "supervisor",
        [sys.executable, "-m", "supervisor.supervisord", "--configuration", str(configuration)],
        env={**os.environ, **system.common_environment(members)},
    )


def stop_services(supervisor: subprocess.Popen[bytes]) -> None:
    """Have the supervisor stop the services in good order, and end."""
    supervisor.send_signal(signal.SIGTERM)
    supervisor.wait(30)


def _sections(run: Run, system: System) -> Iterator[str]:
    # Supervisor complains of being root unless told that this is meant
    yield _HEAD.format(directory=run.directory, user="" if os.geteuid() else "user = root")
    for name in system.urls:
        words = command(run.ledger.path, name, [sys.executable, "-m", f"services.{name}"])
        yield _PROGRAM.format(
            name=name,
            command=" ".join(_quoted(word) for word in words),
            environment=",".join(f"{key}={_quoted(value)}" for key, value in system.environment(name).items()),
            directory=run.directory,
        )
    yield _GROUP.format(names=",".join(system.urls))


def _quoted(word: str) -> str:
    return '"' + word.replace("%", "%%").replace('"', '\\"') + '"'
