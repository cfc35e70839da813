"""Makes the public record again from its topics, beside the living one, compares the two, and exchanges them."""

from services.publish.rebuilding.comparison import KEPT, MOVED, TABLES, Verdict
from services.publish.rebuilding.exchanging import exchange
from services.publish.rebuilding.making import ReadWhole, paced, rebuild
from services.publish.store.rebuilding import BEFORE, BESIDE, ROOM

__all__ = [
    "BEFORE",
    "BESIDE",
    "KEPT",
    "MOVED",
    "ROOM",
    "TABLES",
    "ReadWhole",
    "Verdict",
    "exchange",
    "paced",
    "rebuild",
]
