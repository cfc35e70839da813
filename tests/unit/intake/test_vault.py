"""What is sealed stays sealed."""

from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag

from services.intake.store.vault import Sealed, Vault

KEY = bytes(range(32))


def test_what_is_sealed_opens_under_its_name_only() -> None:
    """Another name, another vault, or a changed byte: nothing opens."""
    vault, name = Vault(KEY), uuid4()
    sealed = vault.seal(name, b"lucia@example.org")
    assert vault.open(name, sealed) == b"lucia@example.org"
    changed = Sealed(sealed.wrapped_key, sealed.content[:-1] + bytes([sealed.content[-1] ^ 1]))
    for wrong_vault, wrong_name, wrong in (
        (Vault(bytes(32)), name, sealed),
        (vault, uuid4(), sealed),
        (vault, name, changed),
    ):
        with pytest.raises(InvalidTag):
            wrong_vault.open(wrong_name, wrong)


def test_the_same_twice_is_sealed_differently() -> None:
    """Nobody sees that two contacts are one."""
    vault, name = Vault(KEY), uuid4()
    contact = b"lucia@example.org"
    first, second = vault.seal(name, contact), vault.seal(name, contact)
    assert first.content != second.content
    assert first.wrapped_key != second.wrapped_key
    assert contact not in first.content
