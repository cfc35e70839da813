"""What a submission is held against: members, plans and commitments, rounds of awards, the Challenge's dates."""

from collections.abc import Iterable
from datetime import date

from contracts.reference import Language
from services.chassis.database import Record, Transaction
from services.intake.domain.application import Challenge
from services.intake.domain.plans import AwardRound, Commitment, Plan, PlanBook
from services.intake.domain.registry import Member

FIND_MEMBERS = "SELECT code, kind, country, region, name, status FROM member WHERE code = ANY ($1::text[])"


async def find_members(tx: Transaction, codes: Iterable[str]) -> dict[str, Member]:
    """Give the members of these codes, as far as they are registered."""
    rows = await tx.fetch(FIND_MEMBERS, sorted(set(codes)))
    return {row["code"]: Member(**row) for row in rows}


LIST_ALL_MEMBERS = "SELECT code, kind, country, region, name, status FROM member ORDER BY kind DESC, name, code"


async def list_members(tx: Transaction) -> list[Member]:
    """List all members, countries first."""
    return [Member(**row) for row in await tx.fetch(LIST_ALL_MEMBERS)]


COUNT_MEMBERS = "SELECT count(*) FROM member"


async def count_members(tx: Transaction) -> int:
    """Count the members."""
    count: int = await tx.fetchval(COUNT_MEMBERS)
    return count


FIND_CHALLENGE = "SELECT starts_on, ends_on FROM challenge"


async def find_challenge(tx: Transaction) -> Challenge:
    """Give the dates between which the Challenge takes submissions.

    Raises:
        RuntimeError: there are none, which no migration leaves.
    """
    row = await tx.fetchrow(FIND_CHALLENGE)
    if row is None:
        raise RuntimeError("the Challenge has no dates")
    return Challenge(**row)


FIND_PLANS = """
SELECT p.code, p.member_code, p.title, p.starts_on, p.ends_on, p.window_opens_on, p.window_closes_on,
       c.commitment_id, c.title AS commitment_title
FROM plan p LEFT JOIN commitment c ON c.plan_code = p.code AND c.commitment_id = ANY ($2::text[])
WHERE p.code IN (
    SELECT unnest($1::text[]) UNION SELECT plan_code FROM commitment WHERE commitment_id = ANY ($2::text[])
)
"""


async def find_plans(tx: Transaction, codes: Iterable[str], commitment_ids: Iterable[str]) -> PlanBook:
    """Give the plans of these codes, and the commitments of these ids each with its plan, as far as registered."""
    rows = await tx.fetch(FIND_PLANS, sorted(set(codes)), sorted(set(commitment_ids)))
    plans = {row["code"]: _plan(row) for row in rows}
    known = [row for row in rows if row["commitment_id"] is not None]
    return PlanBook(plans=plans, commitments={row["commitment_id"]: _commitment(row, plans) for row in known})


FIND_OPEN_ROUNDS = """
SELECT code, opens_on, closes_on, name_en, name_fr, name_es FROM award_round
WHERE $1 BETWEEN opens_on AND closes_on ORDER BY closes_on, code
"""


async def find_open_rounds(tx: Transaction, today: date) -> list[AwardRound]:
    """Give the rounds of awards that take nominations on this day, the one that closes first, first."""
    return [_award_round(row) for row in await tx.fetch(FIND_OPEN_ROUNDS, today)]


def _plan(row: Record) -> Plan:
    return Plan(
        code=row["code"],
        member_code=row["member_code"],
        title=row["title"],
        starts_on=row["starts_on"],
        ends_on=row["ends_on"],
        window_opens_on=row["window_opens_on"],
        window_closes_on=row["window_closes_on"],
    )


def _commitment(row: Record, plans: dict[str, Plan]) -> Commitment:
    return Commitment(commitment_id=row["commitment_id"], plan=plans[row["code"]], title=row["commitment_title"])


def _award_round(row: Record) -> AwardRound:
    names: dict[Language, str | None] = {"en": row["name_en"], "fr": row["name_fr"], "es": row["name_es"]}
    return AwardRound(
        code=row["code"],
        opens_on=row["opens_on"],
        closes_on=row["closes_on"],
        names={language: name for language, name in names.items() if name is not None},
    )
