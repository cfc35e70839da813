"""The whole rebuild: in one snapshot of the living tables, telling nothing, and taking over only when asked."""

from dataclasses import dataclass

from services.chassis.database import Database
from services.review.rebuilding.comparison import CARRIED, compare_all, take_over
from services.review.rebuilding.months import ends_of, read_months, rebuild_months
from services.review.rebuilding.staging import ReadWhole, stage
from services.review.rebuilding.submissions import rebuild_submissions
from services.review.store import rebuilding as store
from services.review.store.rebuilding import Difference

__all__ = ["ReadWhole", "Verdict", "rebuild"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the comparison came to, table by table, and whether what was made again is the living state now."""

    tables: tuple[Difference, ...]
    taken_over: bool

    @property
    def differs(self) -> bool:
        """Whether anything does."""
        return any(one.differing for one in self.tables)


async def rebuild(database: Database, read: ReadWhole, *, swap: bool = False) -> Verdict:
    """Make review's tables again beside the living ones, and compare. The schema beside must be there, and empty.

    Nothing is told: what would be, is in the log already. With ``swap`` the living rows give way to those made again,
    where they differ; unless review heard or told anything meanwhile, then nothing changes.

    Raises:
        Incomplete: a topic holds less than was heard of it.
        Refusal: something was told that rests on nothing.
        asyncpg.SerializationError: review went on meanwhile; only with ``swap``.
    """
    async with database.transaction(read_clock=False) as tx:
        await store.begin(tx)
        await stage(tx, read)
        months = await read_months(tx)
        await rebuild_months(tx, months, await rebuild_submissions(tx, ends_of(months)))
        await store.carry_history(tx, CARRIED)
        verdict = Verdict(tuple(await compare_all(tx)), taken_over=False)
        if not (swap and verdict.differs):
            return verdict
        await take_over(tx)
    return Verdict(verdict.tables, taken_over=True)
