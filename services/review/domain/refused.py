"""How this domain refuses: with a code, and the field at fault where the command's content is wrong."""

from services.chassis.errors import Refusal


def refused(code: str, detail: str = "", *, field: str = "") -> Refusal:
    """Make a refusal: without a field the command came at the wrong time, with one its content does not hold."""
    return Refusal(code, detail, status=422 if field else 409, field=field)
