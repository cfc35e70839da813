"""What the demo sees of the running system: it waits for things to come true, and fails when they do not."""

import asyncio
import re
import time
from collections.abc import Callable
from typing import Any, TypeVar

import httpx

from deploy.database import PUBLIC_READER, connected, service_url
from deploy.demo.people import Door
from deploy.stack.mailbox import RECIPIENT_HEADER, read_folder, text_of
from deploy.system import System

SeenT = TypeVar("SeenT")

PATIENCE_SECONDS = 120.0
_PUBLIC_TITLES = "SELECT document::jsonb #>> '{reform,published_title}' FROM publish.public_reforms"
_DONE = frozenset({"sent", "held", "cancelled"})
_TO_UPDATE = re.compile(r"https?://\S+/updates/\S+")
_TO_CONFIRM = re.compile(r"https?://\S+/confirm/\S+")


class NotSeen(Exception):
    """A step of the demo did not come true."""


def wait_for(look: Callable[[], SeenT], wanted: Callable[[SeenT], bool], what: str) -> SeenT:
    """Look until what is seen is what is wanted, and return it.

    Raises:
        NotSeen: it did not come true; says what was seen instead.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    seen: SeenT | str = "nothing"
    while time.monotonic() < deadline:
        try:
            seen = look()
            if wanted(seen):
                return seen
        except httpx.TransportError as error:
            seen = f"no answer ({type(error).__name__})"
        time.sleep(0.2)
    raise NotSeen(f"{what}: not within {PATIENCE_SECONDS:.0f} s; seen last: {str(seen)[:2000]}")


def check(came_true: bool, what: str) -> None:  # noqa: FBT001 -- reads as a sentence
    """Fail unless it is so.

    Raises:
        NotSeen: it is not.
    """
    if not came_true:
        raise NotSeen(what)


class Public:
    """What anyone can see: the API, and the views behind it as the role `public_reader` reads them."""

    def __init__(self, system: System) -> None:
        self._door = Door(system, "publish")
        self._url = service_url(system.database_url, PUBLIC_READER)

    def list_reforms(self) -> list[dict[str, Any]]:
        """List all reforms that the API shows."""
        page = self._door.get("/reforms")
        found: list[dict[str, Any]] = page["reforms"]
        while page["next"]:
            page = self._door.get(page["next"])
            found += page["reforms"]
        return found

    def read_milestones(self, reference: str) -> list[dict[str, Any]]:
        """Read how far the milestones of a reform have come."""
        found: list[dict[str, Any]] = self._door.get(f"/reforms/{reference}")["progress"]["milestones"]
        return found

    def list_stories(self) -> list[dict[str, Any]]:
        """List the stories that the API shows."""
        found: list[dict[str, Any]] = self._door.get("/stories")["stories"]
        return found

    def read_totals(self) -> dict[str, int]:
        """Read the three counters of the front page."""
        totals: dict[str, int] = self._door.get("/")["totals"]
        return totals

    def list_titles_in_database(self) -> list[str]:
        """List the titles that the database shows to anyone."""
        return asyncio.run(self._ask())

    async def _ask(self) -> list[str]:
        async with connected(self._url) as anyone:
            return [row[0] for row in await anyone.fetch(_PUBLIC_TITLES)]


class Letters:
    """What was written: notify's ledger, and the mailbox to which it was sent."""

    def __init__(self, system: System) -> None:
        self._door = Door(system, "notify", "desk")
        self._mailbox = system.mailbox

    def list_ledger(self) -> list[dict[str, Any]]:
        """List all letters of the ledger."""
        page = self._door.get("/notices")
        found: list[dict[str, Any]] = page["notices"]
        while page["next"]:
            page = self._door.get("/notices", cursor=page["next"])
            found += page["notices"]
        return found

    def list_sent_to_submitters(self) -> set[tuple[str, str]]:
        """List reference and kind of every letter that a submitter was sent."""
        return {
            (letter["reference"], letter["kind"])
            for letter in self.list_ledger()
            if letter["recipient"] == "submitter" and letter["state"] == "sent"
        }

    def list_told_to_points_of_contact(self, kind: str) -> set[str]:
        """List the references of which points of contact were told, or would have been if one were known."""
        return {
            letter["reference"]
            for letter in self.list_ledger()
            if letter["recipient"].startswith("poc:") and letter["kind"] == kind and letter["state"] in _DONE
        }

    def count_unfinished(self) -> int:
        """Count the letters that are neither sent nor held; a reminder waits for its day."""
        return sum(letter["state"] not in _DONE and letter["kind"] != "reminder" for letter in self.list_ledger())

    def check_delivered_once(self) -> int:
        """Check that what the ledger calls sent is in the mailbox once, by itself or with others of its day.

        Raises:
            NotSeen: the two differ.
        """
        sent = {it["mail_id"] or it["delivery_id"] for it in self.list_ledger() if it["state"] == "sent"}
        messages = read_folder(self._mailbox)
        different = {message["Message-ID"] for message in messages}
        check(len(messages) == len(sent), f"{len(sent)} letters are sent and {len(messages)} are in the mailbox")
        check(len(different) == len(messages), "a letter is in the mailbox twice")
        return len(messages)

    def list_links_to_confirm(self) -> list[str]:
        """List the links in letters that confirm the address to which they went."""
        return [link for message in read_folder(self._mailbox) for link in _TO_CONFIRM.findall(text_of(message))]

    def list_links_to_update(self) -> list[str]:
        """List the links in letters that ask holders how their reforms go."""
        return [link for message in read_folder(self._mailbox) for link in _TO_UPDATE.findall(text_of(message))]

    def read_letters_to(self, address: str) -> str:
        """Read everything that an address got, as one text on one line."""
        letters = [message for message in read_folder(self._mailbox) if message[RECIPIENT_HEADER] == address]
        return " ".join(" ".join(text_of(letter).split()) for letter in letters)
