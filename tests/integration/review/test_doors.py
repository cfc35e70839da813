"""The doors: who may, what is refused and how, what is shown."""

from typing import Any

import pytest

from tests.controls.envelope import MONTH, event_of, id_of, submission_id
from tests.controls.notices import notice, notice_sent
from tests.controls.submissions import submission_amended, withdrawal_requested
from tests.integration.review.conftest import Desk, Log, assessment, bearer, received

ITEM = f"/items/{submission_id(1)}/1"
REASON = {"reason": "The ministry calls back on Monday."}
COMMANDS: dict[str, tuple[str, Any]] = {
    f"{ITEM}/assessment": ("review:assess", assessment()),
    f"{ITEM}/decision": ("review:decide", {"outcome": "accepted"}),
    f"{ITEM}/hold": ("review:release", REASON),
    f"{ITEM}/release": ("review:release", None),
    f"{ITEM}/correction": (
        "review:decide",
        {"effect": "silent", "why": "A typo.", "decision": {"outcome": "accepted"}},
    ),
    f"{ITEM}/retraction": ("review:decide", {"effect": "silent", "why": "Entered twice."}),
    f"/batches/{MONTH}/release": ("review:release", None),
}
READS = ["/batches", f"/batches/{MONTH}", f"/batches/{MONTH}/manifest", f"/batches/{MONTH}/items", ITEM]


@pytest.fixture
async def sealed(desk: Desk) -> Desk:
    """One item, amended once, its month over."""
    await desk.hear(received(1, flags=("member-unregistered",)), event_of(submission_amended(), number=1))
    await desk.close()
    return desk


async def test_reading_needs_its_scope(sealed: Desk) -> None:
    """No token 401, a token that is not known 401."""
    for path in READS:
        assert (await sealed.client.get(path)).status_code == 401, path
        assert (await sealed.client.get(path, headers=bearer("nobody"))).json()["code"] == "token-unknown", path
        assert (await sealed.client.get(path, headers=bearer("reader"))).status_code == 200, path


async def test_each_command_needs_its_scope(sealed: Desk) -> None:
    """A token without the scope is 403, whatever the body; nothing has changed."""
    before = await sealed.rows("SELECT * FROM item")
    for path, (scope, body) in COMMANDS.items():
        assert (await sealed.client.post(path, json=body)).status_code == 401, path
        for who in ("reader", *(["assessor"] if scope != "review:assess" else [])):
            refusal = await sealed.ask(path, body, who=who)
            assert (refusal.status_code, refusal.json()["code"]) == (403, "forbidden"), path
    assert await sealed.rows("SELECT * FROM item") == before


REFUSED: list[tuple[str, object, int, str]] = [
    (f"{ITEM}/decision", {"outcome": "accepted"}, 409, "not-assessed"),
    (f"{ITEM}/correction", COMMANDS[f"{ITEM}/correction"][1], 409, "not-released"),
    (f"{ITEM}/retraction", COMMANDS[f"{ITEM}/retraction"][1], 409, "not-released"),
    (f"{ITEM}/release", None, 409, "batch-not-released"),
    (f"{ITEM}/assessment", {"findings": [], "area": "justice"}, 422, "findings-incomplete"),
    (f"{ITEM}/assessment", assessment("anti-corruption"), 422, "area-reason-missing"),
    (f"{ITEM}/assessment", assessment("astrology"), 422, "invalid"),
    (f"{ITEM}/assessment", {**assessment(), "score": 5}, 422, "invalid"),
    (f"{ITEM}/decision", {"outcome": "perhaps"}, 422, "invalid"),
    (f"{ITEM}/decision", {"outcome": "declined", "reason_codes": []}, 422, "invalid"),
    (f"{ITEM}/hold", {"reason": "a\u0000b"}, 422, "invalid"),
    (f"{ITEM}/hold", {"reason": ""}, 422, "invalid"),
    (f"/items/{submission_id(9)}/1/hold", REASON, 404, "unknown-item"),
    (f"/items/{submission_id(1)}/7/hold", REASON, 404, "unknown-item"),
    ("/items/not-an-id/1/hold", REASON, 422, "invalid"),
    ("/batches/2031-05/release", None, 404, "unknown-batch"),
    ("/batches/2031-13/release", None, 422, "invalid"),
]


