"""Sends a submission as a form system does: signed by Standard Webhooks.

    python examples/webhook.py http://localhost:8001/webhooks/my-forms whsec_… [examples/submission.json]

Stands alone: Python's standard library is enough. Sent again, the same form has the same `webhook-id`, and gets the
same receipt.
"""

import base64
import hashlib
import hmac
import http.client
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

EXAMPLE = Path(__file__).with_name("submission.json")


def sign(secret: str, body: bytes) -> dict[str, str]:
    """Give the headers that let a body in."""
    webhook_id = f"msg_{hashlib.sha256(body).hexdigest()[:32]}"
    timestamp = f"{int(time.time())}"
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.digest(key, f"{webhook_id}.{timestamp}.".encode() + body, "sha256")
    signature = f"v1,{base64.b64encode(digest).decode()}"
    return {"webhook-id": webhook_id, "webhook-timestamp": timestamp, "webhook-signature": signature}


def main(url: str, secret: str, file: str = str(EXAMPLE)) -> int:
    """Send the form in a file; print the receipt, or what is wrong."""
    body = Path(file).read_bytes()
    headers = {"Content-Type": "application/json", **sign(secret, body)}
    place = urlsplit(url)
    connect = http.client.HTTPSConnection if place.scheme == "https" else http.client.HTTPConnection
    connection = connect(place.netloc, timeout=30)
    connection.request("POST", place.path, body, headers)
    answer = connection.getresponse()
    said = answer.read()
    sys.stdout.write(said.decode() + "\n")
    return 0 if answer.status in {200, 201} else 1


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
