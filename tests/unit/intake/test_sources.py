"""Nobody's ids are kept where another's are: the source says whose they are, and cannot be chosen freely."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.chassis.settings import Token
from services.intake.domain.problems import Refused
from services.intake.domain.sources import source_at_the_web, source_on_kafka
from tests.integration.intake.conftest import settings_for

STATED = st.none() | st.sampled_from(["web", "form:plans", "kafka:", "kafka:upstream"]) | st.text(max_size=20)
ACTORS = st.none() | st.sampled_from(["form:plans", "forum:sn"])


@given(stated=STATED, actor_ref=ACTORS)
def test_the_doors_share_a_source_only_by_a_token(stated: str | None, actor_ref: str | None) -> None:
    """By a token it is the token's own at both doors; without one, what is sent by one door is not at the other."""
    web, kafka = (found(door, stated, actor_ref) for door in (source_at_the_web, source_on_kafka))
    if actor_ref:
        assert web == kafka == (actor_ref if stated in {None, actor_ref} else "refused")
    else:
        assert web == ("web" if stated in {None, "web"} else "refused")
        assert kafka in {None, "refused"} or (kafka == stated and len(kafka) > len("kafka:") == kafka.index(":") + 1)


@pytest.mark.parametrize("actor_ref", ["web", "kafka:upstream"])
def test_no_token_speaks_for_those_who_have_none(actor_ref: str) -> None:
    """Refused at the start."""
    token = Token(sha256=hashlib.sha256(b"a token").hexdigest(), actor_ref=actor_ref, scopes=frozenset())
    with pytest.raises(ValidationError, match=actor_ref):
        settings_for("postgresql://nobody", tokens=(token,))


def found(door: object, stated: str | None, actor_ref: str | None) -> str | None:
    """Ask a door for the source."""
    assert callable(door)
    try:
        source: str | None = door(stated, actor_ref)
    except Refused:
        return "refused"
    return source