async def test_what_does_not_hold_is_refused_by_its_code(sealed: Desk) -> None:
    """A problem that says what is wrong, and nothing has changed."""
    before = await sealed.rows("SELECT * FROM item")
    for path, body, status, code in REFUSED:
        refusal = await sealed.ask(path, body)
        assert (path, refusal.status_code, refusal.json()["code"]) == (path, status, code)
        assert refusal.headers["content-type"] == "application/problem+json"
    assert (await sealed.rows("SELECT * FROM item"), await sealed.rows("SELECT * FROM history")) == (before, [])


NO_JSON = [
    (b"{", 400, "json-syntax"),
    (b"\xff", 400, "json-syntax"),
    (b"", 400, "json-syntax"),
    (b'{"reason": NaN}', 400, "number"),
    (b'{"reason": "a", "reason": "b"}', 400, "duplicate-key"),
    (b'{"reason": "' + b"x" * 300_000 + b'"}', 413, "too-large"),
]


async def test_a_body_that_is_no_json_is_refused(sealed: Desk) -> None:
    """Bounded, and read once."""
    for raw, status, code in NO_JSON:
        answer = await sealed.client.post(f"{ITEM}/hold", content=raw, headers=bearer("decider"))
        assert (raw[:20], answer.status_code, answer.json()["code"]) == (raw[:20], status, code)


async def test_every_error_of_a_body_is_told_with_its_field(sealed: Desk) -> None:
    """All at once."""
    body = {"findings": [{"code": "timing", "verdict": "great"}], "mood": "good"}
    told = (await sealed.ask(f"{ITEM}/assessment", body)).json()["errors"]
    assert {(error["field"], error["code"]) for error in told} == {
        ("/findings/0/verdict", "unknown-code"),
        ("/findings/0/reason", "missing"),
        ("/area", "missing"),
        ("/mood", "unknown-field"),
    }


async def test_items_of_an_open_batch_are_not_assessed(desk: Desk) -> None:
    """The text may still change."""
    await desk.hear(received(1))
    for path in (f"{ITEM}/assessment", f"{ITEM}/decision", f"{ITEM}/hold"):
        refusal = await desk.ask(path, COMMANDS[path][1])
        assert (refusal.status_code, refusal.json()["code"]) == (409, "batch-not-sealed")


async def test_an_item_shows_everything_but_its_contacts(sealed: Desk) -> None:
    """The frozen text, flags of its last version, what may be done with it."""
    seen = await sealed.look(ITEM)
    assert (seen["state"], seen["version"], seen["flags"]) == ("in-review", 2, [])
    assert seen["proposal"]["title"] == submission_amended().proposal.title
    assert seen["may"] == ["Assess", "HoldBack", "Withdraw"]
    text = (await sealed.client.get(ITEM, headers=bearer("reader"))).text
    assert not any(ref in text for ref in (str(id_of("submitter 1")), str(id_of("holder 1"))))


async def test_what_was_superseded_is_kept(sealed: Desk) -> None:
    """Assessed twice, decided twice: the last stands, the history has all."""
    await sealed.do(f"{ITEM}/assessment", assessment(timing="unclear"))
    await sealed.do(f"{ITEM}/assessment", assessment())
    await sealed.do(f"{ITEM}/decision", {"outcome": "accepted", "note": "Well done."})
    seen = await sealed.do(f"{ITEM}/decision", {"outcome": "clarification", "question": "Who pays?"})
    assert seen["decision"]["outcome"] == {"question": "Who pays?"}
    assert [(remark["type"], remark["by"]) for remark in seen["history"]] == [
        ("submission.assessed.v1", "support-unit:1"),
        ("submission.assessed.v1", "support-unit:1"),
        ("ruling.made", "support-unit:1"),
        ("ruling.made", "support-unit:1"),
    ]
    assert (await sealed.kinds("reviews")).count("decision.recorded.v1") == 2


