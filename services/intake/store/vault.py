"""Seals what is personal before it is kept: each under a key of its own, which the vault's key wraps."""

import os
from typing import NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12
_KEY_BITS = 256


class Sealed(NamedTuple):
    """Something sealed: without its wrapped key it is gone."""

    wrapped_key: bytes
    content: bytes


class Vault:
    """Seals and opens with AES-256-GCM. What is sealed for one name cannot be opened under another.

    Its first key wraps; the others, from before it, still open.
    """

    def __init__(self, *keys: bytes) -> None:
        self._wrapping, *self._earlier = [AESGCM(key) for key in keys]

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
        return _decrypt(AESGCM(self._unwrap(sealed.wrapped_key, bound)[0]), sealed.content, bound)

    def rewrap(self, name: UUID | str, wrapped_key: bytes) -> bytes | None:
        """Wrap a key with the first one instead of an earlier one; None where that is done.

        Raises:
            cryptography.exceptions.InvalidTag: no key of this vault wraps it.
        """
        bound = str(name).encode()
        key, wrapping = self._unwrap(wrapped_key, bound)
        return None if wrapping is self._wrapping else _encrypt(self._wrapping, key, bound)

    def _unwrap(self, wrapped_key: bytes, bound: bytes) -> tuple[bytes, AESGCM]:
        for wrapping in (self._wrapping, *self._earlier):
            try:
                return _decrypt(wrapping, wrapped_key, bound), wrapping
            except InvalidTag:
                continue
        raise InvalidTag


def _encrypt(cipher: AESGCM, content: bytes, bound: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, content, bound)


def _decrypt(cipher: AESGCM, sealed: bytes, bound: bytes) -> bytes:
    return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound)
