"""The record made again: compared with the living one, row by row and field by field."""

import pytest

from services.publish import folding
from services.publish.rebuilding import BESIDE, KEPT, MOVED, TABLES
from tests.controls.envelope import reference_of
from tests.controls.publish import heard
from tests.integration.publish.rebuilding.conftest import Living, fault


async def test_record_made_again_equals_the_living_one(living: Living) -> None:
    """Row by row, at one place, while more comes in; and nothing is told a second time."""
    living.meanwhile = [heard("accepted", number=number) for number in (41, 42)]
    told = await living.desk.told()
    verdict = await living.rebuild()
    assert not verdict.fields
    assert all(
        one.living and one.living == one.rebuilt and one.living_hash == one.rebuilt_hash for one in verdict.tables
    )
    assert len(await living.desk.told()) == len(told) + 2
    assert await living.desk.admin.fetchval(f"SELECT count(*) FROM {BESIDE}.outbox") == 0


async def test_every_table_is_made_again_or_kept(living: Living) -> None:
    """A new table, view or function cannot be forgotten."""
    of_publish = "IN (SELECT oid FROM pg_namespace WHERE nspname = 'publish')"
    fetch = living.desk.admin.fetch
    there = await fetch(f"SELECT relname FROM pg_class WHERE relkind IN ('r', 'v') AND relnamespace {of_publish}")
    assert {row[0] for row in there} == {*KEPT, *MOVED.relations}
    tables = {one for one in MOVED.relations if not one.startswith("public_")}
    assert {*TABLES} - {"public_tallies", "public_tally_changes"} == tables - {"tally", "tally_change"}
    configurations = await fetch(f"SELECT cfgname FROM pg_ts_config WHERE cfgnamespace {of_publish}")
    assert {row[0] for row in configurations} == {*MOVED.configurations}
    used = await fetch(
        f"SELECT proname FROM pg_proc WHERE pronamespace {of_publish} AND (proname LIKE 'words%' OR "
        "prorettype = 'trigger'::regtype)"
    )
    assert {row[0] for row in used} == {*MOVED.functions}


async def test_fault_of_the_projector_is_told_by_its_fields(living: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which field of which reform, before and after; with a reason for each, it may take over."""
    monkeypatch.setattr(folding, "fold", fault)
    verdict = await living.rebuild()
    assert list(verdict.fields) == ["reform_entry.region", "tally.region"]
    (example,) = verdict.fields["reform_entry.region"].examples
    assert example == (f"{reference_of(2)} 1", '"Americas"', '"Atlantis"')
    assert verdict.find_unexplained([]) == ["reform_entry.region", "tally.region"]
    assert verdict.find_unexplained(["reform_entry.region"]) == ["tally.region"]
    assert verdict.find_unexplained(["region"]) == []