async def test_a_batch_is_listed_page_by_page(desk: Desk) -> None:
    """Cursors are opaque; one from elsewhere is refused."""
    await desk.hear(*(received(number) for number in range(1, 8)))
    path, cursor, found = f"/batches/{MONTH}/items", None, []
    for _ in range(3):
        query = f"{path}?limit=3" + (f"&cursor={cursor}" if cursor else "")
        page = await desk.look(query)
        found += [item["submission_id"] for item in page["items"]]
        cursor = page["next"]
    assert (found, cursor) == (sorted(str(submission_id(number)) for number in range(1, 8)), None)
    for wrong in ("x", "9.9", f"{submission_id(1)}.x", f"{submission_id(1)}.{10**12}"):
        refusal = await desk.client.get(path, params={"cursor": wrong}, headers=bearer("reader"))
        assert (refusal.status_code, refusal.json()["code"]) == (422, "cursor")
    assert (await desk.client.get(f"{path}?limit=501", headers=bearer("reader"))).status_code == 422


async def test_batches_are_listed_latest_first(desk: Desk) -> None:
    """Open ones too, as soon as something of their month has come."""
    await desk.hear(received(1), received(2, month="2026-12"))
    await desk.close()
    listed = (await desk.look("/batches"))["batches"]
    assert [(batch["month"], batch["state"]) for batch in listed] == [("2026-12", "open"), (MONTH, "sealed")]
    refusal = await desk.client.get("/batches/2026-12/manifest", headers=bearer("reader"))
    assert (refusal.status_code, refusal.json()["code"]) == (404, "no-manifest")


async def test_an_item_shows_how_many_letters_went_out(sealed: Desk) -> None:
    """Counted from `notices`, by kind and by what became of them."""
    await sealed.accept(submission_id(1))
    decision = (await sealed.look(ITEM))["decision"]["decision_id"]
    told = [
        event_of(notice_sent(notice=notice(n, decision_id=decision, kind=kind)), id=id_of(f"{kind} {n}"))
        for n, kind in enumerate(["outcome", "poc-outcome", "outcome"])
    ]
    await sealed.notices.apply(Log().write(*told))
    assert (await sealed.look(ITEM))["letters"] == [
        {"kind": "outcome", "state": "sent", "count": 2},
        {"kind": "poc-outcome", "state": "sent", "count": 1},
    ]


async def test_counts_by_state_use_the_words_of_the_items(desk: Desk) -> None:
    """What the batch counts is what its items show, in every state that a batch can hold."""
    numbers = range(1, 7)
    await desk.hear(*(received(number) for number in numbers))
    assert await _words(desk) == (await desk.batch())["items"]
    await desk.close()
    await desk.hear(event_of(withdrawal_requested(), number=1))
    await desk.do(f"/items/{submission_id(2)}/1/assessment", assessment())
    await desk.accept(submission_id(3))
    await desk.do(f"/items/{submission_id(4)}/1/hold", REASON)
    assert await _words(desk) == (await desk.batch())["items"]
    for number in (2, 5, 6):
        await desk.accept(submission_id(number))
    await desk.do(f"/batches/{MONTH}/release")
    assert await _words(desk) == (await desk.batch())["items"]
    await desk.let_out()
    assert await _words(desk) == (await desk.batch())["items"]


async def _words(desk: Desk) -> dict[str, int]:
    words = [item["state"] for item in (await desk.look(f"/batches/{MONTH}/items"))["items"]]
    return {word: words.count(word) for word in sorted(set(words))}
