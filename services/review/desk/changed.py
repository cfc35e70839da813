"""What somebody changed in an item meanwhile, told in words: what stood there when it was opened, and now."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from services.review.desk.words import Language, Words, words_of

_PROMISING = {"True": "yes", "False": "no"}


class Changed(NamedTuple):
    """A field, what stood there, and what stands there now."""

    field: str
    theirs: str
    now: str


def tell_changes(changed: Sequence[Mapping[str, Any]], places: Mapping[str, str], language: Language) -> list[Changed]:
    """Tell each difference; ``places`` are the names of the areas."""
    said = words_of(language)["item"]
    return [
        Changed(
            _name(one["field"], said), *(_tell(one["field"], one[when], said, places) for when in ("theirs", "now"))
        )
        for one in changed
    ]


def _name(field: str, said: Words) -> str:
    head, _, last = field.partition(".")
    if head == "findings":
        return str(said["short"].get(last, last))
    name: str = said["stale"]["fields"].get(last or head, last or head)
    return name


def _tell(field: str, value: Any, said: Words, places: Mapping[str, str]) -> str:
    if value in (None, ""):
        return str(said["stale"]["nothing"])
    if isinstance(value, Mapping):
        return _tell_shape(value, said, places)
    if field == "state":
        return str(said["stale"]["states"].get(value, value))
    return places.get(value, str(value))


def _tell_shape(value: Mapping[str, Any], said: Words, places: Mapping[str, str]) -> str:
    told = [
        said["verdicts"].get(value.get("verdict")),
        said["promising"].get(_PROMISING.get(str(value.get("promising")))),
        places.get(value.get("area", "")),
        value.get("published_title"),
        (value.get("member") or {}).get("name"),
        value.get("jurisdiction"),
        value.get("lead_institution"),
        value.get("question"),
        value.get("why") or value.get("reason"),
        *value.get("reason_codes", ()),
        *value.get("support", ()),
    ]
    return " · ".join(str(one) for one in told if one)
