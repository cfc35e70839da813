"""Fills the public record set-wise, as it is when very many take part: one entry for each reform."""

from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from bench.texts import MEMBERS, proposals
from contracts.decisions import Decision, Reform, SubmissionAccepted
from contracts.event import Event
from contracts.reviews import Finding
from contracts.submissions import MemberAtReceipt, Proposal
from contracts.vocabulary import Channel, Verdict
from services.chassis.codec import encode_text
from services.publish.domain.reforms import Entry, fold

CHUNK = 100_000
NOBODY = UUID(int=0)
TEMPLATE = "OGC-2026-000000"
COUNTRIES = ("AR", "BR", "CA", "CL", "DE", "EE", "ES", "FI", "FR", "GE", "GH", "ID", "IE", "IT", "KE", "KR", "MX", "NG")
CRITERIA = ("public-owner", "member", "thematic-relevance", "timing", "open-government-values")

PREPARE = """
ALTER TABLE publish.reform_entry SET UNLOGGED;
ALTER TABLE publish.reform_words SET UNLOGGED;
ALTER TABLE publish.reform_entry DISABLE TRIGGER follow;
DROP INDEX publish.reform_words_words;
CREATE UNLOGGED TABLE publish.sample (
    place serial, area text, level text, member text, member_name text, participant text, region text, institution text,
    channel text, language text, declared_area text, document text, words tsvector
)
"""
INSERT_SAMPLES = """
INSERT INTO publish.sample (area, level, member, member_name, participant, region, institution, channel, language,
                            declared_area, document, words)
SELECT s.*, publish.words_of_reform(s.document)
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
            $10::text[], $11::text[])
    AS s (area, level, member, member_name, participant, region, institution, channel, language, declared_area,
          document)
"""
ENTRIES = """
WITH made AS (
    SELECT n AS number, 'OGC-2026-' || lpad(n::text, 7, '0') AS reference,
           lpad(to_hex(n), 12, '0') AS hex, timestamptz '2024-01-01' + n * interval '80 seconds' AS at,
           1 + abs(hashint4(n)) % $3 AS place
    FROM generate_series($1::integer, $2::integer) AS n
), entered AS (
    INSERT INTO publish.reform_entry (
        submission_id, decision_id, entered_at, version, reference, published_at, area, level, member, member_name,
        participant, region, institution, channel, batch, language, declared_area, document, current
    )
    SELECT ('00000000-0000-7000-8000-' || m.hex)::uuid, ('00000000-0000-7000-9000-' || m.hex)::uuid, m.at, 1,
           m.reference, m.at, s.area, s.level, s.member, s.member_name, s.participant, s.region, s.institution,
           s.channel, to_char(m.at, 'YYYY-MM'), s.language, s.declared_area,
           replace(s.document, 'OGC-2026-000000', m.reference), true
    FROM made m JOIN publish.sample s USING (place)
)
INSERT INTO publish.reform_words (reference, version, words)
SELECT m.reference, 1, s.words || to_tsvector('simple', format('few%s some%s', m.number % 50000, m.number % 100))
FROM made m JOIN publish.sample s USING (place)
"""
FINISH = """
SET maintenance_work_mem = '1GB';
CREATE INDEX reform_words_words ON publish.reform_words USING gin (words);
ALTER TABLE publish.reform_entry ENABLE TRIGGER follow;
INSERT INTO publish.tally (dimension, key, reforms)
SELECT kind.dimension, kind.key, count(*)
FROM publish.reform_entry e CROSS JOIN LATERAL (VALUES
    ('participant', e.participant), ('member', e.member), ('country', e.country), ('locality', e.locality),
    ('region', e.region), ('level', e.level), ('area', e.area), ('tagging', e.declared_area || '>' || e.area),
    ('channel', e.channel), ('batch', e.batch), ('language', e.language)
) AS kind (dimension, key) WHERE kind.key IS NOT NULL GROUP BY 1, 2;
INSERT INTO publish.tally_change (span, since, dimension, key, reforms)
SELECT span.span, span.since, kind.dimension, kind.key, count(*)
FROM publish.reform_entry e CROSS JOIN LATERAL (VALUES
    ('participant', e.participant), ('member', e.member), ('country', e.country), ('locality', e.locality),
    ('region', e.region), ('level', e.level), ('area', e.area), ('tagging', e.declared_area || '>' || e.area),
    ('channel', e.channel), ('batch', e.batch), ('language', e.language)
) AS kind (dimension, key)
CROSS JOIN LATERAL (VALUES
    ('month', date_trunc('month', e.entered_at, 'UTC')),
    ('quarter', date_bin('15 minutes', e.entered_at, '2000-01-01T00:00Z'))
) AS span (span, since)
WHERE kind.key IS NOT NULL GROUP BY 1, 2, 3, 4
"""


async def fill_publish(admin: "asyncpg.Connection[asyncpg.Record]", size: int) -> None:
    """Fill an empty public record with so many reforms, with their words, tallies and statistics of the planner."""
    await admin.execute(PREPARE)
    samples = [_columns(entry) for entry in _entries()]
    await admin.execute(INSERT_SAMPLES, *(list(column) for column in zip(*samples, strict=True)))
    for first in range(1, size + 1, CHUNK):
        await admin.execute(ENTRIES, first, min(size, first + CHUNK - 1), len(samples), timeout=900)
    await admin.execute(FINISH, timeout=1800)
    await admin.execute(
        "VACUUM (ANALYZE) publish.reform_entry, publish.reform_words, publish.tally, publish.tally_change", timeout=1800
    )


def _entries() -> list[Entry]:
    others = (MemberAtReceipt(code=code, name=f"Member {code}", kind="national", region="Europe") for code in COUNTRIES)
    told = [_accepted(text, member) for member in (*MEMBERS, *others) for text in proposals()]
    return [entry for event in told for entry in fold({}, [event])[0]]


def _accepted(text: Proposal, member: MemberAtReceipt) -> Event[SubmissionAccepted]:
    title = f"{text.title}, {member.name}"
    reform = Reform(published_title=title, assigned_area=text.declared_area, proposal=text)
    at = datetime(2026, 12, 10, tzinfo=UTC)
    decision = Decision(
        decision_id=NOBODY,
        reference=TEMPLATE,
        channel=Channel.STANDALONE,
        month="2026-11",
        round=1,
        version=1,
        member=member,
        title=title,
        language=text.language,
        contact_ref=str(NOBODY),
        findings=tuple(
            Finding(code=code, verdict=Verdict.MET, reason="Looked at twice; it is so.") for code in CRITERIA
        ),
        criteria_version="2025-11",
        areas_version="2025-11",
        received_at=at,
        decided_at=at,
        released_at=at,
    )
    return Event(
        id=NOBODY, type="", source="", subject=str(NOBODY), time=at, correlationid=NOBODY,
        data=SubmissionAccepted(decision=decision, reform=reform),
    )  # fmt: skip


def _columns(entry: Entry) -> tuple[str | None, ...]:
    return (
        entry.area, entry.level, entry.member, entry.member_name, entry.participant, entry.region, entry.institution,
        entry.channel, entry.language, entry.declared_area, encode_text(entry.document or {}),
    )  # fmt: skip
