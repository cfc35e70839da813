"""What can be wrong with what is sent in: each with its code, its HTTP status and its sentence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple


class Meaning(NamedTuple):
    """What a code says: the status at an HTTP door, and a sentence for the sender."""

    status: int
    sentence: str


CODES: Mapping[str, Meaning] = MappingProxyType(
    {
        "too-large": Meaning(413, "The body is larger than 256 kB."),
        "json-syntax": Meaning(400, "The body is not well-formed JSON in UTF-8."),
        "json-depth": Meaning(400, "The JSON is nested deeper than 20 levels."),
        "too-many": Meaning(400, "There are too many keys, items or versions."),
        "duplicate-key": Meaning(400, "A key stands twice in one object."),
        "number": Meaning(400, "A number is not finite, or too large."),
        "type": Meaning(400, "The value is of another JSON type than the one asked for."),
        "missing": Meaning(400, "The field is required."),
        "unknown-field": Meaning(400, "There is no such field."),
        "unknown-version": Meaning(400, "There is no such version of the form."),
        "control-character": Meaning(400, "The text holds a control character."),
        "header-characters": Meaning(400, "A line break or '=?' stands where a mail header could take it."),
        "bidi": Meaning(400, "The text holds characters that change its direction."),
        "text-shape": Meaning(400, "The text is not shaped like words: too many marks on a letter, or no spaces."),
        "blank": Meaning(400, "The text is empty."),
        "length": Meaning(400, "The value is too short or too long."),
        "format": Meaning(400, "The value does not have the form asked for."),
        "unknown-value": Meaning(400, "The value is not one of those that can stand here."),
        "date": Meaning(400, "This is not a date between the years 2000 and 2100, written like 2026-11-30."),
        "timezone": Meaning(400, "A time needs its zone, such as Z or +01:00."),
        "dates": Meaning(400, "The end lies before the start."),
        "address": Meaning(400, "This is not one e-mail address that can be written to."),
        "id-mismatch": Meaning(400, "The Idempotency-Key and the external_id differ."),
        "unstorable": Meaning(400, "The content cannot be stored."),
        "empty": Meaning(400, "There is nothing in the record."),
        "header": Meaning(400, "A header of the record is absent or not UTF-8."),
        "wrong-partition": Meaning(400, "The record is not in the partition of its key."),
        "unauthorized": Meaning(401, "A valid token is needed."),
        "token-unknown": Meaning(401, "This token is not known here."),
        "forbidden": Meaning(403, "The token does not allow this."),
        "not-your-member": Meaning(403, "The token is bound to another member."),
        "not-your-source": Meaning(
            403,
            "The source is another's; without a token it begins with `kafka:` on Kafka.",
        ),
        "unknown-submission": Meaning(404, "There is no such submission."),
        "id-reused": Meaning(409, "This id came before, with other content."),
        "batch-sealed": Meaning(409, "The month of this round is closed; its text can no longer be changed."),
        "window-closed": Meaning(409, "The window in which this plan takes commitments is closed."),
        "stale-version": Meaning(409, "Another version has been written since."),
        "not-asked": Meaning(409, "There is no open question to answer."),
        "too-late": Meaning(409, "The time to answer is over."),
        "withdrawn": Meaning(409, "The submission is withdrawn."),
        "unknown-area": Meaning(422, "There is no such area of the Challenge."),
        "unknown-channel": Meaning(422, "There is no such channel."),
        "must-use-standalone": Meaning(422, "A locality that is not a member uses the channel `standalone`."),
        "member-type": Meaning(422, "The member is of another type; a locality that is not a member is `other-local`."),
        "stories-only": Meaning(422, "From a country that is not a member, only stories can be taken."),
        "public-owner": Meaning(422, "Only a public institution can own an action of the Challenge."),
        "no-open-round": Meaning(422, "No round of awards takes nominations at this date."),
        "challenge-closed": Meaning(422, "The Challenge does not take submissions at this date."),
    }
)
"""Every code that intake answers with; the list is closed."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong: its code, and where (a JSON Pointer, empty for the whole).

    ``field`` holds names of ours only; ``as_sent`` is the same place as the sender wrote it, and for the sender alone.
    """

    code: str
    field: str = ""
    as_sent: str = ""

    @property
    def meaning(self) -> Meaning:
        """What the code says."""
        return CODES[self.code]


class Refused(Exception):
    """What was sent is not taken, for these reasons; the first names the refusal."""

    def __init__(self, issues: Iterable[Issue]) -> None:
        self.issues = tuple(sorted(dict.fromkeys(issues), key=lambda issue: issue.meaning.status))
        super().__init__(", ".join(f"{issue.code} at {issue.field or '/'}" for issue in self.issues))

    @property
    def code(self) -> str:
        """The code of the first reason: form before rules."""
        return self.issues[0].code

    @property
    def status(self) -> int:
        """The HTTP status of the first reason."""
        return self.issues[0].meaning.status


def refused(code: str, field: str = "") -> Refused:
    """Refuse for one reason."""
    return Refused([Issue(code, field)])
