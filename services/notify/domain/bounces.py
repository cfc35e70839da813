"""What comes back of a letter: reports of mail systems (RFC 3464) and events of a provider, read alike."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.errors import MessageError
from email.message import Message
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from services.chassis.errors import Refusal

Outcome = Literal["hard", "refused", "soft", "complaint", "delivered"]
"""Not to this address ever; not this letter; not yet; not wanted; arrived."""

_STATUS = re.compile(r"([245])\.\d{1,3}\.\d{1,3}")
_NOT_THE_ADDRESS = re.compile(r"5\.(2\.[23]|[367]\.\d+)")
"""RFC 3463: a full mailbox, a letter too long, a system, a content or a policy that stood in the way."""
_MESSAGE_ID = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@([A-Za-z0-9.-]{1,253})>")
_WORST_FIRST = ("failed", "delayed", "relayed", "expanded", "delivered")
_USUAL = {"failed": "5.0.0", "delayed": "4.0.0"}


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard of a letter: the id that its Message-ID is made of (if it is one of ours), and what became of it.

    ``status`` is the enhanced code (RFC 3463) and never a word of a mail server.
    """

    mail_id: UUID | None
    outcome: Outcome
    status: str


class _EventData(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    message_id: Annotated[str, StringConstraints(max_length=1_000)]
    status: Annotated[str, StringConstraints(pattern=r"^[245]\.\d{1,3}\.\d{1,3}$")] | None = None


class ProviderEvent(BaseModel):
    """A provider's word on a letter; what else it says is not read."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    type: Annotated[str, StringConstraints(max_length=200)] = Field(
        description="`mail.delivered`, `mail.delayed`, `mail.bounced` or `mail.complained`; others are not for us."
    )
    data: _EventData


def read_report(raw: bytes, domain: str) -> Heard:
    """Read a report on what became of a letter; ``domain`` is the one of our Message-IDs.

    Raises:
        Refusal: 422 ``not-a-report``, when it is no delivery status notification of RFC 3464.
    """
    try:
        message = message_from_bytes(raw)
        parts = list(message.walk())
    except (MessageError, ValueError, RecursionError) as error:
        raise _not_a_report() from error
    actions = [found for part in parts if _is(part, "message/delivery-status") for found in _actions(part)]
    if not actions:
        raise _not_a_report()
    action, status = min(actions, key=lambda found: _WORST_FIRST.index(found[0]))
    return Heard(_find_id(message, parts, domain), _outcome(action, status), status)


def read_event(raw: bytes, domain: str) -> Heard | None:
    """Read a provider's event; none when it is of a type that is not for us.

    Raises:
        Refusal: 422 ``invalid``, with the field that does not fit.
    """
    try:
        event = ProviderEvent.model_validate_json(raw)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise Refusal("invalid", first["msg"], status=422, field="/" + "/".join(map(str, first["loc"]))) from None
    mail_id, status = _id_in(event.data.message_id, domain), event.data.status
    match event.type:
        case "mail.delivered":
            return Heard(mail_id, "delivered", status or "2.0.0")
        case "mail.delayed":
            return Heard(mail_id, "soft", status or _USUAL["delayed"])
        case "mail.bounced":
            return Heard(mail_id, _outcome("failed", status or _USUAL["failed"]), status or _USUAL["failed"])
        case "mail.complained":
            return Heard(mail_id, "complaint", status or "5.7.1")
        case _:
            return None


def _outcome(action: str, status: str) -> Outcome:
    if action == "failed":
        return "hard" if status.startswith("5") and not _NOT_THE_ADDRESS.fullmatch(status) else "refused"
    return "delivered" if action == "delivered" else "soft"


def _actions(report: "Message[str, str]") -> Iterator[tuple[str, str]]:
    """Give what a report says of each recipient: the action, and its status."""
    fields = report.get_payload()
    for each in fields if isinstance(fields, list) else ():
        if not isinstance(each, Message):
            continue
        action = str(each.get("Action", "")).strip().lower()
        if action in _WORST_FIRST:
            found = _STATUS.search(str(each.get("Status", ""))[:200])
            yield action, found[0] if found else _USUAL.get(action, "2.0.0")


def _find_id(message: "Message[str, str]", parts: "list[Message[str, str]]", domain: str) -> UUID | None:
    """Find our Message-ID: in what the report returns of the letter, else in what it says that it answers."""
    returned = [str(part.get("Message-ID", "")) for part in parts if part is not message]
    returned += [str(_headers_in(part).get("Message-ID", "")) for part in parts if _is(part, "text/rfc822-headers")]
    answered = [str(message.get(name, "")) for name in ("In-Reply-To", "References")]
    found = (_id_in(text, domain) for text in (*returned, *answered))
    return next((mail_id for mail_id in found if mail_id is not None), None)


def _headers_in(part: "Message[str, str]") -> "Message[str, str]":
    content = part.get_payload(decode=True)
    return message_from_string(content.decode("latin-1") if isinstance(content, bytes) else "")


def _id_in(text: str, domain: str) -> UUID | None:
    found = (UUID(each[1]) for each in _MESSAGE_ID.finditer(text.lower()) if each[2] == domain.lower())
    return next(found, None)


def _is(part: "Message[str, str]", content_type: str) -> bool:
    return part.get_content_type() == content_type


def _not_a_report() -> Refusal:
    return Refusal("not-a-report", "send a delivery status notification as it came (RFC 3464)", status=422)
