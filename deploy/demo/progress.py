"""Plays what becomes of reforms: the IRM looks at them, one is given an award, a holder who is asked answers."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import httpx

from deploy.demo.people import Desk, Door
from deploy.demo.watching import Letters, Public, check, wait_for
from deploy.display import step
from deploy.system import System

_TABLE = """\
kind,reference,milestone,status,evidence,barrier,confirmed_at,by,stage,verifiable,completion,published_at,award,given_by,given_at
milestone,{first},1,substantial,https://example.org/progress,,{today},irm,,,,,,,
assessment,{first},,,,,,,design,yes,pending-irm-review,{today},,,
award,{second},,,,,,,,,,,Open Gov Award,Open Government Partnership,{today}
"""
_ROWS = 3
_ANSWER = {"status-1": "limited", "barrier-1": "A new budget law has to pass first.", "do": "tell"}


def go_on(system: System, desk: Desk, items: list[dict[str, Any]], today: date) -> None:
    """Let something become of two of these reforms, and see it on their pages."""
    first, second = items[:2]
    public, letters = Public(system), Letters(system)
    table = _TABLE.format(first=first["reference"], second=second["reference"], today=today)
    with step("What the IRM found, and an award, are brought in from a table: tried first, then told once"):
        door = Door(system, "publish", "desk")
        check(door.post_text("/evaluations?dry_run=true", table)["told"] == _ROWS, "the table does not read")
        check(door.post_text("/evaluations", table)["told"] == _ROWS, "the table is not told")
        check(door.post_text("/evaluations", table)["told"] == 0, "the same table is told again")
        _see(public, first, {"status": "substantial", "said_by": "irm"})
    with step("A holder is asked how a reform goes, and answers on the page behind the letter's link"):
        desk.ask_update(second, "We would like to show what has become of it.")
        _answer(wait_for(letters.list_links_to_update, bool, "the holder is asked")[0])
        _see(public, second, {"status": "limited", "said_by": "holder"})


def _answer(link: str) -> None:
    with httpx.Client(timeout=30, follow_redirects=True) as browser:
        browser.get(link).raise_for_status()
        browser.post(link, data=_ANSWER).raise_for_status()


def _see(public: Public, item: Mapping[str, Any], wanted: Mapping[str, str]) -> None:
    wait_for(
        lambda: public.read_milestones(item["reference"]),
        lambda milestones: wanted.items() <= milestones[0].items(),
        f"{item['reference']} shows how far it has come",
    )
