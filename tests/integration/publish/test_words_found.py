"""Words that are looked for, and questions that cannot be asked or take too long."""

from datetime import timedelta

import pytest

from contracts.search_words import read_words
from deploy.database import PUBLIC_READER, connected
from services.publish.store import lists
from services.publish.store.listing import Filters
from services.publish.store.lists import list_reforms, search_reforms
from tests.controls.decisions import reform
from tests.controls.envelope import event_of, id_of, reference_of
from tests.controls.proposals import proposal
from tests.controls.stories import story_released
from tests.integration.publish.conftest import Desk
from tests.integration.publish.test_read_store import JANUARY, fill, listed, reading, said


async def test_many_with_the_words_are_walked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where more have the words than are sorted, or than are read, the same are found in the same order."""
    await fill(desk)
    asked, searched = Filters(q='"de la justicia" or loi or Quezon'), Filters(q="backlog or access")
    found = []
    async with reading(desk) as tx:
        for few, many in ((lists.FEW, lists.MANY), (0, lists.MANY), (0, 0)):
            monkeypatch.setattr(lists, "FEW", few)
            monkeypatch.setattr(lists, "MANY", many)
            listed = [one.place for one in await list_reforms(tx, asked, None, 10)]
            found.append((listed, [one.document.reference for one in await search_reforms(tx, searched, 10)]))
    assert len(found[0][0]) == 3
    assert found[0][1] != []
    assert found == [found[0]] * 3


async def test_phrase_that_too_many_would_have_to_be_read_for_is_refused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index knows who has its words, not who has them in this order: of very many only the newest are read."""
    await fill(desk)
    async with reading(desk) as tx:
        for q, words, phrase in (('"cases court"', 1, 0), ('"court cases"', 1, 1), ('court -"court cases"', 1, 0)):
            counted = [await tx.fetchval(count, *read_words(q)) for count in (lists.COUNT_LOOSELY, lists.COUNT_FOUND)]
            assert counted == [words, phrase], q
    monkeypatch.setattr(lists, "NEAR", 1)
    monkeypatch.setattr(lists, "MANY", 0)
    monkeypatch.setattr(lists, "FEW", 0)
    monkeypatch.setattr(lists, "FAR", 2)
    for path in ("/reforms.json", "/search.json", "/reforms.atom", "/reforms.csv"):
        told = await desk.browser.get(f'{path}?q="cases court"')
        assert (told.status_code, told.json()["code"]) == (422, "too-slow"), path
        assert (await desk.browser.get(f'{path}?q="cases court"&area=civic-space')).status_code == 200, path
    page = await desk.page('/reforms?q="cases court"&lang=fr')
    assert (page.status_code, page.headers["content-type"]) == (422, "text/html; charset=utf-8")


async def test_search_gives_titles_first(desk: Desk) -> None:
    """A word in a title weighs more than the same in a text; stories are found beside the reforms."""
    buried = proposal(title="Otra cosa", description="Al final se habla del catastro.")
    titled = proposal(title="Un catastro abierto")
    await desk.hear(
        said("accepted", 1, JANUARY, reform=reform(published_title="A register", proposal=titled)),
        said("accepted", 2, JANUARY + timedelta(hours=1), reform=reform(published_title="Another", proposal=buried)),
    )
    found = await desk.json("/search.json?q=catastro")
    assert [one["reference"] for one in found["reforms"]] == [reference_of(1), reference_of(2)]
    assert found["stories"] == []
    assert (await desk.browser.get("/search.json")).json()["code"] == "value"


IMPOSSIBLE = {
    "/reforms.json?as_of=2099-01-01": "as-of",
    "/reforms.json?as_of=2023-10-31": "as-of",
    "/reforms.json?as_of=2026-02-30": "as-of",
    "/reforms.json?as_of=yesterday": "value",
    "/reforms.json?as_of=20270110": "value",
    f"/reforms/{reference_of(1)}.json?as_of=2099-01-01": "as-of",
    f"/reforms/{reference_of(1)}.json?colour=red": "unknown-filter",
    "/statistics.json?area=justice": "unknown-filter",
    "/members.json?as_of=2099-01-01": "as-of",
    "/reforms.json?q=-only+-these": "value",
    "/reforms.json?q=%00": "value",
    "/reforms.json?q=%ff%fe": "value",
    "/reforms.json?institution=%0a": "value",
    "/reforms.json?retagged=yes": "value",
    "/reforms.json?country=cr": "value",
    "/reforms.json?locality=../..": "value",
    "/reforms.json?batch=2026-13": "value",
    f"/reforms.json?q={'x' * 201}": "value",
    "/search.json?q=x&cursor=1": "unknown-filter",
    "/search.json?q=x&limit=101": "value",
}
"""What cannot be asked, and the code of the problem."""


async def test_question_that_cannot_be_asked_is_a_clear_problem(desk: Desk) -> None:
    """Days that are not over or before the beginning, words that say nothing, names of no parameter: 400, and why."""
    told = {path: await desk.browser.get(path) for path in IMPOSSIBLE}
    assert {path: (one.status_code, one.json()["code"]) for path, one in told.items()} == {
        path: (400, code) for path, code in IMPOSSIBLE.items()
    }


async def test_question_that_takes_too_long_is_given_up(desk: Desk) -> None:
    """Anyone's statement ends at the role's limit, whoever sets another; the door says so, and to ask for less."""
    async with connected(desk.url.url(PUBLIC_READER)) as anyone:
        assert await anyone.fetchval("SHOW statement_timeout") == "3s"
        assert await anyone.fetchval("SHOW default_transaction_read_only") == "on"
    await fill(desk)
    await desk.admin.execute("ALTER VIEW publish.public_words RENAME TO words_before")
    await desk.admin.execute(
        "CREATE VIEW publish.public_words AS SELECT w.* FROM publish.words_before w, generate_series(1, 1000000000)"
    )
    await desk.admin.execute(f"GRANT SELECT ON publish.public_words TO {PUBLIC_READER}")
    slow = await desk.page("/reforms?q=justicia")
    assert (slow.status_code, slow.headers["content-type"]) == (422, "text/html; charset=utf-8")
    assert "takes too long" in slow.text
    assert await listed(desk, "area=civic-space") == []


async def test_odd_words_are_looked_for_all_the_same(desk: Desk) -> None:
    """Whatever people write into a search box is a question, never a failure."""
    await fill(desk)
    for words in (
        '"',
        "a:*",
        "!(",
        "or",
        "\\'",
        "<->",
        "*",
        "%",
        "a" * 200,
        "🙂 x",
        "-",
        "\u0301e",
        "x" + "\u0301" * 100,
    ):
        answer = await desk.browser.get("/reforms.json", params={"q": words})
        assert answer.status_code in {200, 400}, words


async def test_stories_are_found_by_words_language_and_day(desk: Desk) -> None:
    """With or without accents, in the language of the text; not before they were released."""
    at = JANUARY + timedelta(days=1)
    await desk.admin.execute("UPDATE platform.clock SET \"offset\" = '3 years'")
    await desk.hear(event_of(story_released(4, released_at=at), number=4, id=id_of("a story")))
    asked = (
        "q=habitants",
        "q=habitantes+-budget",
        "language=fr",
        "language=en",
        "as_of=2027-01-10",
        "as_of=2027-01-11",
    )
    found = {query: len((await desk.json(f"/stories.json?{query}"))["stories"]) for query in asked}
    assert found == dict(zip(asked, (1, 0, 1, 0, 0, 1), strict=True))
    assert (await desk.browser.get(f"/stories/{reference_of(4)}?as_of=2027-01-10")).status_code == 404
