"""The terms of a search as conditions of SQL: every value an argument, none of them ever null."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from services.review.domain.likeness import normalise
from services.review.domain.searching.keys import ANY, GROUPS, ME, NOBODY, STATUSES, WORDS
from services.review.domain.searching.language import Query, Term

Bounds = Mapping[str, Sequence[str]]
"""The months that are open, sealed or releasing, and those with something held back in them."""


@dataclass(frozen=True, slots=True)
class Search:
    """What is searched, by whom, and the months that are in which state meanwhile."""

    query: Query
    actor_ref: str
    bounds: Bounds


@dataclass(slots=True)
class Arguments:
    """The values of a statement, numbered as they come."""

    values: list[object] = field(default_factory=list)

    def add(self, value: object) -> str:
        """Take a value in, and give how the statement calls it."""
        self.values.append(value)
        return f"${len(self.values)}"


_FLAGGED = "EXISTS (SELECT FROM flagged f WHERE f.submission_id = i.submission_id AND f.round = i.round{})"
_ASSIGNED = "EXISTS (SELECT FROM assignment a WHERE a.submission_id = i.submission_id AND a.round = i.round{})"
_TEXTS = "EXISTS (SELECT FROM likeness l WHERE l.submission_id = i.submission_id AND ({}))"
_STATUSES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "entered": ("open", "i.state = 'entered' AND b.state = 'open'"),
        "in-review": ("sealed", "i.state = 'entered' AND NOT i.unanswered AND i.hold IS NULL AND b.state = 'sealed'"),
        "unanswered": ("sealed", "i.state = 'entered' AND i.unanswered AND i.hold IS NULL AND b.state = 'sealed'"),
        "assessed": ("sealed", "i.state = 'assessed' AND i.hold IS NULL"),
        "decided": ("sealed", "i.state = 'decided' AND i.hold IS NULL AND b.state = 'sealed'"),
        "held-back": ("held", "i.hold IS NOT NULL AND b.state = 'sealed'"),
        "held-over": ("held", "i.hold IS NOT NULL AND b.state <> 'sealed'"),
        "departing": ("releasing", "i.state = 'decided' AND i.hold IS NULL AND b.state <> 'sealed'"),
        "withdrawn": ("gone", "i.state = 'withdrawn'"),
        "retracted": ("gone", "i.state = 'retracted'"),
    }
)
"""Where an item is to be found in each status, and how it is told from others there.

There is no index of states: whatever is released would cost every index of its row. The batches lead to them instead.
"""

_ONE_OF: Mapping[str, str] = MappingProxyType(
    {
        "month": "i.month = ANY ({}::text[])",
        "area": "i.area = ANY ({}::text[])",
        "declared": "i.declared_area = ANY ({}::text[])",
        "member": "i.member = ANY ({}::text[])",
        "channel": "i.channel = ANY ({}::text[])",
        "language": "i.language = ANY ({}::text[])",
        "ref": "i.reference = ANY ({}::text[])",
    }
)
_HOLDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "has": {
            "answer": "i.round > 1 AND NOT i.unanswered",
            "assessment": "i.assessment IS NOT NULL",
            "clarification": "i.round > 1 OR coalesce(i.outcome, '') = 'clarification'",
            "decision": "i.ruling IS NOT NULL",
        },
        "is": {
            "held": "i.hold IS NOT NULL",
            "promising": "i.encouragement IS NOT NULL AND i.encouragement::jsonb @> '{\"promising\": true}'",
            "resubmission": "i.resubmission",
            "retagged": "i.area <> i.declared_area",
            "unanswered": "i.unanswered",
        },
    }
)


def conditions_of(search: Search, arguments: Arguments) -> list[str]:
    """Give a condition for each term; all of them must hold."""
    found = []
    for term in search.query:
        if term.key == "status":
            found.append(_status_condition(term, search.bounds, arguments))
        else:
            condition = _condition(term.key, term.values, search.actor_ref, arguments)
            found.append(f"NOT ({condition})" if term.negated else f"({condition})")
    return found


def _status_condition(term: Term, bounds: Bounds, arguments: Arguments) -> str:
    named = {status for value in term.values for status in GROUPS.get(value, (value,))}
    wanted = [status for status in STATUSES if (status in named) is not term.negated]
    told = [_STATUSES.get(status, ("", f"i.state = '{status}'")) for status in wanted]
    condition = " OR ".join(f"({one})" for _, one in told)
    places = {place for place, _ in told}
    if "" in places or not wanted:
        return f"({condition or 'false'})"
    months = sorted({month for place in places for month in bounds.get(place, ())})
    within = f"i.month = ANY ({arguments.add(months)}::text[]){' OR i.gone' if 'gone' in places else ''}"
    return f"({within}) AND ({condition})"


def _condition(key: str, values: Sequence[str], actor_ref: str, arguments: Arguments) -> str:
    match key:
        case "has" | "is":
            return " OR ".join(f"({_HOLDS[key][value]})" for value in values)
        case "country":
            return " OR ".join(f"i.member ^@ {arguments.add(value)}" for value in values)
        case "flagged":
            return _flagged(values, arguments)
        case "assigned":
            return _assigned(values, actor_ref, arguments)
        case "words" | "title" | "institution":
            return _text_condition(key, values, arguments)
        case _:
            return _ONE_OF[key].format(arguments.add(_months(values) if key == "month" else list(values)))


def _months(values: Sequence[str]) -> list[str]:
    return [
        month for value in values for month in ([value] if "-" in value else [f"{value}-{n:02d}" for n in range(1, 13)])
    ]


def _flagged(values: Sequence[str], arguments: Arguments) -> str:
    return _FLAGGED.format("" if ANY in values else f" AND f.flag = ANY ({arguments.add(list(values))}::text[])")


def _assigned(values: Sequence[str], actor_ref: str, arguments: Arguments) -> str:
    people = [actor_ref if value == ME else value for value in values if value != NOBODY]
    ways = [_ASSIGNED.format(f" AND a.assessor = ANY ({arguments.add(people)}::text[])")] if people else []
    if NOBODY in values:
        ways.append(f"NOT {_ASSIGNED.format('')}")
    return " OR ".join(ways)


def _text_condition(key: str, values: Sequence[str], arguments: Arguments) -> str:
    columns = ("title", "institution") if key == WORDS else (key,)
    patterns = [arguments.add(f"%{normalise(value)}%") for value in values]
    return _TEXTS.format(" OR ".join(f"l.{column} LIKE {pattern}" for pattern in patterns for column in columns))
