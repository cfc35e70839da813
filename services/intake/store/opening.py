"""Opens the reception: locks what is counted, and reads what a group is held against, in one round trip."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from contracts.topics import SUBMISSIONS
from services.chassis.database import Transaction, as_columns
from services.intake.domain.application import Challenge
from services.intake.domain.calendar import Moment
from services.intake.store.submissions import Claim, Key, claims_of

LAST_NUMBER = 999_999_999
"""The last number of a year that a reference can hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What is so behind the locks: nothing that is told in this transaction enters before its moment."""

    moment: Moment
    challenge: Challenge
    claims: Mapping[Key, Claim]
    last_numbers: Mapping[int, int]


OPEN_RECEPTION = """
SELECT o.*, c.*
FROM open_reception($1::integer[]) AS o
LEFT JOIN LATERAL (
    SELECT s.source, s.external_id, s.submission_id, s.digest, s.reference, s.first_month, s.received_at
    FROM submission s JOIN unnest($2::text[], $3::text[]) AS k (source, external_id) USING (source, external_id)
) AS c ON true
"""


async def open_reception(
    tx: Transaction, zone: ZoneInfo, partitions: Iterable[int], keys: Collection[Key] = ()
) -> Opening:
    """Lock the counters of these partitions and of the public numbers; then read the clock, and what stands.

    Of ``keys`` it gives the submissions that stand under them, as they were before the locks: who came under the same
    id since is met when it is claimed.

    Raises:
        RuntimeError: the Challenge has no dates, which no migration leaves.
    """
    wanted = sorted(set(partitions))
    rows = await tx.fetch(OPEN_RECEPTION, wanted, *as_columns(sorted(set(keys)), 2))
    if not rows:
        raise RuntimeError("the Challenge has no dates")
    row = rows[0]
    tx.now = row["now"]
    at = max(tx.now, row["floor_at"])
    tx.raise_floors(SUBMISSIONS, dict.fromkeys(wanted, at))
    return Opening(
        moment=Moment(at=at, zone=zone, last_closed=row["last_closed"], closed_until=row["closed_until"]),
        challenge=Challenge(starts_on=row["starts_on"], ends_on=row["ends_on"]),
        claims=claims_of([row for row in rows if row["submission_id"] is not None]),
        last_numbers=dict(zip(row["years"], row["last_numbers"], strict=True)),
    )


def next_references(opening: Opening, count: int) -> Sequence[str]:
    """Give the next public references of the year in which this enters; they are taken when entries are kept.

    They are fewer than asked for where the year has no more.
    """
    year = int(opening.moment.month[:4])
    last = opening.last_numbers.get(year, 0)
    return [f"OGC-{year}-{number:06d}" for number in range(last + 1, min(last + count, LAST_NUMBER) + 1)]
