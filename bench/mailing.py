"""Measures how fast a released batch's letters leave through a mail server, beside a bare loop on the same server."""

import asyncio
import statistics
import sys
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import psutil
from msgspec import structs

from bench import backlog
from bench.drain import own_seconds, peak_mb, tree_seconds
from bench.stage import Stage
from contracts.decisions import SubmissionAccepted
from contracts.event import envelope_of, full_type
from contracts.topics import CATALOGUE
from deploy.stack.ports import LOOPBACK, free_port
from services.chassis.codec import decode, encode
from services.chassis.database import Database
from services.intake.reception.desk import Desk
from services.intake.settings import Settings as IntakeSettings
from services.intake.store.contacts import Person
from services.intake.store.vault import Vault
from services.notify.domain.letters import SUBMITTER, Letter
from services.notify.domain.links import Links
from services.notify.domain.owed import letters_for
from services.notify.postman.message import compose
from services.notify.postman.worker import make_postman
from services.notify.settings import Settings
from services.notify.store.ledger import insert_letters
from services.notify.words import write

LIMIT_SECONDS = 900.0
POLL_SECONDS = 0.05
PERSON = Person(name="Ana Rojas", address="", language="en")
LINKS = Links(status_url=f"https://forms.example.org/en/status/{UUID(int=1)}/{'s' * 43}")
HOLD = "UPDATE notify.letter SET due_at = 'infinity'"
LET_GO = """
UPDATE notify.letter SET due_at = made_at WHERE delivery_id IN (
    SELECT delivery_id FROM notify.letter WHERE state = 'pending' ORDER BY delivery_id LIMIT $1
)
"""
COUNT_SENT = "SELECT count(*) FROM notify.letter WHERE state = 'sent'"
FILL_CONTACTS = """
WITH known AS (
    INSERT INTO intake.contact (contact_ref, wrapped_key, sealed)
    SELECT * FROM unnest($1::uuid[], $2::bytea[], $3::bytea[])
)
INSERT INTO intake.submission (submission_id, reference, source, external_id, digest, story_id, channel, member_code,
                               contact_ref, first_month, received_at)
SELECT id, 'OGC-2026-' || lpad(number::text, 9, '0'), 'web', id::text, sha256(id::text::bytea), id, 'standalone', 'CR',
       id, '2026-11', now()
FROM unnest($1::uuid[]) WITH ORDINALITY AS s (id, number)
"""


@dataclass(frozen=True)
class MailRun:
    """One run: letters a second until the ledger says of all that they are sent; the bare loop's; what ours took."""

    rate: float
    bare: float
    rss_mb: float
    cpu_us: float
    cpu_us_postgres: float
    cpu_us_server: float


async def measure_mail(stage: Stage, count: int) -> MailRun:
    """Send so many letters: ours, then the bare loop's, through one server."""
    await stage.clear()
    for topic in CATALOGUE.values():
        await stage.make_topic(topic.name)
    async with AsyncExitStack() as held:
        admin_url = await held.enter_async_context(stage.database())
        admin = await asyncpg.connect(admin_url)
        held.push_async_callback(admin.close)
        letters = _letters(count + 1)
        await _fill(stage, admin_url, admin, letters)
        smtp_port, intake_port = free_port(), free_port()
        server = await held.enter_async_context(stage.process(f"bench.sink {smtp_port}", "notify", admin_url))
        await held.enter_async_context(stage.process("services.intake", "intake", admin_url, {}, intake_port))
        told = {
            "SMTP_PORT": str(smtp_port),
            "CONTACTS_URL": f"http://{LOOPBACK}:{intake_port}",
            "DOMAIN_LETTERS_PER_MINUTE": "0",
        }
        async with stage.process("services.notify", "notify", admin_url, told) as notify:
            own = await _send(admin, stage, psutil.Process(notify.pid), psutil.Process(server.pid), count)
        return replace(own, bare=await _send_bare(stage, letters[0], smtp_port, count))


def median_of(runs: Sequence[MailRun]) -> MailRun:
    """Give the medians of several runs."""
    told = [asdict(run) for run in runs]
    return MailRun(**{name: statistics.median(run[name] for run in told) for name in told[0]})


