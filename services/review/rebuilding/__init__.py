"""Makes review's tables again from the topics, in a schema beside the living ones, and compares the two."""

from services.review.rebuilding.comparison import CARRIED, KEPT, MADE_AT_LEISURE, TABLES, Table
from services.review.rebuilding.whole import ReadWhole, Verdict, rebuild
from services.review.store.rebuilding import BESIDE, Difference

__all__ = [
    "BESIDE",
    "CARRIED",
    "KEPT",
    "MADE_AT_LEISURE",
    "TABLES",
    "Difference",
    "ReadWhole",
    "Table",
    "Verdict",
    "rebuild",
]
