"""Follows the public record over HTTP and tells what is new and what reads otherwise; needs Python alone.

Run: python examples/follow_reforms.py http://127.0.0.1:8004 'area=justice' [--state seen.json]
"""

import argparse
import json
import sys
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen


def take(address: str, tag: str) -> Iterator[Any]:
    """Give the record's tag, then each reform; nothing where the record is the one that was seen."""
    try:
        with urlopen(Request(address, headers={"If-None-Match": tag})) as answer:  # noqa: S310 -- an address of yours
            yield answer.headers["ETag"]
            yield from map(json.loads, answer)
    except HTTPError as error:
        if error.code != HTTPStatus.NOT_MODIFIED:
            sys.exit(f"{error.code}: {json.load(error)['detail']}")


def main() -> None:
    """Compare what is there with what was seen, by reference and version, and keep what is there."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("site")
    words.add_argument("query", nargs="?", default="")
    words.add_argument("--state", type=Path, default=Path("seen.json"))
    given = words.parse_args()
    seen = json.loads(given.state.read_text()) if given.state.exists() else {"tag": "", "versions": {}}
    reforms = take(f"{given.site}/reforms.jsonl?{given.query}", seen["tag"])
    if tag := next(reforms, None):
        versions = {}
        for one in reforms:
            reference, before = one["reference"], seen["versions"].get(one["reference"])
            versions[reference] = one["version"]
            if before != one["version"]:
                title = one["record"]["reform"]["published_title"]
                sys.stdout.write(f"{'new    ' if before is None else 'changed'}  {reference}  {title}\n")
        for reference in seen["versions"].keys() - versions.keys():
            sys.stdout.write(f"gone     {reference}\n")
        given.state.write_text(json.dumps({"tag": tag, "versions": versions}))


main()
