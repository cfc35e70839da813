"""How often whoever sends may knock at the public doors; what comes by Kafka is not counted."""

from fastapi import Request

from services.chassis.doors.auth import Principal, bearer
from services.chassis.doors.pace import Pace, client_of
from services.chassis.doors.web import Problem
from services.intake.settings import Settings


class Pacing:
    """One pace for each address, one for each token's actor, one for each webhook's source."""

    def __init__(self, settings: Settings) -> None:
        self._addresses = Pace(settings.address_requests_per_minute)
        self._actors = Pace(settings.token_requests_per_minute)
        self._webhooks = Pace(settings.webhook_requests_per_minute)

    def let_in(self, request: Request) -> Principal | None:
        """Let in whoever knocks, and say by what token, if by any.

        Raises:
            Problem: 429 ``too-many-requests``; 401 ``token-unknown``, which counts for the address.
        """
        try:
            principal = bearer(request)
        except Problem:
            self.count_address(request)
            raise
        if principal is None:
            self.count_address(request)
        else:
            self._actors.check(principal.actor_ref)
        return principal

    def count_address(self, request: Request) -> None:
        """Count someone without a name.

        Raises:
            Problem: 429 ``too-many-requests``.
        """
        self._addresses.check(client_of(request))

    def count_webhook(self, source: str) -> None:
        """Count what is rightly signed.

        Raises:
            Problem: 429 ``too-many-requests``.
        """
        self._webhooks.check(source)