def _letters(count: int) -> list[Letter]:
    """Owe a released batch's acceptances to as many people: of each the submission's own id stands for the person."""
    found: list[Letter] = []
    adapter = envelope_of(SubmissionAccepted)
    for line in backlog.decisions(2 * count):
        if dict(line.headers)["ce_type"] == full_type(SubmissionAccepted).encode():
            event = decode(adapter, line.value)
            found += [
                structs.replace(it, contact_ref=it.submission_id)
                for it in letters_for(event)
                if it.recipient == SUBMITTER
            ]
    return found[:count]


async def _fill(
    stage: Stage, admin_url: str, admin: "asyncpg.Connection[asyncpg.Record]", letters: Sequence[Letter]
) -> None:
    told = stage.environment(admin_url, "intake", free_port(), {})
    kept = Desk(
        IntakeSettings.model_validate({name.lower(): it for name, it in told.items() if name != "TOKENS"})
    ).vault
    ids = [UUID(letter.submission_id) for letter in letters]
    sealed = [_seal(kept, one, number) for number, one in enumerate(ids)]
    await admin.execute(FILL_CONTACTS, ids, *(list(column) for column in zip(*sealed, strict=True)))
    database = Database(_settings(stage, admin_url), "notify")
    await database.open()
    async with database.transaction() as tx:
        await insert_letters(tx, letters)
    await database.close()
    await admin.execute(HOLD)
    for table in ("notify.letter", "intake.contact", "intake.submission"):
        await admin.execute(f"VACUUM (ANALYZE) {table}")


def _seal(kept: Vault, ref: UUID, number: int) -> tuple[bytes, bytes]:
    return kept.seal(ref, encode(replace(PERSON, address=f"person-{number}@example.org")))


def _settings(stage: Stage, admin_url: str) -> Settings:
    told = stage.environment(admin_url, "notify", free_port(), {})
    return Settings.model_validate({name.lower(): it for name, it in told.items() if name != "TOKENS"})


async def _send(
    admin: "asyncpg.Connection[asyncpg.Record]",
    stage: Stage,
    notify: psutil.Process,
    server: psutil.Process,
    count: int,
) -> MailRun:
    await admin.execute(LET_GO, 1)
    await _until_sent(admin, 1, notify)  # connected, and all that is made once is made
    begun, before = time.perf_counter(), _cpu(stage, notify, server)
    await admin.execute(LET_GO, count)
    await _until_sent(admin, count + 1, notify)
    seconds, after = time.perf_counter() - begun, _cpu(stage, notify, server)
    own, postgres, taken = ((late - early) * 1e6 / count for late, early in zip(after, before, strict=True))
    return MailRun(count / seconds, 0.0, peak_mb(notify), own, postgres, taken)


def _cpu(stage: Stage, notify: psutil.Process, server: psutil.Process) -> tuple[float, float, float]:
    return own_seconds(notify), tree_seconds(stage.server("postgres")), own_seconds(server)


async def _until_sent(admin: "asyncpg.Connection[asyncpg.Record]", count: int, process: psutil.Process) -> None:
    deadline = time.monotonic() + LIMIT_SECONDS
    while (sent := await admin.fetchval(COUNT_SENT)) < count:
        if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
            raise RuntimeError(f"the process ended at {sent}")
        if time.monotonic() > deadline:
            raise TimeoutError(f"not sent in {LIMIT_SECONDS:.0f} s: {sent}")
        await asyncio.sleep(POLL_SECONDS)


async def _send_bare(stage: Stage, letter: Letter, smtp_port: int, count: int) -> float:
    file = stage.stack.run.directory / "bench-letter.eml"
    file.write_bytes(_bytes_of(letter))
    words = ("-m", "bench.bare_mail", str(smtp_port), str(count), str(file))
    bare = await asyncio.create_subprocess_exec(sys.executable, *words, stdout=asyncio.subprocess.PIPE)
    said, _ = await asyncio.wait_for(bare.communicate(), LIMIT_SECONDS)
    return count / float(said)


def _bytes_of(letter: Letter) -> bytes:
    """Write the letter as it leaves, so that the bare loop has as much to send."""
    postman = make_postman(Settings.model_validate({"database_url": "unused", "kafka_bootstrap_servers": "unused"}))
    stored = structs.replace(letter, words=decode(dict[str, object], encode(letter.words)))
    return compose(
        write(stored, PERSON.name, postman.house, LINKS),
        kind=letter.kind,
        delivery_id=letter.delivery_id,
        language=letter.language,
        to="person-0@example.org",
        sender=postman.sender,
        at=datetime.now(UTC),
    )
