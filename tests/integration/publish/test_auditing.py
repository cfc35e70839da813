"""Every public reform is followed back to its submission; each gap that is planted is found."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from contracts.event import Event
from contracts.vocabulary import Effect
from deploy import provenance
from services.chassis.database import Database
from services.publish.auditing import GAPS, Auditing, audit
from services.publish.settings import Settings
from services.publish.store.gaps import Gap
from tests.conftest import TestDatabase
from tests.controls.decisions import month_reported, reform_encouraged
from tests.controls.envelope import RELEASED_AT, event_of, id_of, reference_of, submission_id
from tests.controls.evaluations import assessment_published, award_given, milestone_updated
from tests.controls.notices import notice, notice_sent
from tests.controls.publish import decision_id, heard, story
from tests.integration.publish.conftest import Desk

UNREADABLE = {"findings", "decision"}
"""Of what no page can be made."""
GAP = "UPDATE publish.reform_entry SET document = replace(document, {}) WHERE reference = $1"
REPORT = "UPDATE publish.month_report SET document = replace(document, {}) WHERE $1 <> ''"
OF_REFORM = "(SELECT submission_id FROM publish.reform_entry WHERE reference = $1 AND version = 1)"
PLANTED = (
    ("version", "DELETE FROM publish.reform_entry WHERE reference = $1 AND version = 1"),
    ("version", "UPDATE publish.reform_entry SET superseded_at = entered_at WHERE reference = $1 AND version = 1"),
    ("findings", GAP.format("""'"findings":[{', '"found":[{'""")),
    ("decision", GAP.format("""'"decision_id":', '"decided":'""")),
    ("batch", GAP.format("""'"batch":"2026-11"', '"batch":"2026-10"'""")),
    ("decision-letter", f"DELETE FROM publish.notice_told WHERE submission_id = {OF_REFORM}"),
    ("batch-report", "DELETE FROM publish.month_report WHERE $1 <> ''"),
    ("batch-count", "UPDATE publish.tally SET reforms = 7 WHERE dimension = 'batch' AND $1 <> ''"),
    ("report-hash", REPORT.format("""'"declined":1', '"declined":2'""")),
    ("report-hash", REPORT.format("""'"report_hash":"d', '"report_hash":"e'""")),
)
"""For each link of the chain, what breaks it."""


def letter(step: int, number: int) -> Event[Any]:
    """The letter that told of a decision."""
    about = replace(
        notice(number), kind="outcome" if step == 0 else "correction", decision_id=decision_id(step, number)
    )
    return event_of(notice_sent(number, notice=about), number=number, id=id_of(f"letter {step} {number}"))


def settings(database: TestDatabase, **more: Any) -> Settings:
    """Publish's settings on this database."""
    told = {"database_url": database.url("publish"), "kafka_bootstrap_servers": "unused", **more}
    return Settings.model_validate(told)


@pytest.fixture
async def own(desk: Desk, database: TestDatabase) -> AsyncIterator[Database]:
    """A record in which nothing is missing: one reform as it was accepted, one corrected, one that came back."""
    opened = Database(settings(database), "publish")
    await opened.open()
    await desk.hear(heard("accepted", number=1), *story("accepted", "corrected", number=2))
    await desk.hear(*story("accepted", "retracted", "reinstated", number=3))
    await desk.hear(letter(0, 1), letter(0, 2), letter(2, 3))
    await desk.hear(event_of(month_reported()))
    await desk.admin.execute("UPDATE platform.clock SET \"offset\" = '1000 days'")
    yield opened
    await opened.close()


@pytest.mark.parametrize(("kind", "planted"), PLANTED)
async def test_each_gap_is_found(own: Database, desk: Desk, kind: str, planted: str) -> None:
    """Where nothing is missing nothing is told; what is taken away is told by its kind and its place."""
    assert await audit(own, 0) == []
    assert await desk.admin.execute(planted, reference_of(2)) != "UPDATE 0"
    (gap,) = await audit(own, 0)
    assert (gap.kind, gap.first[0] in {reference_of(2), month_reported().month}) == (kind, True)
    if kind not in UNREADABLE:
        assert await gaps_on_page(desk) == [kind]


async def gaps_on_page(desk: Desk, query: str = "") -> list[str]:
    """Give what the page of the reform that was corrected says is missing."""
    told: list[str] = (await desk.json(f"/reforms/{reference_of(2)}/provenance{query}"))["gaps"]
    return told


