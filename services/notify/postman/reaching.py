"""Asks the vault, before anything is written, which letters would reach nobody."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from services.notify.domain.campaigns import VaultSilent
from services.notify.domain.letters import Letter
from services.notify.domain.mail import Mail
from services.notify.postman.contacts import Vault, VaultAway

ASKED_AT_ONCE = 200
"""No more than intake's door takes with one request."""


def make_reach(vault: Vault) -> Callable[[Sequence[Letter]], Awaitable[frozenset[UUID]]]:
    """Make what says which of some letters have nobody to go to."""

    async def find_unreachable(letters: Sequence[Letter]) -> frozenset[UUID]:
        """Name the deliveries whose contact nobody knows any more.

        Raises:
            VaultSilent: the vault cannot say now.
        """
        found: set[UUID] = set()
        for start in range(0, len(letters), ASKED_AT_ONCE):
            found |= await _unreachable(vault, [Mail((it,)) for it in letters[start : start + ASKED_AT_ONCE]])
        return frozenset(found)

    return find_unreachable


async def _unreachable(vault: Vault, mails: Sequence[Mail]) -> set[UUID]:
    try:
        known = await vault.ask(mails)
    except VaultAway as away:
        raise VaultSilent(away.code) from away
    return {mail.leading.delivery_id for mail in mails if not known.contacts_for(mail)}
