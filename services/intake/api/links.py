"""The internal door to the links in a submitter's letters: they are made when a letter is sent, and kept nowhere."""

from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from contracts.reference import Language
from services.chassis.database import Database
from services.chassis.doors.auth import require
from services.chassis.doors.web import Problem
from services.intake.api.bodies import problems
from services.intake.api.refusing import problem_of
from services.intake.domain.confirming import Address
from services.intake.domain.problems import refused
from services.intake.reception.desk import Desk
from services.intake.settings import Settings
from services.intake.store.confirmations import find_addresses
from services.intake.store.drafts import find_kept


class LinksBody(BaseModel):
    """Whoever has these can act for the submitter: they belong into a letter to them, and nowhere else."""

    status_url: str = Field(description="The page where it stands; from there it is amended, answered, withdrawn.")
    confirm_url: str | None = Field(description="The page that confirms the address; null where it is confirmed.")


class DraftLinkBody(BaseModel):
    """Whoever has it can read and change the draft."""

    draft_url: str = Field(description="The page where the draft is written on.")


class SubscriptionLinksBody(BaseModel):
    """Whoever has these can confirm, or end, a subscription: they belong into a letter to its reader."""

    confirm_url: str = Field(description="The page with the button that confirms.")
    unsubscribe_url: str = Field(description="The page with the button that ends it.")
    one_click_url: str = Field(description="For List-Unsubscribe (RFC 8058): one POST ends it.")


def make_link_doors(database: Database, desk: Desk, settings: Settings) -> APIRouter:
    """Make the door that only a token with ``contacts:read`` opens."""
    router = APIRouter(tags=["contacts"], dependencies=[Depends(require("contacts:read"))])
    own_url = settings.own_url

    @router.get("/submissions/{submission_id}/links", responses=problems(401, 403, 404, 422))
    async def show_links(submission_id: UUID, language: Language = "en") -> LinksBody:
        """Give the links for a letter to the submitter in this language."""
        async with database.transaction(read_clock=False) as tx:
            found = await find_addresses(tx, [submission_id])
        if submission_id not in found:
            raise problem_of(refused("unknown-submission"))
        return links_to(found[submission_id], language, desk, own_url)

    @router.get("/drafts/{draft_id}/link", responses=problems(401, 403, 404, 422))
    async def show_draft_link(draft_id: UUID, language: Language = "en") -> DraftLinkBody:
        """Give the link for a letter to whoever saved a draft; none once it is sent, erased or over its days."""
        async with database.transaction() as tx:
            if not await find_kept(tx, [draft_id]):
                raise Problem(404, "unknown-draft", "there is no such draft, or not any more")
        return link_to_draft(draft_id, language, desk, own_url)

    return router


def links_to(address: Address, language: Language, desk: Desk, own_url: str) -> LinksBody:
    """Make the links for whoever sent this in."""
    submission_id = address.submission_id
    own = f"{own_url}/{language}/status/{submission_id}/{desk.secret_of(submission_id)}"
    to_confirm = f"{own_url}/{language}/confirm/{submission_id}/{desk.confirm_token_of(submission_id)}"
    return LinksBody(status_url=own, confirm_url=None if address.confirmed_at else to_confirm)


def link_to_draft(draft_id: UUID, language: Language, desk: Desk, own_url: str) -> DraftLinkBody:
    """Make the link for whoever saved this draft."""
    return DraftLinkBody(draft_url=f"{own_url}/{language}/drafts/{draft_id}/{desk.secret_of_draft(draft_id)}")


def links_to_subscription(subscription_id: UUID, language: Language, desk: Desk, own_url: str) -> SubscriptionLinksBody:
    """Make the links for whoever gets the batch reports, or is asked whether they want to."""
    token = desk.end_token_of(subscription_id)
    return SubscriptionLinksBody(
        confirm_url=f"{own_url}/{language}/subscribe/{subscription_id}/{desk.subscribe_token_of(subscription_id)}",
        unsubscribe_url=f"{own_url}/{language}/unsubscribe/{subscription_id}/{token}",
        one_click_url=f"{own_url}/subscriptions/{subscription_id}/unsubscribe/{token}",
    )