async def test_page_asks_as_the_night_does(own: Database, desk: Desk) -> None:
    """Whoever was told of the outcome has to be told of a correction, too; a day before it nothing was missing."""
    correction = heard("corrected", 48, 2, effect=Effect.CORRECTION)
    await desk.hear(correction)
    assert ([gap.kind for gap in await audit(own, 0)], await gaps_on_page(desk)) == (["decision-letter"],) * 2
    day = (RELEASED_AT + timedelta(days=1)).date()
    assert await gaps_on_page(desk, f"?as_of={day}") == []
    await desk.hear(letter(48, 2))
    assert (await audit(own, 0), await gaps_on_page(desk)) == ([], [])


async def test_letters_and_reports_have_their_time(own: Database, desk: Desk) -> None:
    """Nobody is alarmed before the days of grace are over; what is said of no reform is a gap at once."""
    await desk.admin.execute("DELETE FROM publish.notice_told")
    await desk.admin.execute("DELETE FROM publish.month_report")
    assert {gap.kind: gap.total for gap in await audit(own, 0)} == {"batch-report": 1, "decision-letter": 3}
    assert await audit(own, 36_500) == []
    said = (award_given(85), milestone_updated(86), assessment_published(87), reform_encouraged(88))
    await desk.hear(*(event_of(one, number=int(one.reference[-2:])) for one in said))
    (gap,) = await audit(own, 36_500)
    assert (gap.kind, gap.first) == ("said-of-nothing", tuple(reference_of(number) for number in range(85, 89)))


async def test_night_is_looked_at_once(own: Database, desk: Desk, database: TestDatabase) -> None:
    """By the platform's clock, behind the settled hour; what was mended is no longer counted."""
    auditing = Auditing(settings(database))
    await desk.admin.execute("DELETE FROM publish.reform_entry WHERE reference = $1 AND version = 1", reference_of(2))
    assert await auditing.look(own) == []
    await desk.admin.execute('UPDATE platform.clock SET "offset" = "offset" + interval \'1 day\'')
    assert "version" in {gap.kind for gap in await auditing.look(own)}
    assert GAPS.labels("version")._value.get() == 1
    assert await auditing.look(own) == []
    await desk.admin.execute("DELETE FROM publish.reform_entry WHERE reference = $1", reference_of(2))
    await auditing.tell(own)
    assert "version" not in {sample.labels["kind"] for one in GAPS.collect() for sample in one.samples}


MANIFEST = """
WITH kept AS (INSERT INTO review.manifest (month, body) VALUES ('2026-11', $1))
INSERT INTO review.batch (month, state, count, excluded, manifest_hash, sealed_at)
VALUES ('2026-11', 'sealed', 3, 0, encode(sha256($1), 'hex'), now())
"""


async def seal(desk: Desk) -> None:
    """Let review have a batch that holds the three reforms."""
    lines = b"".join(sorted(f"{submission_id(number)} 1 1\n".encode() for number in (1, 2, 3)))
    await desk.admin.execute(MANIFEST, lines)


async def test_command_finds_what_the_night_finds(own: Database, desk: Desk, database: TestDatabase) -> None:
    """By the administrator's address; and holds each reform against the manifest of its batch, too."""
    await seal(desk)
    assert await provenance.find(database.admin_url, 0) == []
    await desk.admin.execute("DELETE FROM publish.reform_entry WHERE reference = $1 AND version = 1", reference_of(2))
    found = await provenance.find(database.admin_url, 0)
    assert [gap.kind for gap in found] == ["version"]
    assert found == await audit(own, 0)


MANIFEST_GONE = Gap("manifest", 1, ("2026-11",))
NO_LINES = {
    "DELETE FROM review.manifest": MANIFEST_GONE,
    "UPDATE review.batch SET manifest_hash = repeat('0', 64)": MANIFEST_GONE,
    "UPDATE publish.reform_entry SET submission_id = gen_random_uuid() WHERE reference = 'OGC-2026-000003'": Gap(
        "not-in-manifest", 1, (reference_of(3),)
    ),
    GAP.replace("$1", "'OGC-2026-000001'").format("""'"round":1', '"round":2'"""): Gap(
        "not-in-manifest", 1, (reference_of(1),)
    ),
}


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize(("planted", "gap"), NO_LINES.items())
async def test_what_a_manifest_does_not_hold_is_found(
    desk: Desk, database: TestDatabase, planted: str, gap: Gap
) -> None:
    """Its hash is made again from its lines; a reform has to be one of them, in its round."""
    await seal(desk)
    await desk.admin.execute(planted)
    assert [one for one in await provenance.find(database.admin_url, 36_500) if "manifest" in one.kind] == [gap]
