"""How this domain refuses: with a code, and the field at fault where the command's content is wrong."""

from collections.abc import Sequence

from services.chassis.errors import Refusal


def refused(code: str, detail: str = "", *, field: str = "") -> Refusal:
    """Make a refusal: without a field the command came at the wrong time, with one its content does not hold."""
    return Refusal(code, detail, status=422 if field else 409, field=field)


def refuse_any(culprits: Sequence[str], code: str, field: str) -> None:
    """Refuse for these culprits, if there are any.

    Raises:
        Refusal: with this code, naming them.
    """
    if culprits:
        raise refused(code, ", ".join(culprits), field=field)
