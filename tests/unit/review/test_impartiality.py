"""Who may not work on what: off by default."""

import pytest

from services.chassis.errors import Refusal
from services.review.domain.impartiality import Impartiality, check_impartial
from tests.controls import review

STATES = review.states()


def refused(rules: Impartiality, state: str, command: str, member: str, by: str) -> str | None:
    """The code of a refusal, if it is one."""
    try:
        check_impartial(rules, STATES[state], member, review.commands()[command], by)
    except Refusal as refusal:
        return refusal.code
    return None


@pytest.mark.parametrize("command", sorted(review.commands()))
def test_by_default_nobody_is_refused(command: str) -> None:
    """Neither rule holds unless it is switched on."""
    assert refused(Impartiality(), "Assessed", command, "CR", review.DATA_TEAM) is None


@pytest.mark.parametrize(
    ("member", "off"), [("CR", True), ("CRSJO", True), ("FR", False), ("PHQZT", True), ("PH", False)]
)
def test_a_country_means_its_localities_too(member: str, *, off: bool) -> None:
    """A locality alone means neither its country nor its neighbours."""
    rules = Impartiality(conflicts={review.DATA_TEAM: ("CR", "PHQZT")})
    assert refused(rules, "Entered", "Assess", member, review.DATA_TEAM) == ("conflict-of-interest" if off else None)
    assert refused(rules, "Entered", "Assess", member, review.SUPPORT_UNIT) is None


def test_four_eyes_are_about_deciding() -> None:
    """Whoever assessed may assess again and hold back, and not decide; a held item's assessment counts too."""
    rules, assessor = Impartiality(four_eyes=True), review.assess().by
    for state in ("Assessed", "Decided", "HeldBack"):
        assert refused(rules, state, "Decide", "CR", assessor) == "same-person"
        assert refused(rules, state, "Decide", "CR", review.SUPPORT_UNIT) is None
        assert refused(rules, state, "Assess", "CR", assessor) is None
    assert refused(rules, "Unanswered", "Decide", "CR", assessor) is None
