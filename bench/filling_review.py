"""Fills review's store set-wise, as it is after years: most items released, one month in review, one coming in."""

import asyncpg

COUNT = "SELECT count(*) FROM review.item"
CHUNK = 100_000
MONTHS = 60
"""Five years of the Challenge. The last month but one is in review, with 300 items or more; the last is open."""

BATCHES = """
INSERT INTO review.batch (month, state, count, excluded, manifest_hash, sealed_at, release_by, release_at)
SELECT to_char(m.first, 'YYYY-MM'), m.state, known.count, known.count, known.hash, known.at,
       CASE m.state WHEN 'released' THEN 'support-unit:1' END, CASE m.state WHEN 'released' THEN known.at END
FROM (SELECT first, CASE WHEN n < $1 - 1 THEN 'released' WHEN n < $1 THEN 'sealed' ELSE 'open' END AS state
      FROM generate_series(1, $1) AS n,
           LATERAL (SELECT timestamp '2026-12-01' - make_interval(months => ($1 - n)::integer) AS first) AS t) AS m
LEFT JOIN LATERAL (SELECT 0 AS count, repeat('0', 64) AS hash, timestamptz '2026-12-01' AS at) AS known
    ON m.state <> 'open'
ON CONFLICT DO NOTHING
"""

ITEMS = """
WITH codes AS (
    SELECT ARRAY['FR','UK','KE','CO','CL','NG','PH','SN','TN','UA','CR','FI','GE','GH','ID','IT','KEMAK','COBOG',
                 'PHQZT','ESMAD','BR','CA','DE','EE','ES','HN','HR','IE','JO','KR','LT','LV','MX','NL','NO',
                 'NZ'] AS members,
           ARRAY['access-to-information','anti-corruption','civic-space','climate-and-environment',
                 'digital-governance','fiscal-openness','gender-and-inclusion','justice','media-freedom',
                 'public-participation'] AS areas,
           ARRAY['open','digital','citizen','budget','court','water','school','health','forest','data','public','local',
                 'women','youth','media','mining','contract','tax','land','police','climate','energy','road',
                 'justice','register','archive','language','village','parliament','audit'] AS words,
           ARRAY['en','en','en','en','fr','fr','fr','es','es','es'] AS languages,
           ARRAY['action-plan','standalone','standalone','recognition','plan-amendment'] AS channels
), picked AS (
    SELECT lpad(to_hex(number), 12, '0') AS hex, number,
           greatest(1 + (number::bigint * $3 - 1) / $4,
                    CASE WHEN number > $4 - 150 THEN $3 WHEN number > $4 - 450 THEN $3 - 1 ELSE 0 END) AS place,
           abs(hashint4(number)) AS h, abs(hashint4(-number)) AS g
    FROM generate_series($1::integer, $2::integer) AS number
), made AS (
    SELECT (left(hex, 8) || '-' || right(hex, 4) || '-7000-8000-' || lpad(to_hex(h), 12, '0'))::uuid AS submission_id,
           to_char(timestamp '2026-12-01' - make_interval(months => ($3 - place)::integer), 'YYYY-MM') AS month,
           CASE WHEN place = $3 THEN 'entered'
                WHEN place = $3 - 1 THEN (ARRAY['entered','entered','assessed','decided'])[1 + h % 4]
                ELSE (ARRAY['accepted','accepted','declined','asked'])[1 + h % 4] END AS state,
           areas[1 + h % 10] AS declared, areas[1 + (h + (g % 20 = 0)::integer) % 10] AS area,
           'OGC-2026-' || lpad(number::text, 7, '0') AS reference, members[1 + g % 36] AS member,
           words[1 + h % 30] || words[1 + (h / 30) % 30] || ' ' || words[1 + g % 30] || words[1 + (g / 30) % 30]
               || ' ' || words[1 + (h / 900) % 30] || words[1 + (g / 900) % 30] || ' ' || number AS title,
           'Ministry of ' || words[1 + (h / 27000) % 30] || ' and ' || words[1 + (g / 27000) % 30] AS institution,
           CASE WHEN g % 2000 = 0 THEN 'sw' ELSE languages[1 + h % 10] END AS language,
           channels[1 + g % 5] AS channel, h, g
    FROM picked, codes
), flags AS (
    INSERT INTO review.flagged (submission_id, round, flag)
    SELECT submission_id, 1, 'timing' FROM made WHERE h % 7 = 0
    UNION ALL SELECT submission_id, 1, 'mixed-script' FROM made WHERE h % 5000 = 1
), people AS (
    INSERT INTO review.assignment (submission_id, round, assessor, why, by, at)
    SELECT submission_id, 1, 'data-team:' || h % 5, '{}', 'support-unit:1', now() FROM made WHERE h % 2 = 0
), compared AS (
    INSERT INTO review.likeness (submission_id, version, reference, member, title, institution)
    SELECT submission_id, 1, reference, member, title, lower(institution) FROM made
)
INSERT INTO review.item (submission_id, round, month, version, state, declared_area, reference, title, member,
                         institution, received_by, told_by, assessment, outcome, ruling, answer_by, channel, language,
                         resubmission, came_at)
SELECT submission_id, 1, month, 1, state, declared, reference, title, member, institution, submission_id, submission_id,
       CASE WHEN state <> 'entered' THEN '{"area": "' || area || '"}' END,
       CASE WHEN state IN ('entered', 'assessed') THEN NULL WHEN state = 'asked' THEN 'clarification'
            WHEN state = 'declined' THEN 'declined' ELSE 'accepted' END,
       CASE WHEN state NOT IN ('entered', 'assessed') THEN '{"tagging": {"area": "' || area || '"}}' END,
       CASE WHEN state = 'asked' THEN timestamptz '2027-01-01' END,
       channel, language, g % 1000 = 0, (month || '-05')::timestamptz
FROM made
"""


async def fill_review(admin: "asyncpg.Connection[asyncpg.Record]", size: int) -> None:
    """Put so many invented items into an empty store."""
    await admin.execute(BATCHES, MONTHS)
    slow = ("likeness_title ON review.likeness", "likeness_institution ON review.likeness")
    for index in slow:
        await admin.execute(f"DROP INDEX review.{index.partition(' ')[0]}")
    for first in range(1, size + 1, CHUNK):
        await admin.execute(ITEMS, first, min(size, first + CHUNK - 1), MONTHS, size, timeout=600)
    for index in slow:
        column = index.partition(" ")[0].removeprefix("likeness_")
        await admin.execute(f"CREATE INDEX {index} USING gin ({column} extensions.gin_trgm_ops)", timeout=600)
    for table in ("item", "likeness", "flagged", "assignment", "batch"):
        await admin.execute(f"VACUUM (ANALYZE) review.{table}", timeout=600)
    await admin.execute("CHECKPOINT")
