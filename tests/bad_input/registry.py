"""What the registry must hold for the cases: an open round of awards, and a plan whose edit window is over."""

from typing import Any

from tests.controls.stories import AWARD_ROUND

FILL = f"""
INSERT INTO intake.award_round (code, opens_on, closes_on, name_en) VALUES
  ('{AWARD_ROUND}', current_date - 7, current_date + 7, 'Africa'),
  ('2019-europe', '2019-01-01', '2019-02-01', 'Europe');
INSERT INTO intake.plan (code, member_code, title, starts_on, ends_on, window_opens_on, window_closes_on)
VALUES ('SN-2019', 'SN', 'Plan 2019', '2019-01-01', '2020-12-31', '2019-03-01', '2019-04-01');
"""


async def fill_registry(admin: Any) -> None:
    """Fill it, as the database's administrator."""
    await admin.execute(FILL)
