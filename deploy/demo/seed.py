"""The demo's forms: public rows of real reforms, filled up with invented texts, dates and people."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

SEED = Path(__file__).with_name("seed")
_PLAN_CHANNELS = frozenset({"action-plan", "plan-amendment"})
_STAFF = "desk"
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
    def actor(self) -> str | None:
        """Whose token it takes: the forum's for its plan, and staff's to enter a recognition that a member asks for."""
        if self.form["channel"] == "recognition":
            return _STAFF
        return f"submit:{self.form['member']}" if self.form["channel"] in _PLAN_CHANNELS else None

    @property
    def is_standalone(self) -> bool:
        """Whether it stands outside of any plan, so that points of contact are informed."""
        return bool(self.form["channel"] == "standalone")

    @property
    def goes_by_kafka(self) -> bool:
        """Whether the form comes over the topic `forms` rather than by HTTP."""
        return "source" in self.form


@dataclass(frozen=True)
class Contributions:
    """What is never reviewed: the forms of a story of inspiration and of a nomination for an award, both invented."""

    story: Mapping[str, Any]
    nomination: Mapping[str, Any]


@dataclass(frozen=True)
class Tables:
    """What the registry has to know, as CSV: a plan in whose edit window a commitment is added, an open round."""

    plans: str
    rounds: str


def read_contributions() -> Contributions:
    """Read the story and the nomination."""
    invented = json.loads((SEED / "texts.json").read_text())
    story, nomination = dict(invented["story"]), dict(invented["nomination"])
    told = {"channel": "story", "contact": _contact(story), "external_id": _slug(story["title"]), "story": story}
    named = {"channel": "award-nomination", "contact": _contact(nomination), "member": nomination.pop("member")}
    return Contributions(told, {**named, "external_id": "nomination-1", "nomination": nomination})


def write_tables(today: date) -> Tables:
    """Write the registry's tables, their days counted from `today`."""
    plan = ("NL-2023-2027", "NL", "2023-2027", *(_day(today, days) for days in (-900, 500, -30, 60)))
    award_round = ("demo-round", _day(today, -10), _day(today, 50), "Open Gov Awards (invented)")
    return Tables(
        _table("code,member_code,title,starts_on,ends_on,window_opens_on,window_closes_on", plan),
        _table("code,opens_on,closes_on,name_en", award_round),
    )


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
    form = {
        "external_id": _slug(row["title"]),
        "channel": row["channel"],
        "member": row["member"],
        "proposal": proposal,
        "contact": {"name": text["contact"], "address": _address(text["contact"]), "language": row["language"]},
    }
    if row["channel"] in _PLAN_CHANNELS:
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


def _contact(text: dict[str, Any]) -> dict[str, str]:
    name = text.pop("contact")
    return {"name": name, "address": _address(name), "language": text["language"]}


def _table(header: str, row: Iterable[str]) -> str:
    return f"{header}\n{','.join(row)}\n"


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def _address(name: str) -> str:
    return re.sub(r"[^a-z]+", ".", name.lower().translate(_PLAIN)) + "@example.org"


_PLAIN = str.maketrans("áéíóúñê", "aeioune")
