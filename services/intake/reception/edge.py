"""Reads a record of the `forms` topic: a form with its source and id, or why it is none. Never raises."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.chassis.doors.auth import Principal, TokenBook
from services.chassis.ids import new_id
from services.chassis.reading.position import Record
from services.intake.domain.application import Application, application_of
from services.intake.domain.forms import MEMBER_CHANNELS, PLAN_CHANNELS, SubmissionForm
from services.intake.domain.problems import Issue, Refused, refused
from services.intake.domain.reading import content_of, read_submission
from services.intake.domain.sources import source_on_kafka
from services.intake.domain.strict_json import MAX_BYTES, parse_object

ENTER_ANY = "enter:any"
"""The scope of staff who enter what somebody else sends: recorded with them as `entered_by`."""

_SOURCE = re.compile(r"[a-z0-9][a-z0-9:._-]{0,63}")
_TRACEPARENT = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_EXTERNAL_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,119}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRecord:
    """A record with what was read of it: an application, or a refusal."""

    record: Record
    application: Application | None = None
    refusal: Refused | None = None
    source: str | None = None
    external_id: str | None = None

    @property
    def content(self) -> bytes:
        """What tells this record from another at the same place."""
        headers = b"".join(name.encode(errors="replace") + (value or b"") for name, value in self.record.headers)
        return b"\n".join((self.record.key or b"", headers, self.record.value or b""))


def read_record(record: Record, tokens: TokenBook, partition_of: Callable[[str], int]) -> ReadRecord:
    """Read one record, whatever it holds."""
    try:
        _check_envelope(record, partition_of)
        form = read_submission(record.value or b"")
        principal = _principal(record, tokens)
        application = apply(
            form,
            principal,
            source=source_on_kafka(form.source, principal.actor_ref if principal else None),
            external_id=form.external_id,
            traceparent=_traceparent(record),
        )
        return ReadRecord(
            record=record, application=application, source=application.source, external_id=form.external_id
        )
    except Refused as refusal:
        source, external_id = _names(record.value or b"")
        return ReadRecord(record=record, refusal=refusal, source=source, external_id=external_id)


def apply(
    form: SubmissionForm,
    principal: Principal | None,
    *,
    source: str | None,
    external_id: str | None,
    traceparent: str | None,
) -> Application:
    """Make an application of a form, by the right of whoever presents it.

    Raises:
        Refused: missing, format, unauthorized or not-your-member.
    """
    _check_id(source, external_id)
    _check_right(form, principal)
    return application_of(
        form,
        content_of(form),
        source=str(source),
        external_id=str(external_id),
        entered_by=principal.actor_ref if principal else None,
        new_ids=(new_id(), new_id(), new_id(), new_id()),
        traceparent=traceparent,
    )


def _check_id(source: str | None, external_id: str | None) -> None:
    named = {"/source": source, "/external_id": external_id}
    if missing := [Issue("missing", field) for field, value in named.items() if not value]:
        raise Refused(missing)
    if not _EXTERNAL_ID.fullmatch(str(external_id)):
        raise refused("format", "/external_id")


def _check_right(form: SubmissionForm, principal: Principal | None) -> None:
    if form.channel not in MEMBER_CHANNELS:
        return
    if principal is None:
        raise refused("unauthorized", "/channel")
    if not _may_speak_for(form, principal):
        raise refused("not-your-member", "/member")


def _may_speak_for(form: SubmissionForm, principal: Principal) -> bool:
    # staff may enter a recognition that they were asked for; into a plan nobody but its own forum brings anything
    is_entered_by_staff = ENTER_ANY in principal.scopes and form.channel not in PLAN_CHANNELS
    return is_entered_by_staff or f"submit:{form.member}" in principal.scopes


def _check_envelope(record: Record, partition_of: Callable[[str], int]) -> None:
    if not record.value:
        raise refused("empty")
    if len(record.value) > MAX_BYTES:
        raise refused("too-large")
    if any(_text(value) is None for _, value in record.headers):
        raise refused("header")
    if record.key is not None and not _is_at_home(record, partition_of):
        raise refused("wrong-partition")


def _is_at_home(record: Record, partition_of: Callable[[str], int]) -> bool:
    key = _text(record.key)
    return key is not None and partition_of(key) == record.partition


def _principal(record: Record, tokens: TokenBook) -> Principal | None:
    found = [_text(value) or "" for name, value in record.headers if name.lower() == "authorization"]
    if not found:
        return None
    scheme, _, token = found[-1].partition(" ")
    principal = tokens.find(token.strip()) if scheme.lower() == "bearer" else None
    if principal is None:
        raise refused("token-unknown")
    return principal


def _traceparent(record: Record) -> str | None:
    found = [_text(value) or "" for name, value in record.headers if name == "traceparent"]
    return found[-1] if found and _TRACEPARENT.fullmatch(found[-1]) else None


def _text(value: bytes | None) -> str | None:
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return None


def _names(value: bytes) -> tuple[str | None, str | None]:
    """Give source and id where they can be told, so that the sender finds its own."""
    try:
        tree: dict[str, Any] = parse_object(value)
    except Refused:
        return None, None
    return _named(_SOURCE, tree.get("source")), _named(_EXTERNAL_ID, tree.get("external_id"))


def _named(pattern: re.Pattern[str], value: object) -> str | None:
    return value if isinstance(value, str) and pattern.fullmatch(value) else None
