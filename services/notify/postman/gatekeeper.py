"""Keeps the gate: nothing to a suppressed address, not too much to one domain, nothing for a while to one at rest."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import inf
from time import monotonic

from prometheus_client import Counter, Gauge

from services.chassis.database import Database
from services.notify.domain.addresses import hash_address
from services.notify.domain.delivery import RESTS, Lost, Postponed, PutOff, Result, Suppressed
from services.notify.domain.mail import Mail
from services.notify.postman.gate import Gate
from services.notify.postman.limits import DomainBreaker, DomainLimits
from services.notify.postman.patience import patiently
from services.notify.settings import Settings
from services.notify.store.suppressions import find_suppressed

KEPT_BACK = Counter("challenge_mail_kept_back_total", "Mail that was stopped before anyone was offered it", ["why"])
RESTING = Gauge(
    "challenge_mail_domains_resting", "Domains that are sent nothing for a while; the door out counts as one"
)

FORESEEN_SECONDS = 5.0

THE_DOOR = "*"
"""Stands for all domains: what keeps us from the mail server itself, or from the provider."""


@dataclass(frozen=True, slots=True)
class Gatekeeper:
    """What one process knows of domains; shared by all that send."""

    key: bytes
    limits: DomainLimits
    breaker: DomainBreaker

    def at(self, database: Database) -> Gate:
        """Keep the gate of a ledger."""
        return KeptGate(self, _Suppressions(database))

    def list_resting(self) -> dict[str, float]:
        """Give the domains that rest, and for how many seconds yet; ``*`` is the door out itself."""
        return self.breaker.list_resting()


@dataclass(frozen=True, slots=True)
class KeptGate:
    """The gate of a ledger, as the gatekeeper keeps it."""

    keeper: Gatekeeper
    suppressions: "_Suppressions"

    async def foresee(self, addresses: Iterable[str]) -> None:
        """Ask about many addresses at once which of them nothing is sent to."""
        await self.suppressions.foresee([self.mark(address) for address in addresses])

    async def stop(self, mail: Mail, address: str, now: datetime) -> Result | None:  # noqa: ARG002
        """Say why nothing may go to this address now; nothing where it may."""
        address_hash = self.mark(address)
        if await self.suppressions.hold(address_hash):
            return Suppressed(address_hash)
        domain = _domain_of(address)
        if wait := self.keeper.limits.take_turn(domain):
            return _postponed("domain-limit", now, wait)
        if wait := self.keeper.breaker.ask(domain) or self.keeper.breaker.ask(THE_DOOR):
            return _postponed(RESTS, now, wait)
        return None

    def mark(self, address: str) -> bytes:
        """Give the keyed hash of an address."""
        return hash_address(self.keeper.key, address)

    def learn(self, address: str, result: Result) -> None:
        """Hear what was said of mail to this address: of its domain, and of the door that it went by."""
        breaker = self.keeper.breaker
        of_door = isinstance(result, Lost) or (isinstance(result, PutOff) and result.of_door)
        breaker.note(THE_DOOR, put_off=of_door)
        if not of_door:
            breaker.note(_domain_of(address), put_off=isinstance(result, PutOff))
        RESTING.set(len(breaker.list_resting()))


@dataclass(slots=True)
class _Suppressions:
    """Knows for a few seconds of many addresses that they may be written to; whoever intends a final dot asks again."""

    database: Database
    _free: dict[bytes, float] = field(default_factory=dict)

    async def foresee(self, hashes: Collection[bytes]) -> None:
        """Ask about all of these."""
        asked_at = monotonic()
        held = await patiently(self._find, hashes)
        still = {mark: at for mark, at in self._free.items() if asked_at <= at + FORESEEN_SECONDS and mark not in held}
        self._free = still | dict.fromkeys(set(hashes) - held, asked_at)

    async def hold(self, address_hash: bytes) -> bool:
        """Say whether nothing is sent to this address."""
        if monotonic() <= self._free.get(address_hash, -inf) + FORESEEN_SECONDS:
            return False
        return address_hash in await patiently(self._find, [address_hash])

    async def _find(self, hashes: Collection[bytes]) -> set[bytes]:
        async with self.database.transaction(read_clock=False) as tx:
            return await find_suppressed(tx, hashes)


def make_gatekeeper(settings: Settings) -> Gatekeeper:
    """Make the gatekeeper of a process."""
    return Gatekeeper(
        key=settings.address_key,
        limits=DomainLimits(settings.domain_letters_per_minute),
        breaker=DomainBreaker(settings.breaker_in_a_row, settings.breaker_rest_seconds),
    )


def _postponed(why: str, now: datetime, seconds: float) -> Postponed:
    KEPT_BACK.labels(why).inc()
    return Postponed(why, now + timedelta(seconds=seconds))


def _domain_of(address: str) -> str:
    return address.rpartition("@")[2].casefold()
