"""Signing in at the desk with an account of our own: who gets in, who does not, and when it ends."""

from datetime import timedelta

import httpx
import pytest

from services.review.desk.visitor import CSRF
from tests.controls.envelope import id_of
from tests.integration.review.conftest import Desk, bearer
from tests.integration.review.staff import PASSWORD, Person, browsing, csrf_in, signed_in


async def make_account(desk: Desk, name: str = "Ana Ruiz", *roles: str) -> str:
    """Let an operator make an account; give its ``actor_ref``."""
    body = {"name": name, "roles": list(roles) or ["data-team"], "password": PASSWORD}
    made = await desk.ask("/staff", body, who="operator")
    assert made.status_code == 201, made.text
    ref: str = made.json()["actor_ref"]
    return ref


async def sign_in(person: Person, name: str = "Ana Ruiz", password: str = PASSWORD, to: str = "") -> httpx.Response:
    """Fill in the page of the sign-in, and send it."""
    page = await person.get("/desk/sign-in")
    form = {CSRF: csrf_in(page), "name": name, "password": password, "to": to}
    return await person.client.post("/desk/sign-in", data=form)


async def is_in(person: Person) -> bool:
    """Say whether somebody is signed in."""
    found = await person.get("/desk/")
    return "sign-in" not in found.headers.get("location", "") and found.status_code in {200, 303}


async def test_whoever_has_an_account_gets_in_and_out(desk: Desk) -> None:
    """The name however it is written; under a new key; led to where they wanted to go, and nowhere else."""
    ref = await make_account(desk)
    async with browsing(desk) as person:
        before = await person.get("/desk/items?q=area%3Ajustice")
        assert before.status_code == 404
        first = (await person.get("/desk/sign-in")).cookies["desk"]
        entered = await sign_in(person, " ana  RUIZ ", to="/desk/items?q=1")
        assert (entered.status_code, entered.headers["location"]) == (303, "/desk/items?q=1")
        key = entered.cookies["desk"]
        assert key != first
        assert await is_in(person)
        assert [row["actor_ref"] for row in await desk.rows("SELECT actor_ref FROM session")] == [ref]
        left = await person.client.post("/desk/sign-out", data={CSRF: Person("", key, person.client).csrf})
        assert left.headers["location"] == "/desk/sign-in"
        assert await desk.rows("SELECT 1 FROM session") == []
        person.client.cookies.set("desk", key)
        assert not await is_in(person)


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/desk/\\evil", "/reforms", "/desk/\rX"])
async def test_nobody_is_led_elsewhere(desk: Desk, to: str) -> None:
    """What an address says to go on to is one of the desk's own, or the first page."""
    await make_account(desk)
    async with browsing(desk) as person:
        entered = await sign_in(person, to=to)
        assert entered.headers["location"] == "/desk/"


async def test_a_wrong_word_is_told_without_saying_which(desk: Desk) -> None:
    """An unknown name, a wrong password, a disabled account and one far too long: the same answer."""
    disabled = await make_account(desk, "Bo")
    await make_account(desk)
    await desk.ask(f"/staff/{disabled}/disable", who="operator")
    async with browsing(desk) as person:
        said = []
        for name, word in (("Ana Ruiz", "wrong"), ("Nobody", PASSWORD), ("Bo", PASSWORD), ("Ana Ruiz", "x" * 5000)):
            page = await sign_in(person, name, word)
            assert page.status_code == 403
            said.append(page.text.split("<main")[1].replace(name, "").replace(csrf_in(page), ""))
        assert len(set(said)) == 1
        assert "do not fit" in said[0]
        assert await desk.rows("SELECT 1 FROM session") == []


async def test_too_many_tries_have_to_wait(desk: Desk) -> None:
    """Ten a minute for a name, wherever they come from; the right word does not help then."""
    await make_account(desk)
    async with browsing(desk) as person:
        page = await person.get("/desk/sign-in")
        form = {CSRF: csrf_in(page), "name": "Ana Ruiz", "password": "x" * 300}
        tried = [(await person.client.post("/desk/sign-in", data=form)).status_code for _ in range(11)]
        assert tried == [403] * 10 + [429]
        refused = await person.client.post("/desk/sign-in", data={**form, "password": PASSWORD})
        assert (refused.status_code, "retry-after" in refused.headers) == (429, True)


async def test_a_session_ends_by_itself_and_when_its_owner_is_disabled(desk: Desk) -> None:
    """Idle for an hour, old as half a day, disabled, or with another password: all of them, at once."""
    for ending in (
        "UPDATE session SET seen_at = now() - interval '61 minutes'",
        "UPDATE session SET ends_at = now()",
        "UPDATE staff SET disabled_at = now()",
    ):
        async with signed_in(desk, "viewer") as person:
            assert await is_in(person)
            await desk.admin.execute(f"{ending} WHERE actor_ref = $1", person.actor_ref)
            assert not await is_in(person)
    for door, body in (("disable", None), ("password", {"password": PASSWORD})):
        ref = await make_account(desk, door)
        async with browsing(desk) as one, browsing(desk) as other:
            for person in (one, other):
                await sign_in(person, door)
            assert await is_in(one)
            assert (await desk.ask(f"/staff/{ref}/{door}", body, who="operator")).status_code == 200
            assert (await is_in(one), await is_in(other)) == (False, False)


