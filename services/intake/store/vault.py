"""Seals what is personal before it is kept: each under a key of its own, which the vault's key wraps."""

import os
from typing import NamedTuple
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12
_KEY_BITS = 256


class Sealed(NamedTuple):
    """Something sealed: without its wrapped key it is gone."""

    wrapped_key: bytes
    content: bytes


class Vault:
    """Seals and opens with AES-256-GCM. What is sealed for one name cannot be opened under another."""

    def __init__(self, key: bytes) -> None:
        self._wrapping = AESGCM(key)

    def seal(self, name: UUID | str, content: bytes) -> Sealed:
        """Seal content under a new key."""
        key, bound = AESGCM.generate_key(_KEY_BITS), str(name).encode()
        return Sealed(_encrypt(self._wrapping, key, bound), _encrypt(AESGCM(key), content, bound))

    def open(self, name: UUID | str, sealed: Sealed) -> bytes:
        """Open what was sealed for this name.

        Raises:
            cryptography.exceptions.InvalidTag: another vault's, another name's, or changed since.
        """
        bound = str(name).encode()
        return _decrypt(AESGCM(_decrypt(self._wrapping, sealed.wrapped_key, bound)), sealed.content, bound)


def _encrypt(cipher: AESGCM, content: bytes, bound: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, content, bound)


def _decrypt(cipher: AESGCM, sealed: bytes, bound: bytes) -> bytes:
    return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound)
