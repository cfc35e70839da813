"""One declared zone says which month a moment is in, and is named wherever a month is."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from services.intake.domain.calendar import end_of
from tests.conftest import TestDatabase
from tests.integration.intake.acting import send_in, status
from tests.integration.intake.conftest import opened, settings_for

KIRITIMATI = ZoneInfo("Pacific/Kiritimati")


async def test_receipt_and_status_name_the_zone_of_their_month(database: TestDatabase) -> None:
    """When a month has just begun in the declared zone it is still the one before in UTC: both name the zone."""
    async with opened(database, zone=KIRITIMATI.key) as intake:
        [row] = await intake.rows("SELECT platform.now() AS now")
        now: datetime = row["now"]
        await intake.move_clock(end_of(f"{now.astimezone(KIRITIMATI):%Y-%m}", KIRITIMATI) - now)
        given = await send_in(intake)
        found = await status(intake, given)
    received_at = datetime.fromisoformat(given["received_at"])
    assert f"{received_at.astimezone(UTC):%Y-%m}" < given["month"] == found["month"]
    assert given["zone"] == found["zone"] == "Pacific/Kiritimati"


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "/etc/passwd", "UTC\x00"])
def test_a_zone_that_there_is_not_is_refused_at_the_start(name: str) -> None:
    """As a setting that is wrong, named."""
    with pytest.raises(ValidationError, match="zone"):
        settings_for("postgresql://nobody", zone=name)
