"""Who may not work on an item, by the rules that the Support Unit has switched on: none, unless it says so."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from services.chassis.errors import Refusal
from services.review.domain.attributing import COUNTRY_LETTERS
from services.review.domain.commands import Decide, ItemCommand
from services.review.domain.evolution import assessment_of, ruling_of
from services.review.domain.items import Item, ItemState
from services.review.domain.refused import refused

CONFLICT = "conflict-of-interest"


@dataclass(frozen=True, slots=True)
class Impartiality:
    """The rules. ``conflicts`` holds for each person the codes of members or whole countries that they stay off."""

    four_eyes: bool = False
    conflicts: Mapping[str, Collection[str]] = field(default_factory=dict)

    def is_conflicted(self, person: str, member: str) -> bool:
        """Say whether someone stays off what a member submits."""
        codes = self.conflicts.get(person, ())
        return member in codes or member[:COUNTRY_LETTERS] in codes


class Recused(Refusal):
    """Someone asked for work that they stay off."""

    def __init__(self, item: Item, person: str) -> None:
        super().__init__(CONFLICT, "this member is declared a conflict of interest of yours", status=403)
        self.item = item
        self.person = person


def check_impartial(rules: Impartiality, state: ItemState, member: str, command: ItemCommand, by: str) -> None:
    """Insist that this person may give this command about an item of this member, or of the one whose it is since.

    Raises:
        Recused: ``conflict-of-interest``.
        Refusal: ``same-person``, whoever assessed does not decide.
    """
    ruling = ruling_of(state)
    members = {member, ruling.attribution.member.code if ruling and ruling.attribution else member}
    if any(rules.is_conflicted(by, code) for code in members):
        raise Recused(state.item, by)
    assessment = assessment_of(state)
    if rules.four_eyes and isinstance(command, Decide) and assessment is not None and assessment.assessed_by == by:
        raise refused("same-person", "whoever assessed it does not decide it")
