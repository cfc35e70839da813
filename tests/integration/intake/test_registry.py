"""The registry on a real Postgres: what a submission is held against, and what is kept of each change."""

from datetime import date

from services.intake.domain.plans import AwardRound, Commitment, Plan, PlanBook
from services.intake.store.registry import find_open_rounds, find_plans
from tests.integration.intake.conftest import Intake


async def test_plans_are_found_by_their_codes_and_by_their_commitments(intake: Intake) -> None:
    """In one statement: a plan that was only named, a commitment with its plan; the others are not given."""
    await intake.admin.execute(
        "INSERT INTO intake.plan VALUES ('CO-6', 'CO', 'Sexto plan', '2025-01-01', '2027-12-31'),"
        " ('FI-5', 'FI', 'Plan', '2023-09-01', '2027-08-31', '2024-09-01', '2024-12-31'),"
        " ('SN-2', 'SN', 'Plan', '2025-01-01', '2028-12-31');"
        "INSERT INTO intake.commitment VALUES ('FI0035', 'FI-5', 'Ethics'), ('FI0036', 'FI-5', 'Another')"
    )
    async with intake.database.transaction() as tx:
        found = await find_plans(tx, ["CO-6", "NO-1"], ["FI0035", "SN0001"])
    finnish = Plan(
        code="FI-5",
        member_code="FI",
        title="Plan",
        starts_on=date(2023, 9, 1),
        ends_on=date(2027, 8, 31),
        window_opens_on=date(2024, 9, 1),
        window_closes_on=date(2024, 12, 31),
    )
    colombian = Plan(
        code="CO-6", member_code="CO", title="Sexto plan", starts_on=date(2025, 1, 1), ends_on=date(2027, 12, 31)
    )
    ethics = Commitment(commitment_id="FI0035", plan=finnish, title="Ethics")
    assert found == PlanBook(plans={"CO-6": colombian, "FI-5": finnish}, commitments={"FI0035": ethics})


async def test_the_rounds_that_are_open_on_a_day_are_found(intake: Intake) -> None:
    """Both days are included, and the round that closes first comes first."""
    await intake.admin.execute(
        "INSERT INTO intake.award_round VALUES ('2026-all', '2026-01-01', '2026-12-31', 'Awards 2026', 'Prix 2026'),"
        " ('2026-europe', '2026-11-01', '2026-11-30', 'Europe'), ('2025-all', '2025-01-01', '2025-12-31', 'Past')"
    )
    async with intake.database.transaction() as tx:
        first, last = [await find_open_rounds(tx, date(2026, 11, day)) for day in (1, 30)]
        [alone] = await find_open_rounds(tx, date(2026, 12, 1))
        assert await find_open_rounds(tx, date(2027, 1, 1)) == []
    assert [found.code for found in first] == [found.code for found in last] == ["2026-europe", "2026-all"]
    assert alone == AwardRound(
        code="2026-all",
        opens_on=date(2026, 1, 1),
        closes_on=date(2026, 12, 31),
        names={"en": "Awards 2026", "fr": "Prix 2026"},
    )


async def test_whatever_changes_the_registry_is_kept(intake: Intake) -> None:
    """By hand too: who, from what to what; what changes nothing is no change."""
    await intake.admin.execute("UPDATE intake.member SET status = 'inactive' WHERE code = 'CO'")
    await intake.admin.execute("UPDATE intake.member SET status = 'inactive' WHERE code = 'CO'")
    await intake.admin.execute("UPDATE intake.challenge SET ends_on = '2029-12-31'")
    changes = await intake.rows("SELECT * FROM intake.registry_change WHERE before IS NOT NULL ORDER BY change_id")
    assert [(change["kind"], change["key"]) for change in changes] == [("members", "CO"), ("dates", "challenge")]
    assert (changes[0]["before"]["status"], changes[0]["after"]["status"]) == ("active", "inactive")
    assert changes[0]["changed_by"].startswith("database:")
