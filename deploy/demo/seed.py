"""The demo's forms: public rows of real reforms, filled up with invented texts, dates and people."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

SEED = Path(__file__).with_name("seed")
_PLAN_CHANNELS = frozenset({"action-plan", "plan-amendment", "recognition"})
_BY_KAFKA = "UA"
_EXTERNAL_SOURCE = "kafka:standalone"

Ending = Literal["accepted", "declined", "clarification", "amended"]


@dataclass(frozen=True, eq=False)
class Story:
    """One submission of the demo: its form, how it is sent, and what will become of it."""

    form: Mapping[str, Any]
    ends: Ending
    area: str
    published_title: str
    is_real: bool
    answer: str | None = None
    amended: Mapping[str, Any] | None = None

    @property
    def title(self) -> str:
        """The title as submitted, by which the demo finds it again."""
        return str(self.form["proposal"]["title"])

    @property
    def plan_member(self) -> str | None:
        """The member whose token it takes, where it comes from an action plan."""
        return str(self.form["member"]) if self.form["channel"] == "action-plan" else None

    @property
    def goes_by_kafka(self) -> bool:
        """Whether the form comes over the topic `forms` rather than by HTTP."""
        return "source" in self.form


def read_stories(today: date) -> list[Story]:
    """Read all stories, their dates counted from `today`."""
    rows = json.loads((SEED / "reforms.json").read_text())["reforms"]
    invented = json.loads((SEED / "texts.json").read_text())
    real = [_tell(row, invented["texts"][row["title"]], today, is_real=True) for row in rows]
    return [*real, *(_tell(row, row["text"], today, is_real=False) for row in invented["invented"])]


def _tell(row: Mapping[str, Any], text: Mapping[str, Any], today: date, *, is_real: bool) -> Story:
    proposal = _write_proposal(row, text, today)
    later = [*proposal["milestones"], _milestone(row["amendment"], today)] if "amendment" in row else None
    return Story(
        form=_write_form(row, text, proposal, today),
        ends=row.get("ends", "accepted"),
        area=row["area"],
        published_title=row["title"],
        is_real=is_real,
        answer=row.get("answer"),
        amended={**proposal, "milestones": later} if later else None,
    )


def _write_form(
    row: Mapping[str, Any], text: Mapping[str, Any], proposal: dict[str, Any], today: date
) -> dict[str, Any]:
    is_plan = row["channel"] in _PLAN_CHANNELS
    form = {
        "external_id": _slug(row["title"]),
        "channel": "action-plan" if is_plan else "standalone",
        "member": row["member"],
        "proposal": proposal,
        "contact": {"name": text["contact"], "address": _address(text["contact"]), "language": row["language"]},
    }
    if is_plan:
        forum = {"forum": f"Multi-stakeholder forum of {row['entity']} (invented)", "poc_consulted": True}
        return {**form, "designation": {**forum, "designated_on": _day(today, -20)}}
    return {**form, "source": _EXTERNAL_SOURCE} if row["member"] == _BY_KAFKA else form


def _write_proposal(row: Mapping[str, Any], text: Mapping[str, Any], today: date) -> dict[str, Any]:
    begin, end = text["days"]
    is_local = row["level"] != "National"
    known = {
        "jurisdiction": row["entity"] if is_local else None,
        "branch": row.get("branch"),
        "plan": row.get("plan", text.get("plan")),
        "commitment_id": row.get("commitment_id"),
    }
    return {
        "title": row.get("commitment_title", row["title"]),
        "description": text["description"],
        "problems": text["problems"],
        "values": text["values"],
        "declared_area": text.get("declared_area", row["area"]),
        "member_type": row["member_type"],
        "level": "local" if is_local else "national",
        "lead_institution": row["lead_institution"],
        "starts_on": _day(today, begin),
        "ends_on": _day(today, end),
        "milestones": [_milestone(step, today) for step in text["milestones"]],
        "partners": text["partners"],
        "language": row["language"],
        "synthetic": True,
        **{name: value for name, value in known.items() if value},
    }


def _milestone(step: tuple[str, int], today: date) -> dict[str, str]:
    return {"title": step[0], "due": _day(today, step[1])}


def _day(today: date, days: int) -> str:
    return (today + timedelta(days=days)).isoformat()


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def _address(name: str) -> str:
    return re.sub(r"[^a-z]+", ".", name.lower().translate(_PLAIN)) + "@example.org"


_PLAIN = str.maketrans("áéíóúñê", "aeioune")
