"""The house's strict parser, refusing in intake's words."""

from typing import Any

from services.chassis import strict_json
from services.chassis.strict_json import MAX_BYTES, Malformed
from services.intake.domain.problems import refused

__all__ = ["MAX_BYTES", "parse_object"]


def parse_object(body: bytes) -> dict[str, Any]:
    """Read one JSON object (RFC 8259, I-JSON's rules on keys, numbers and text).

    Raises:
        Refused: too-large, json-syntax, json-depth, too-many, duplicate-key, number, control-character or type.
    """
    try:
        return strict_json.parse_object(body)
    except Malformed as error:
        raise refused(error.code) from None
