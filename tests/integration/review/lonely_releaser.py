"""The release as a process of its own, without the rest of review: what a SIGKILL is tried on."""

import asyncio
import sys

from services.chassis.database import Database
from services.review.drafting import draft_due
from services.review.release import release_chunk
from services.review.settings import Settings


async def main(chunk: int, drafted: int) -> None:
    """Write the events of so many decided items, then let everything out that is due."""
    database = Database(Settings.model_validate({}), "review")
    await database.open()
    await draft_due(database, drafted)
    while await release_chunk(database, chunk):
        pass
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
