"""Free ports on loopback that stay ours while a server is down and comes back."""

import random
import socket
from pathlib import Path

LOOPBACK = "127.0.0.1"
_RANGE_FILE = Path("/proc/sys/net/ipv4/ip_local_port_range")
_LOWEST = 11_000
_USUAL_FIRST_EPHEMERAL = 32_768
_given: set[int] = set()


def free_port() -> int:
    """Return a port that nobody holds, below the range from which the system takes ports for outgoing connections.

    Within that range a client that keeps connecting to a server which is down can be given the server's own port,
    connect to itself, and keep the server from ever coming back.
    """
    while True:
        port = random.randrange(_LOWEST, first_ephemeral())
        if port not in _given and is_free(port):
            _given.add(port)
            return port


def first_ephemeral() -> int:
    """Return the lowest port that the system gives to outgoing connections."""
    if not _RANGE_FILE.exists():
        return _USUAL_FIRST_EPHEMERAL
    return max(_LOWEST + 1_000, int(_RANGE_FILE.read_text().split()[0]))


def is_free(port: int) -> bool:
    """Tell whether nobody holds this port of loopback."""
    with socket.socket() as probe:
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True
