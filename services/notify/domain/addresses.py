"""An address as the ledger may know it: a keyed hash, by which one who knows the address finds it again."""

import hmac
from hashlib import sha256


def hash_address(key: bytes, address: str) -> bytes:
    """Give the HMAC-SHA256 of an address, 32 bytes; upper and lower case are the same to it.

    Without the key nobody can try addresses out.
    """
    return hmac.digest(key, address.strip().casefold().encode(), sha256)
