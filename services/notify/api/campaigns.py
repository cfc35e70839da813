"""The door of campaigns: asks those who answer for reforms how they are going, and shows beforehand whom it would."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from services.chassis.database import Database
from services.chassis.doors.auth import require
from services.chassis.doors.bodies import body_of, documented
from services.chassis.doors.documenting import problem_answers
from services.chassis.doors.web import Problem
from services.notify.domain.campaigns import Campaign, Stage, VaultSilent, requests_of
from services.notify.domain.delivery import State
from services.notify.domain.letters import Letter
from services.notify.domain.standing import Standing
from services.notify.store import campaigns
from services.notify.store.ledger import insert_letters

Reach = Callable[[Sequence[Letter]], Awaitable[frozenset[UUID]]]
"""Names those of some deliveries that nobody is known for. Raises VaultSilent."""


class ToAsk(BaseModel):
    """A campaign: about reforms whose middle, or end, lies within these days. Its name asks each of them once."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{1,39}$")
    stage: Stage
    since: date
    until: date
    dry_run: bool = False

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since > self.until:
            raise ValueError("since must not be after until")
        return self

    @property
    def campaign(self) -> Campaign:
        """What is asked for, without how."""
        return Campaign(name=self.name, stage=self.stage, since=self.since, until=self.until)


class RequestView(BaseModel):
    """One reform and whom it is asked of, never by name. ``state`` is there where the letter is in the ledger."""

    model_config = ConfigDict(frozen=True)

    delivery_id: UUID
    submission_id: str
    reference: str
    title: str
    member: str
    whom: str = Field(description="`holder` where the commitment has a contact of its own, else `submitter`.")
    language: str
    reachable: bool
    state: State | None


class CampaignView(BaseModel):
    """Whom a campaign asks, or would; ``undated`` are reforms that it cannot find, since their days are not known."""

    model_config = ConfigDict(frozen=True)

    campaign_id: UUID
    dry_run: bool
    requests: list[RequestView]
    undated: list[str]


TO_ASK = TypeAdapter(ToAsk)


@dataclass(frozen=True, slots=True)
class _Found:
    reforms: dict[str, Standing]
    undated: list[str]
    letters: list[Letter]
    unreachable: frozenset[UUID]


def make_campaign_door(database: Database, reach: Reach) -> APIRouter:
    """Make the door; it needs the scope ``operate``."""
    router = APIRouter(
        tags=["campaigns"],
        dependencies=[Depends(require("operate"))],
        responses=problem_answers(400, 401, 403, 408, 413, 415, 422, 503),
    )

    @router.post("/campaigns", openapi_extra=documented(TO_ASK))
    async def ask_for_updates(body: Annotated[ToAsk, Depends(body_of(TO_ASK))]) -> CampaignView:
        """Ask how reforms are going, each once; or with ``dry_run`` show whom, and who cannot be reached."""
        found = await _find(database, body.campaign, reach)
        if not body.dry_run:
            async with database.transaction() as tx:
                # what was retracted while the vault was asked is asked about no more
                standing = await campaigns.lock_standing(tx, found.reforms)
                await insert_letters(tx, [it for it in found.letters if it.submission_id in standing])
        return await _view(database, body, found)

    return router


async def _find(database: Database, campaign: Campaign, reach: Reach) -> _Found:
    async with database.transaction() as tx:
        reforms, undated = await campaigns.list_reforms(tx, campaign), await campaigns.list_undated(tx)
    letters = requests_of(campaign, reforms, tx.now)
    try:
        return _Found(reforms, undated, letters, await reach(letters))
    except VaultSilent as silent:
        raise Problem(503, silent.code, "the contact vault cannot say who can be reached; nobody was asked") from silent


async def _view(database: Database, body: ToAsk, found: _Found) -> CampaignView:
    async with database.transaction(read_clock=False) as tx:
        states = await campaigns.list_states(tx, [letter.delivery_id for letter in found.letters])
    return CampaignView(
        campaign_id=body.campaign.id,
        dry_run=body.dry_run,
        requests=[_request(letter, found, states.get(letter.delivery_id)) for letter in found.letters],
        undated=found.undated,
    )


def _request(letter: Letter, found: _Found, state: str | None) -> RequestView:
    about = found.reforms[letter.submission_id].about
    return RequestView(
        delivery_id=letter.delivery_id,
        submission_id=letter.submission_id,
        reference=str(about["reference"]),
        title=str(about["title"]),
        member=str(about["member"]),
        whom="holder" if about.get("holder_ref") else "submitter",
        language=letter.language,
        reachable=letter.delivery_id not in found.unreachable,
        state=State(state) if state else None,
    )
