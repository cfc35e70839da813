"""What the doors answer with."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel, Field, TypeAdapter

from contracts.submissions import Proposal
from services.chassis.doors.bodies import documented
from services.chassis.doors.documenting import problem_answers

Zone = Annotated[str, Field(description="The declared zone in which months begin and end, by its IANA name.")]


class ReceiptBody(BaseModel):
    """The receipt: what it names is kept. The secret opens the status, and amends, withdraws and answers."""

    id: UUID
    reference: str
    secret: str
    month: Annotated[
        str | None, Field(description="The month in whose batch it is reviewed; none for stories and nominations.")
    ]
    zone: Zone
    received_at: datetime
    status_url: str


class ChangeBody(BaseModel):
    """What a submission is after a request."""

    id: UUID
    round: int
    version: int
    month: str


class WithdrawalBody(BaseModel):
    """The wish to withdraw stands; review says whether it still can be. The status tells."""

    id: UUID
    withdrawal: str = "requested"


class QuestionBody(BaseModel):
    """What the Support Unit asked, and until when it can be answered."""

    question: str
    answer_by: datetime


class VersionBody(BaseModel):
    """One version of the text."""

    version: int
    round: int
    month: str
    entered_at: datetime


class StatusBody(BaseModel):
    """Where a submission stands."""

    id: UUID
    reference: str
    channel: str
    received_at: datetime
    state: Annotated[str, Field(description="waiting, asked, accepted, declined, retracted or withdrawn")]
    month: Annotated[str, Field(description="The month in whose batch the current round is reviewed.")]
    zone: Zone
    round: int
    version: int
    question: QuestionBody | None = None
    withdrawal: Annotated[str, Field(description="none, pending, withdrawn, or the code of its refusal")]
    proposal: Proposal
    versions: list[VersionBody]


class ContactBody(BaseModel):
    """A person to write to."""

    name: str
    address: str
    language: str


class PointOfContactBody(ContactBody):
    """A member's point of contact."""

    ref: UUID
    role: str


class PointsOfContactBody(BaseModel):
    """A member's points of contact; none where nobody is known."""

    pocs: list[PointOfContactBody]


class PlaceBody(BaseModel):
    """A record of `forms` that could not be taken in: where it stood, and why."""

    partition: int
    offset: int
    codes: list[str]
    refused_at: datetime
    erased_at: datetime | None


class QuarantineBody(BaseModel):
    """What is in quarantine, the latest first; ``total`` is more where the list is cut."""

    total: int
    records: list[PlaceBody]


class OpenedBody(PlaceBody):
    """A record, opened: nothing where it was erased."""

    text: Annotated[str | None, Field(description="As text; what is not UTF-8 as backslash escapes.")]
    base64: Annotated[str | None, Field(description="Byte for byte.")]


class OpenedPlaceBody(BaseModel):
    """What stood at a place; more than one record when the topic was made anew meanwhile."""

    records: list[OpenedBody]


class ErasedBody(BaseModel):
    """How many records lost their content."""

    erased: int


ABOUT = {
    400: "The body does not read: `json-syntax`, `missing`, `date` … `errors` names each field.",
    401: "A token, or the receipt's secret, is needed.",
    403: "The token is for something else: `not-your-member`, `forbidden` …",
    404: "There is no such thing.",
    408: "The body came too slowly.",
    409: "It cannot be, as things stand: `id-reused`, `batch-sealed`, `too-late`, `not-asked` …",
    410: "It was erased.",
    413: "The body is larger than 256 kB.",
    415: "Send the body as it is, not compressed.",
    429: "Too many requests came from you; `Retry-After` says how many seconds to wait.",
    422: "It reads well, and the Challenge's rules do not allow it: `unknown-area`, `must-use-standalone` …",
    503: "Try again in a moment; the same id gets the same receipt.",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Document these problem answers."""
    return problem_answers(*statuses, about=ABOUT)


def request_body(form: Any) -> dict[str, Any]:
    """Document a body that is read by our own parser."""
    return documented(TypeAdapter(form))


def json_response(body: BaseModel, status: int) -> Response:
    """Answer with a body."""
    return Response(body.model_dump_json(), status, media_type="application/json")
