"""Sends a submission to the Open Gov Challenge, and prints its receipt.

    python examples/submit.py http://localhost:8001 [examples/submission.json]

Stands alone: Python's standard library is enough. When no answer comes, it sends the same again: the form's own
`external_id` makes sure that it is one submission, and the receipt the same.
"""

import http.client
import json
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

EXAMPLE = Path(__file__).with_name("submission.json")
TRIES = 5
TRY_AGAIN = {408, 429, *range(500, 600)}


def send(url: str, form: bytes) -> tuple[int, dict[str, str]]:
    """Send a form, once, and give the answer."""
    place = urlsplit(url)
    connection = http.client.HTTPConnection(place.hostname or "localhost", place.port or 80, timeout=30)
    connection.request("POST", "/submissions", form, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


def submit(url: str, form: bytes) -> tuple[int, dict[str, str]]:
    """Send a form until somebody answers."""
    for attempt in range(TRIES):
        try:
            status, said = send(url, form)
        except (OSError, http.client.HTTPException, ValueError) as error:
            status, said = 503, {"code": "no-answer", "detail": str(error)}
        if status not in TRY_AGAIN:
            break
        time.sleep(2**attempt / 4)
    return status, said


def main(url: str, file: str = str(EXAMPLE)) -> int:
    """Send the form in a file; print the receipt, or what is wrong with the form."""
    status, said = submit(url, Path(file).read_bytes())
    sys.stdout.write(json.dumps(said, indent=2, ensure_ascii=False) + "\n")
    return 0 if status in {200, 201} else 1


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