async def test_a_session_lives_by_the_servers_own_clock(desk: Desk) -> None:
    """Moving the platform's clock ahead signs nobody out; being seen keeps a session alive."""
    async with signed_in(desk, "viewer") as person:
        await desk.move_clock(timedelta(days=40))
        assert await is_in(person)
        await desk.admin.execute("UPDATE session SET seen_at = now() - interval '50 minutes'")
        assert await is_in(person)
        (row,) = await desk.rows("SELECT seen_at > now() - interval '1 minute' AS fresh FROM session")
        assert row["fresh"]


async def test_a_form_comes_from_a_page_of_ours_and_from_this_session(desk: Desk) -> None:
    """Another site's, one without its mark, and one with somebody else's: refused, and nothing is done."""
    async with signed_in(desk, "viewer") as person, signed_in(desk, "viewer") as other:
        for form, headers in (
            ({CSRF: person.csrf}, {"Sec-Fetch-Site": "cross-site"}),
            ({CSRF: person.csrf}, {"Sec-Fetch-Site": "same-site"}),
            ({}, {}),
            ({CSRF: other.csrf}, {}),
            ({CSRF: "é"}, {}),
        ):
            refused = await person.client.post("/desk/sign-out", data=form, headers=headers)
            assert refused.status_code == 403
        assert await is_in(person)
        assert (await person.post("/desk/sign-out")).status_code == 303


async def test_a_page_says_to_browsers_what_they_may_do(desk: Desk) -> None:
    """Keep nothing, run nothing of others', frame it nowhere; the cookie is for no script."""
    async with browsing(desk, language="fr") as person:
        page = await person.get("/desk/sign-in")
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["content-language"] == "fr"
        assert {"HttpOnly", "SameSite=lax"} <= set(page.headers["set-cookie"].split("; "))
        chosen = await person.get("/desk/language/en?to=/desk/sign-in")
        assert chosen.headers["location"] == "/desk/sign-in"
        assert (await person.get("/desk/sign-in")).headers["content-language"] == "en"


async def test_accounts_are_the_operators_business(desk: Desk) -> None:
    """A name is taken once, a password is long; nothing that opens an account is ever shown or kept as it is."""
    await make_account(desk)
    for body, status, code in (
        ({"name": "ANA ruiz", "roles": ["irm"], "password": PASSWORD}, 409, "name-taken"),
        ({"name": "B", "roles": ["irm"], "password": "short"}, 422, "weak-password"),
        ({"name": "a long long name", "roles": ["irm"], "password": "A long  long name"}, 422, "weak-password"),
        ({"name": " ", "roles": ["irm"], "password": PASSWORD}, 422, "staff-name"),
        ({"name": "B", "roles": ["king"], "password": PASSWORD}, 422, "invalid"),
        ({"name": "B", "roles": [], "password": PASSWORD}, 422, "invalid"),
    ):
        refused = await desk.ask("/staff", body, who="operator")
        assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert (await desk.ask("/staff/staff:none/disable", who="operator")).status_code == 404
    listed = await desk.client.get("/staff", headers=bearer("operator"))
    assert [one["name"] for one in listed.json()["staff"]] == ["Ana Ruiz"]
    [row] = await desk.rows("SELECT password_hash FROM staff")
    assert row["password_hash"].startswith("$argon2id$")
    assert PASSWORD not in listed.text


async def test_what_was_typed_when_a_session_ended_can_be_sent_again(desk: Desk) -> None:
    """The page that refuses shows it, and sends it once somebody has signed in; but never a password."""
    path = f"/desk/items/{id_of('nothing')}/1/assess"
    async with signed_in(desk, "data-team") as person:
        await desk.admin.execute("UPDATE session SET ends_at = now()")
        refused = await person.post(path, {"reason": "I read it <twice>.", "also": ["a", "b"]})
        assert refused.status_code == 401
        assert 'name="reason" value="I read it &lt;twice&gt;."' in refused.text
        assert [f'value="{one}"' in refused.text for one in "ab"] == [True, True]
        await make_account(desk)
        await sign_in(person)
        again = await person.post(path, {"reason": "I read it <twice>."})
        assert again.status_code == 403
        sent = await person.client.post(path, data={CSRF: csrf_in(again), "reason": "I read it <twice>."})
        assert sent.status_code == 404
    async with browsing(desk) as person:
        refused = await person.client.post("/desk/sign-in", data={"name": "a", "password": PASSWORD})
        assert refused.status_code == 403
        assert PASSWORD not in refused.text
