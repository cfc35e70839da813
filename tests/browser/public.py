"""The public site in a real browser: a record with something of every kind, and pages opened by anyone."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import httpx
from fastapi import FastAPI
from playwright.async_api import Browser, BrowserContext, Page

from contracts.event import Event
from contracts.submissions import MemberAtReceipt, Proposal
from contracts.vocabulary import Area, Channel, MemberType
from tests.controls.decisions import decision, month_reported, reform, reform_encouraged, submission_accepted
from tests.controls.envelope import RELEASED_AT, event_of, id_of, reference_of
from tests.controls.evaluations import assessment_pending, assessment_published, award_given, milestone_updated
from tests.controls.notices import notice, notice_sent
from tests.controls.proposals import (
    costa_rica,
    proposal,
    proposal_in_english,
    proposal_in_french,
    senegal,
    ukraine,
)
from tests.controls.publish import at, decision_id, heard
from tests.controls.stories import story, story_released
from tests.harness.serving import serving_app
from tests.integration.publish.conftest import Desk

READ_AT = datetime(2027, 7, 1, 12, tzinfo=UTC)
"""When the record is read, by the clock of the system."""


@dataclass
class PublicSite:
    """The public pages, answering at ``url``."""

    url: str
    desk: Desk
    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)

    async def visit(self, path: str, **options: Any) -> Page:
        """Open a page in a browser of its own that runs no scripts unless told to."""
        context = await self.browser.new_context(**{"java_script_enabled": False, "locale": "en-GB", **options})
        self.contexts.append(context)
        context.set_default_timeout(20_000)
        page = await context.new_page()
        await page.goto(f"{self.url}{path}")
        return page


@asynccontextmanager
async def serving_public(desk: Desk, browser: Browser) -> AsyncIterator[PublicSite]:
    """Serve the public pages for the length of a block."""
    app = cast("FastAPI", cast("httpx.ASGITransport", desk.browser._transport).app)
    async with serving_app(app) as url:
        site = PublicSite(url, desk, browser)
        yield site
        for context in site.contexts:
            await context.close()


def a_reform(number: int, text: Proposal, member: MemberAtReceipt, **told: Any) -> Event[Any]:
    """The acceptance of a reform, released an hour after the one before it; ``told`` is of its title and area."""
    channel = told.pop("channel", Channel.STANDALONE)
    decided = decision(
        number,
        member=member,
        channel=channel,
        language=text.language,
        title=text.title,
        decision_id=decision_id(number, number),
        released_at=at(number),
    )
    shown = reform(
        **{
            "published_title": text.title,
            "assigned_area": text.declared_area,
            "area_reason": None,
            "proposal": text,
            **told,
        }
    )
    accepted = submission_accepted(number, decision=decided, reform=shown)
    return replace(heard("accepted", number, number), data=accepted)


QUEZON_CITY = MemberAtReceipt(code="PHQZT", name="Quezon City", kind="local", region="Asia and the Pacific")


def some_reforms() -> Sequence[Event[Any]]:
    """Six reforms that every filter tells apart, the first re-tagged, the fourth and sixth of localities."""
    cali = proposal(
        title="Santiago de Cali abre su presupuesto de infraestructura",
        declared_area=Area.FISCAL_OPENNESS,
        member_type=MemberType.OTHER_LOCAL,
        jurisdiction="Santiago de Cali, Colombia",
        lead_institution="Alcaldía de Santiago de Cali",
    )
    return [
        a_reform(
            1,
            proposal(),
            costa_rica(),
            published_title="Reduce the Backlog of Court Cases",
            assigned_area=Area.ACCESS_TO_INFORMATION,
            area_reason="The courts’ data are its heart.",
        ),
        a_reform(
            2,
            proposal_in_french(),
            senegal(region="Africa and the Middle East"),
            channel=Channel.ACTION_PLAN,
            published_title="Adopt the Access to Information Bill",
        ),
        a_reform(3, proposal_in_english(), ukraine()),
        a_reform(
            4,
            proposal_in_english(
                title="Let Residents Decide on a Tenth of the City’s Budget",
                declared_area=Area.PUBLIC_PARTICIPATION,
                lead_institution="Quezon City Government",
            ),
            QUEZON_CITY,
        ),
        a_reform(
            5,
            proposal_in_english(title="Publish Who Owns Every Company", lead_institution="Ministry of Justice"),
            ukraine(),
        ),
        a_reform(6, cali, MemberAtReceipt(code="CO", name="Colombia", kind="national", region="Americas")),
    ]


def what_followed() -> Sequence[Event[Any]]:
    """What became of the first of them: letters, a correction, progress, an assessment, an award, a story."""
    followed: list[Event[Any]]
    first = notice(1, decision_id=decision_id(1, 1))
    received = replace(first, delivery_id=id_of("receipt"), kind="receipt", decision_id=None)
    told = story(
        text=f"{story().text}\n\nThey read {reference_of(1)}.", links=(f"https://x.example/{reference_of(3)}",)
    )
    followed = [
        heard("corrected", 30),
        event_of(reform_encouraged(), id=id_of("encouraged")),
        event_of(story_released(9, story=told, released_at=at(40)), number=9),
        event_of(month_reported(), id=id_of("reported")),
        event_of(notice_sent(notice=first, sent_at=at(1) + timedelta(minutes=2)), id=id_of("told outcome")),
        event_of(notice_sent(notice=received, sent_at=RELEASED_AT - timedelta(days=20)), id=id_of("told receipt")),
        event_of(milestone_updated(), id=id_of("updated")),
        event_of(assessment_published(), id=id_of("assessed")),
        event_of(assessment_pending(), id=id_of("pending")),
        event_of(award_given(), id=id_of("award")),
    ]
    return [replace(event, time=at(40)) for event in followed]


async def fill(desk: Desk) -> None:
    """Let the record hear of six reforms, and of what followed; it is read half a year later."""
    await desk.admin.execute('UPDATE platform.clock SET "offset" = $1::timestamptz - now()', READ_AT)
    await desk.hear(*some_reforms(), *what_followed())
