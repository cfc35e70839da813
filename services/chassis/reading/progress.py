"""How far a consumer group is in one partition, and for how long nothing has moved while somebody looked."""

import time
from dataclasses import dataclass, field

UNSEEN_SECONDS = 15.0
"""Whoever has not looked for so long knows nothing of the time between: no broker, or a process that was frozen."""


@dataclass(slots=True)
class Progress:
    """Where the group stood when it last moved. What nobody saw, counts for nothing: then the time begins anew."""

    committed: int = -1
    moved_at: float = field(default_factory=time.monotonic)
    seen_at: float = field(default_factory=time.monotonic)
    lag: int = 0
    behind_since: float | None = None

    def note(self, *, committed: int, end: int, excused: bool) -> None:
        """Take note of the group's offset and the log's end."""
        self.lag = max(0, end - committed)
        unseen = time.monotonic() - self.seen_at > UNSEEN_SECONDS
        self.seen_at = time.monotonic()
        if committed != self.committed or self.lag == 0 or excused or unseen:
            self.committed, self.moved_at = committed, time.monotonic()
        if self.lag == 0:
            self.behind_since = None
        elif self.behind_since is None:
            self.behind_since = time.monotonic()

    @property
    def stalled_seconds(self) -> float:
        """For how long records wait and nothing moves."""
        return time.monotonic() - self.moved_at if self.lag else 0.0

    @property
    def behind_seconds(self) -> float:
        """For how long records have been waiting without a break."""
        return 0.0 if self.behind_since is None else time.monotonic() - self.behind_since
