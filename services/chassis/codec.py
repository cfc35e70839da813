"""Bytes of our own shapes, there and back: trusted on the way in, because they were checked when constructed."""

from collections.abc import Hashable
from functools import cache
from typing import Any, TypeVar, cast

import msgspec

T = TypeVar("T")

_encoder = msgspec.json.Encoder()


def encode(value: object) -> bytes:
    """Write a shape, or plain values, as compact JSON."""
    return _encoder.encode(value)


def encode_text(value: object) -> str:
    """Write a shape as JSON text, for a text or jsonb column."""
    return _encoder.encode(value).decode()


@cache
def decoder(shape: Any) -> msgspec.json.Decoder[Any]:
    """Give the decoder of a shape, made once. Its ``decode`` raises msgspec.DecodeError."""
    return msgspec.json.Decoder(shape)


def decode(shape: type[T], payload: bytes | str) -> T:
    """Read one of our own shapes.

    Raises:
        msgspec.DecodeError: the bytes do not hold one.
    """
    value: T = decoder(cast("Hashable", shape)).decode(payload)
    return value
