"""Signing in at the desk by an OpenID provider: a real one, which knows five people."""

import base64
import hashlib
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from deploy.stack.ports import LOOPBACK, free_port
from deploy.stack.runs import Run
from tests.conftest import TestDatabase
from tests.harness.waiting import seen
from tests.integration.review.conftest import Desk, Log, open_desk
from tests.integration.review.staff import Person, browsing

PEOPLE = (
    {"sub": "u-1", "name": "Ana\u0007 Ruiz", "groups": {"ogp": ["ogp-su", "ogp-other"]}},
    {"sub": "u-2", "name": "Bo Lind", "groups": {"ogp": "ogp-irm ogp-none"}},
    {"sub": "u-3", "name": "Without", "groups": {"ogp": ["ogp-other", 7]}},
    {"sub": "u-4", "groups": "ogp-su"},
    {"sub": "s" * 300, "name": "Long", "groups": {"ogp": ["ogp-su"]}},
)
ROLES = {"ogp-su": "support-unit", "ogp-irm": "irm"}
REVIEW = "http://127.0.0.1"
BACK = f"{REVIEW}/desk/sign-in/openid/back"


@pytest.fixture(scope="module")
async def issuer(run: Run) -> str:
    """The address of a provider."""
    port = free_port()
    words = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", "true"]
    run.spawn("openid", words + [word for one in PEOPLE for word in ("--user-claims", json.dumps(one))])
    url = f"http://{LOOPBACK}:{port}"
    async with httpx.AsyncClient(trust_env=False) as client:
        await seen(lambda: client.get(f"{url}/.well-known/openid-configuration"), what="the provider answers")
    return url


@pytest.fixture
async def foreign(database: TestDatabase, issuer: str) -> AsyncIterator[Desk]:
    """Review, where staff come by the provider alone."""
    told = {
        "openid_issuer": issuer,
        "openid_client_id": "desk",
        "openid_client_secret": "s",
        "openid_roles_claim": "groups.ogp",
        "openid_roles": ROLES,
        "review_url": f"{REVIEW}/",
        "local_accounts": False,
    }
    async with open_desk(database, Log(), **told) as desk:
        yield desk


@dataclass(frozen=True)
class Sent:
    """Where somebody was sent, and what the provider was told there."""

    url: str

    @property
    def told(self) -> dict[str, str]:
        """What stands in the address."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.url).query).items()}


async def send(person: Person, to: str = "/desk/items") -> Sent:
    """Let somebody be sent to the provider."""
    answer = await person.client.get("/desk/sign-in/openid", params={"to": to})
    assert answer.status_code == 303, answer.text
    return Sent(answer.headers["location"])


async def vouch(sent: Sent, sub: str, **form: str) -> str:
    """Let the provider be told who it is, and give the address to which it leads back."""
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(sent.url, data={"sub": sub, **form})
    assert answer.status_code == 302, answer.text
    assert answer.headers["location"].startswith(BACK)
    return str(answer.headers["location"]).removeprefix(REVIEW)


async def come(person: Person, sub: str) -> httpx.Response:
    """Sign in by the provider."""
    return await person.get(await vouch(await send(person), sub))


async def test_whom_the_provider_vouches_for_gets_in(foreign: Desk) -> None:
    """By code with PKCE and nonce, with the roles of its claim; the same person has the same reference each time."""
    async with browsing(foreign) as person:
        sent = await send(person)
        [kept] = await foreign.rows("SELECT verifier, nonce FROM sign_in")
        challenge = base64.urlsafe_b64encode(hashlib.sha256(kept["verifier"].encode()).digest()).rstrip(b"=").decode()
        told = sent.told
        assert (told["code_challenge"], told["code_challenge_method"], told["nonce"]) == (
            challenge,
            "S256",
            kept["nonce"],
        )
        assert (told["redirect_uri"], told["scope"], told["response_type"]) == (BACK, "openid profile", "code")
        before = person.client.cookies["desk"]
        entered = await person.get(await vouch(sent, "u-1"))
        assert (entered.status_code, entered.headers["location"]) == (303, "/desk/items")
        assert entered.cookies["desk"] != before
        assert await foreign.rows("SELECT 1 FROM sign_in") == []
    async with browsing(foreign) as elsewhere:
        await come(elsewhere, "u-1")
        await come(elsewhere, "u-2")
    known = await foreign.rows("SELECT subject, name, roles, issuer <> '' AS foreign FROM staff ORDER BY subject")
    assert [tuple(row.values()) for row in known] == [
        ("u-1", "Ana Ruiz", ["support-unit"], True),
        ("u-2", "Bo Lind", ["irm"], True),
    ]


@pytest.mark.parametrize(
    ("sub", "code"),
    [("u-3", "no role at"), ("u-4", "no role at"), ("s" * 300, "could not be")],
)
async def test_whoever_has_no_role_stays_outside(foreign: Desk, sub: str, code: str) -> None:
    """No role of ours, the claim not where it should be, a subject beyond the standard's bounds: nobody is kept."""
    async with browsing(foreign) as person:
        refused = await come(person, sub)
        assert (refused.status_code, code in refused.text) == (403, True)
    assert await foreign.rows("SELECT 1 FROM staff UNION ALL SELECT 1 FROM session") == []


