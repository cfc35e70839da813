"""The commands of staff accounts, against a review that answers."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from services.review.cli import app as command_line
from tests.harness.serving import serving_app
from tests.integration.review.conftest import Desk
from tests.integration.review.staff import PASSWORD, browsing
from tests.integration.review.test_signing_in import is_in, sign_in

Say = Callable[..., Awaitable[Result]]


@pytest.fixture
async def say(desk: Desk) -> AsyncIterator[Say]:
    """Say something on the command line, as an operator."""
    async with serving_app(desk.app) as url:

        async def said(*words: str, typed: str = "", who: str = "operator") -> Result:
            told = ["staff", *words, "--url", url, "--token", f"token-of-{who}"]
            return await asyncio.to_thread(CliRunner().invoke, command_line, told, input=typed)

        yield said


def answered(result: Result) -> dict[str, Any]:
    """Read what a command printed; before it stands what the service in this process logged meanwhile."""
    found: dict[str, Any] = json.loads(result.output.splitlines()[-1])
    return found


async def test_an_operator_keeps_accounts_by_the_command_line(desk: Desk, say: Say) -> None:
    """Made with a password that is read and shown nowhere; listed, given other roles, disabled, enabled."""
    made = await say("add", "Ana Ruiz", "--role", "irm", "--role", "viewer", "--json", typed=f"{PASSWORD}\n")
    assert made.exit_code == 0, made.output
    assert PASSWORD not in made.output
    account = answered(made)
    assert account["roles"] == ["viewer", "irm"]
    ref = account["actor_ref"]
    assert "Ana Ruiz" in (await say("list")).output
    assert answered(await say("roles", ref, "--role", "data-team", "--json"))["roles"] == ["data-team"]
    async with browsing(desk) as person:
        await sign_in(person)
        assert await is_in(person)
        assert answered(await say("disable", ref, "--json"))["disabled"]
        assert not await is_in(person)
        assert (await say("enable", ref)).exit_code == 0
        assert (await say("password", ref, typed="another long password\n")).exit_code == 0
        assert (await sign_in(person)).status_code == 403
        assert (await sign_in(person, password="another long password")).status_code == 303


async def test_what_cannot_be_is_said(say: Say) -> None:
    """A password that is too short or missing, a role that there is not, a token that may not."""
    for words, typed, who, code in (
        (("add", "A", "--role", "irm"), "short\n", "operator", "weak-password"),
        (("add", "A", "--role", "irm"), "", "operator", "weak-password"),
        (("add", "A", "--role", "king"), f"{PASSWORD}\n", "operator", "invalid"),
        (("disable", "staff:none"), "", "operator", "unknown-staff"),
        (("list",), "", "decider", "forbidden"),
    ):
        refused = await say(*words, typed=typed, who=who)
        assert (refused.exit_code, code in refused.output) == (1, True), refused.output
