"""Copies the outbox into the log: one leader a service, which notices a lost log, and stops at a fork."""

import asyncio

from services.chassis import telemetry
from services.chassis.database import Database
from services.chassis.errors import Fork
from services.chassis.log import get_logger
from services.chassis.reading.parking import FORK
from services.chassis.relay.halt import LOG_LOST, halt_relay, wait_for_orders
from services.chassis.relay.kafka_log import open_log
from services.chassis.relay.lease import Lease, hold_lease
from services.chassis.relay.life import RelayLife
from services.chassis.relay.lost_log import LogLost
from services.chassis.settings import ServiceSettings
from services.chassis.topics.keeper import BrokerTrouble, topics_of

TROUBLE_PAUSE_SECONDS = 0.5
WHAT_TO_DO = "to write it anew from the outbox: challenge relay repair"

log = get_logger()


class Relay:
    """Copies what a service has emitted to Kafka, in order, at least once, for as long as the process lives."""

    def __init__(self, database: Database, settings: ServiceSettings, service: str) -> None:
        self._database = database
        self._settings = settings
        self._topics = topics_of(service)
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Say that there is something to copy."""
        self._woken.set()

    async def run(self) -> None:
        """Wait for the leader's lock, then copy for ever.

        Raises:
            ExceptionGroup: of LeaseLost: somebody else may lead now, this process has to end; of RuntimeError: a topic,
                or the outbox, is not as the guarantee needs it.
        """
        async with hold_lease(self._database, self._settings.relay_idle_session_seconds) as lease:
            telemetry.RELAY_LEADER.set(1)
            log.info("relay.leading")
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(lease.beat(self._settings.relay_beat_seconds))
                tasks.create_task(self._lead(lease))

    async def _lead(self, lease: Lease) -> None:
        while True:
            repair_ordered = await wait_for_orders(lease)
            try:
                async with open_log(self._settings) as kafka:
                    life = RelayLife(lease, kafka, self._settings, self._topics)
                    await self._live(life, lease, repair_ordered=repair_ordered)
            except BrokerTrouble as trouble:
                log.warning("relay.broker-trouble", error=str(trouble))
                await asyncio.sleep(TROUBLE_PAUSE_SECONDS)
            except Fork as fork:
                await halt_relay(lease, FORK, str(fork))

    async def _live(self, life: RelayLife, lease: Lease, *, repair_ordered: bool) -> None:
        try:
            await life.begin()
            if repair_ordered:
                await life.audit()
            await life.copy(self._woken)
        except LogLost as lost:
            if self._settings.relay_repair == "operator" and not repair_ordered:
                await halt_relay(lease, LOG_LOST, f"{lost}; {WHAT_TO_DO}")
            else:
                await life.write_anew(lost)
                await asyncio.sleep(TROUBLE_PAUSE_SECONDS)
