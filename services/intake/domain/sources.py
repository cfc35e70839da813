"""Whose a sender's own ids are: the source, which keeps them apart from everybody else's."""

from services.intake.domain.problems import refused

WEB = "web"
"""The source of what comes by HTTP without a token."""

KAFKA = "kafka:"
"""How every source begins of what comes by Kafka without a token."""


def source_at_the_web(stated: str | None, actor_ref: str | None) -> str:
    """Give the source of a form that came by HTTP: the token's, or the one of all who have none.

    Raises:
        Refused: not-your-source.
    """
    return _own(stated, actor_ref or WEB)


def source_on_kafka(stated: str | None, actor_ref: str | None) -> str | None:
    """Give the source of a form that came by Kafka: the token's, or the one it states; None where it states none.

    Raises:
        Refused: not-your-source.
    """
    if actor_ref:
        return _own(stated, actor_ref)
    if stated is not None and not (stated.startswith(KAFKA) and stated != KAFKA):
        raise refused("not-your-source", "/source")
    return stated


def is_anybodys(source: str) -> bool:
    """Say whether a source is for those without a token, so that no token may speak for it."""
    return source == WEB or source.startswith(KAFKA)


def _own(stated: str | None, own: str) -> str:
    if stated not in {None, own}:
        raise refused("not-your-source", "/source")
    return own
