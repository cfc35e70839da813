"""The keys of the reception: what seals contacts, hashes content, and makes the secret of a receipt."""

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256
from uuid import UUID
from zoneinfo import ZoneInfo

from services.intake.settings import Settings
from services.intake.store.vault import Vault


class Desk:
    """What stays the same from group to group: the zone, the vault, the keys."""

    def __init__(self, settings: Settings) -> None:
        self.zone: ZoneInfo = settings.zone_info
        self.vault = Vault(*settings.vault_keys)
        self._content_key = settings.key_for("content")
        self._receipt_key = settings.key_for("receipt")
        self._confirm_key = settings.key_for("confirm")
        self._draft_key = settings.key_for("draft")
        self._address_key = settings.key_for("subscribed address")
        self._subscribe_key = settings.key_for("subscribe")
        self._end_key = settings.key_for("unsubscribe")

    def digest(self, content: bytes) -> bytes:
        """Hash content under a key, so that nobody can try out what it was."""
        return hmac.digest(self._content_key, content, sha256)

    def secret_of(self, submission_id: UUID) -> str:
        """Give the secret of a receipt: derived, so that the same receipt can be given again."""
        return _derive(self._receipt_key, submission_id)

    def is_secret_of(self, submission_id: UUID, presented: str) -> bool:
        """Say whether this is the secret of that receipt."""
        return hmac.compare_digest(self.secret_of(submission_id).encode(), presented.encode())

    def confirm_token_of(self, submission_id: UUID) -> str:
        """Give what only a letter to the submitter's address holds: whoever has it, reads that address."""
        return _derive(self._confirm_key, submission_id)

    def is_confirm_token_of(self, submission_id: UUID, presented: str) -> bool:
        """Say whether this was in a letter to that submitter."""
        return hmac.compare_digest(self.confirm_token_of(submission_id).encode(), presented.encode())

    def secret_of_draft(self, draft_id: UUID) -> str:
        """Give the secret that opens a draft."""
        return _derive(self._draft_key, draft_id)

    def hash_address(self, address: str) -> bytes:
        """Hash an address under a key of its own: by it a subscription is found again."""
        return hmac.digest(self._address_key, address.casefold().encode(), sha256)

    def subscribe_token_of(self, subscription_id: UUID) -> str:
        """Give what only the letter that asks to confirm holds."""
        return _derive(self._subscribe_key, subscription_id)

    def is_subscribe_token_of(self, subscription_id: UUID, presented: str) -> bool:
        """Say whether this was in the letter that asks to confirm that subscription."""
        return hmac.compare_digest(self.subscribe_token_of(subscription_id).encode(), presented.encode())

    def end_token_of(self, subscription_id: UUID) -> str:
        """Give what ends a subscription, and can do nothing else."""
        return _derive(self._end_key, subscription_id)

    def is_end_token_of(self, subscription_id: UUID, presented: str) -> bool:
        """Say whether this ends that subscription."""
        return hmac.compare_digest(self.end_token_of(subscription_id).encode(), presented.encode())


def _derive(key: bytes, known: UUID) -> str:
    return urlsafe_b64encode(hmac.digest(key, known.bytes, sha256)).rstrip(b"=").decode()
