"""How much one domain is sent: so many letters a minute, and none for a while once it takes nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

SWEPT_FROM = 1_000


class DomainLimits:
    """Lets so many letters a minute go to each domain, evenly (the generic cell rate algorithm); 0 is no limit.

    Kept in memory: n processes send n times as much.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = monotonic) -> None:
        self._seconds_each = 60 / per_minute if per_minute else 0.0
        self._clock = clock
        self._next_at: dict[str, float] = {}
        self._queue_ends_at: dict[str, float] = {}

    def take_turn(self, domain: str) -> float:
        """Take a letter's turn and give 0; or take none, and give the seconds until there may be one.

        Those that are told to wait are told to come one after the other.
        """
        if not self._seconds_each:
            return 0.0
        now = self._clock()
        next_at = self._next_at.get(domain, now)
        if next_at <= now:
            self._next_at[domain] = now + self._seconds_each
            self._sweep(now)
            return 0.0
        self._queue_ends_at[domain] = max(next_at, self._queue_ends_at.get(domain, 0.0) + self._seconds_each)
        return self._queue_ends_at[domain] - now

    def _sweep(self, now: float) -> None:
        if len(self._next_at) > SWEPT_FROM:
            self._next_at = {domain: at for domain, at in self._next_at.items() if at > now}
            self._queue_ends_at = {domain: at for domain, at in self._queue_ends_at.items() if at > now}


@dataclass(slots=True)
class _Trouble:
    in_a_row: int = 0
    rests_until: float = 0.0


class DomainBreaker:
    """Lets a domain rest that has put off so many letters in a row; then one letter tries how it is.

    Kept in memory, of domains in trouble only. 0 is no breaker.
    """

    def __init__(self, threshold: int, rest_seconds: float, clock: Callable[[], float] = monotonic) -> None:
        self._threshold = threshold
        self._rest_seconds = rest_seconds
        self._clock = clock
        self._troubles: dict[str, _Trouble] = {}

    def ask(self, domain: str) -> float:
        """Give 0 when a letter may go to this domain, else the seconds that it still rests.

        After a rest the first who asks is let through, and the domain rests on until that letter has had its answer.
        """
        trouble = self._troubles.get(domain)
        if trouble is None or not self._is_open(trouble):
            return 0.0
        now = self._clock()
        if now < trouble.rests_until:
            return trouble.rests_until - now
        trouble.rests_until = now + self._rest_seconds
        return 0.0

    def note(self, domain: str, *, put_off: bool) -> None:
        """Note what a letter to this domain came to: any answer but "not now" ends its trouble."""
        if not put_off:
            self._troubles.pop(domain, None)
            return
        trouble = self._troubles.setdefault(domain, _Trouble())
        trouble.in_a_row += 1
        if self._is_open(trouble):
            trouble.rests_until = self._clock() + self._rest_seconds

    def list_resting(self) -> dict[str, float]:
        """Give the domains that rest, and for how many seconds yet."""
        now = self._clock()
        return {
            domain: max(trouble.rests_until - now, 0.0)
            for domain, trouble in sorted(self._troubles.items())
            if self._is_open(trouble)
        }

    def _is_open(self, trouble: _Trouble) -> bool:
        return 0 < self._threshold <= trouble.in_a_row