async def test_what_does_not_fit_together_is_refused(foreign: Desk) -> None:
    """Another browser's way back, the same twice, another's code, none at all, one made up: each with its sentence."""
    async with browsing(foreign) as person, browsing(foreign) as other:
        back = await vouch(await send(person), "u-1")
        assert "was lost" in (await other.get(back)).text
        assert (await person.get(back)).status_code == 303
        assert "was lost" in (await person.get(back)).text
        first, second = await send(other), await send(other)
        mixed = f"{await vouch(first, 'u-1')}".replace(first.told["state"], second.told["state"])
        assert "could not be signed" in (await other.get(mixed)).text
        denied = await vouch(await send(other), "u-1", action="deny")
        third = await send(other)
        assert "code=" not in denied
        for query in (
            f"state={third.told['state']}&error=access_denied",
            "state=&code=x",
            "code=x",
            "state=x&code=%00",
        ):
            refused = await other.get(f"/desk/sign-in/openid/back?{query}")
            assert refused.status_code == 403
        late = await send(other)
        await foreign.admin.execute("UPDATE sign_in SET ends_at = now()")
        assert "was lost" in (await other.get(await vouch(late, "u-1"))).text
        made_up = f"/desk/sign-in/openid/back?state={(await send(other)).told['state']}&code=made-up"
        assert "could not be signed" in (await other.get(made_up)).text
        assert len(await foreign.rows("SELECT 1 FROM session")) == 1


async def test_whoever_is_disabled_here_stays_outside(foreign: Desk) -> None:
    """Whatever the provider says; enabled again, they are who they were."""
    async with browsing(foreign) as person:
        await come(person, "u-2")
        [row] = await foreign.rows("SELECT actor_ref FROM staff")
        await foreign.ask(f"/staff/{row['actor_ref']}/disable", who="operator")
        assert "is disabled" in (await come(person, "u-2")).text
        await foreign.ask(f"/staff/{row['actor_ref']}/enable", who="operator")
        assert (await come(person, "u-2")).status_code == 303
        assert (
            await foreign.ask(f"/staff/{row['actor_ref']}/password", {"password": "x" * 20}, who="operator")
        ).is_error


async def test_a_provider_that_is_away_is_told(database: TestDatabase) -> None:
    """A page that says so; and without a provider, or without accounts of our own, there is no such door."""
    url = f"http://{LOOPBACK}:{free_port()}"
    async with open_desk(database, Log(), openid_issuer=url) as desk, browsing(desk) as person:
        away = await person.get("/desk/sign-in/openid")
        assert (away.status_code, "does not answer" in away.text) == (503, True)
        page = (await person.get("/desk/sign-in")).text
        assert ("/desk/sign-in/openid?" in page, 'type="password"' in page) == (True, True)
    async with open_desk(database, Log(), local_accounts=False) as desk, browsing(desk) as person:
        page = (await person.get("/desk/sign-in")).text
        assert ("/desk/sign-in/openid?" in page, 'type="password"' in page) == (False, False)
        assert (await person.get("/desk/sign-in/openid")).status_code == 404
        assert (await person.client.post("/desk/sign-in", data={})).status_code == 405
