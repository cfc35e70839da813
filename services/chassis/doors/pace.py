"""How often one source may knock: a bucket for each, that fills again as time goes by."""

import math
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from time import monotonic

from fastapi import Request

from services.chassis.doors.web import Problem

NETWORK_BITS = 64
"""Whoever has one address of an IPv6 network of this size has them all."""
SWEPT_FROM = 1_000


class Pace:
    """Lets each source knock so many times a minute, or period, as many at once, and says how long to wait beyond that.

    Kept in memory (the generic cell rate algorithm): n instances of a service let through n times as much. 0 is no
    limit.
    """

    def __init__(self, most: int, clock: Callable[[], float] = monotonic, *, period_seconds: float = 60) -> None:
        self._most = most
        self._clock = clock
        self._period_seconds = period_seconds
        self._full_again: dict[str, float] = {}
        self._swept_at = SWEPT_FROM

    def check(self, source: str) -> None:
        """Count a knock.

        Raises:
            Problem: 429 ``too-many-requests``, with Retry-After.
        """
        if self._most == 0:
            return
        now, seconds_each = self._clock(), self._period_seconds / self._most
        full_again = max(self._full_again.get(source, now), now) + seconds_each
        if (wait := full_again - now - self._period_seconds) > seconds_each / 1_000:
            raise too_many(wait)
        self._full_again[source] = full_again
        self._sweep(now)

    def _sweep(self, now: float) -> None:
        if len(self._full_again) >= self._swept_at:
            self._full_again = {source: full for source, full in self._full_again.items() if full > now}
            self._swept_at = max(SWEPT_FROM, 2 * len(self._full_again))


def too_many(wait_seconds: float) -> Problem:
    """Make the answer to a source that knocks too often."""
    told = f"{math.ceil(wait_seconds)}"
    detail = f"too many requests came from you; try again in {told} s"
    return Problem(429, "too-many-requests", detail, headers={"Retry-After": told})


def client_of(request: Request) -> str:
    """Name where a request comes from: its address, or the network of it that one subscriber has."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return host
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return f"{IPv6Address(int(address) >> NETWORK_BITS << NETWORK_BITS)}/{NETWORK_BITS}"
