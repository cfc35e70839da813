"""Intake in this process: its doors, its reception and its months, on a database of the test's own."""

import asyncio
import hashlib
import json
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from services.chassis.database import Database
from services.chassis.doors.auth import TokenBook
from services.chassis.doors.web import answer_errors
from services.chassis.settings import Token
from services.intake.app import make_all_doors
from services.intake.domain.problems import SENTENCES
from services.intake.handlers import make_on_forms
from services.intake.month_end import MonthEnd
from services.intake.reception.desk import Desk
from services.intake.reception.grouping import Reception
from services.intake.reception.pacing import Pacing
from services.intake.registrar import Registrar
from services.intake.settings import Settings
from tests.conftest import TestDatabase

TOKENS = {
    "senegal": ("form:plans", {"submit:SN"}),
    "finland": ("form:finland", {"submit:FI"}),
    "operator": ("staff:operator", {"operate"}),
    "privacy": ("staff:privacy", {"contacts:erase"}),
    "notify": ("service:notify", {"contacts:read"}),
    "registry": ("staff:registry", {"registry:write"}),
    "desk": ("support-unit:desk", {"enter:any"}),
    "everyone": (
        "staff:everyone",
        {"enter:any", "submit:SN", "operate", "contacts:read", "contacts:erase", "registry:write"},
    ),
}

WEBHOOK_SECRET = "whsec_" + b64encode(b"an invented key of a form system").decode()
OLD_WEBHOOK_SECRET = "whsec_" + b64encode(b"the key that it had until lately").decode()
WEBHOOKS = (
    {
        "name": "form-system:senegal",
        "secrets": [WEBHOOK_SECRET, OLD_WEBHOOK_SECRET],
        "members": ["SN", "CO"],
        "channels": ["standalone", "action-plan", "plan-amendment", "recognition", "story", "award-nomination"],
    },
    {"name": "form-system:stories", "secrets": [WEBHOOK_SECRET], "channels": ["story"]},
)


@dataclass
class Intake:
    """Intake, and those who look into it."""

    settings: Settings
    database: Database
    desk: Desk
    reception: Reception
    client: httpx.AsyncClient
    admin: "asyncpg.Connection[asyncpg.Record]"

    @property
    def months(self) -> MonthEnd:
        """The worker that closes the months."""
        return MonthEnd(self.settings)

    @property
    def on_forms(self) -> Any:
        """The handler of the edge."""
        return make_on_forms(self.desk, TokenBook(self.settings.tokens)).handler

    async def rows(self, sql: str, *args: object) -> list[dict[str, Any]]:
        """Look into intake's tables."""
        return [dict(row) for row in await self.admin.fetch(sql, *args)]

    async def told(self) -> list[dict[str, Any]]:
        """Give what intake has told, in the order of each partition."""
        return await self.rows(
            "SELECT topic, partition, seq, event_id, type, key, payload::text, convert_from(payload, 'UTF8')::jsonb"
            " AS event FROM intake.outbox ORDER BY topic, partition, seq"
        )

    async def move_clock(self, by: timedelta) -> None:
        """Let the platform's time go ahead."""
        await self.admin.execute('UPDATE platform.clock SET "offset" = "offset" + $1', by)


def bearer(name: str) -> dict[str, str]:
    """Give the header of a token."""
    return {"Authorization": f"Bearer token-of-{name}"}


def settings_for(database_url: str, **overrides: Any) -> Settings:
    """Settings on this database."""
    tokens = tuple(
        Token(sha256=hashlib.sha256(f"token-of-{name}".encode()).hexdigest(), actor_ref=ref, scopes=frozenset(scopes))
        for name, (ref, scopes) in TOKENS.items()
    )
    return Settings(
        **{
            "database_url": database_url,
            "kafka_bootstrap_servers": "nobody:1",
            "intake_secret": "an invented secret that is long enough",
            "webhooks": WEBHOOKS,
            "address_requests_per_minute": 0,
            "tokens": tokens,
            **overrides,
        }
    )


@pytest.fixture
async def intake(database: TestDatabase) -> AsyncIterator[Intake]:
    """Intake with its registry filled, and its reception open."""
    async with opened(database) as intake:
        yield intake


@asynccontextmanager
async def opened(database: TestDatabase, **overrides: Any) -> AsyncIterator[Intake]:
    """Open intake on this database, with other settings than usual."""
    settings = settings_for(database.url("intake"), **overrides)
    kept = Database(settings, "intake")
    await kept.open()
    desk = Desk(settings)
    async with kept.transaction() as tx:
        await Registrar(desk.vault).seed(tx)
    reception = Reception(desk, settings)
    app = FastAPI()
    app.state.tokens = TokenBook(settings.tokens)
    answer_errors(app, SENTENCES)
    app.include_router(make_all_doors(kept, reception, Pacing(settings), settings))
    serving = asyncio.create_task(reception.run(kept))
    admin = await asyncpg.connect(database.admin_url)
    await admin.set_type_codec("jsonb", encoder=str, decoder=json.loads, schema="pg_catalog")
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://intake") as client:
        yield Intake(settings, kept, desk, reception, client, admin)
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    await admin.close()
    await kept.close()
