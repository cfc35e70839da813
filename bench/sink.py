"""The mail server of the bench: takes everything and throws it away. Run as a process: `python -m bench.sink PORT`."""

import signal
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.stack.ports import LOOPBACK


class Sink:
    """Says yes to every letter."""

    async def handle_DATA(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:
        """Take it, and keep nothing."""
        return "250 taken"


if __name__ == "__main__":
    controller = Controller(Sink(), hostname=LOOPBACK, port=int(sys.argv[1]))
    controller.start()
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    controller.stop()
