"""A piece of mail: one letter, or several deliveries to the same person that are told in one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from msgspec.structs import replace

from contracts.vocabulary import LanguageTag
from services.notify.domain.letters import Letter


@dataclass(frozen=True, slots=True)
class Mail:
    """One or more deliveries to the same recipient and contact, the first leading. All of them share its fate.

    Once it is about to leave it says by which ``door``, and has the hash of the address that it goes to.
    """

    letters: tuple[Letter, ...]
    door: str | None = None
    address_hash: bytes | None = None

    @property
    def id(self) -> UUID:
        """What its Message-ID is made of: the same each time it is tried, whichever deliveries have left it since."""
        return mail_id_of(self.leading)

    @property
    def leading(self) -> Letter:
        """The delivery that says to whom, and in which language."""
        return self.letters[0]

    def without(self, left: Iterable[Letter]) -> "Mail | None":
        """Give what remains when these deliveries leave it; none where nothing does."""
        ids = {letter.delivery_id for letter in left}
        remaining = tuple(letter for letter in self.letters if letter.delivery_id not in ids)
        return Mail(remaining) if remaining else None

    def in_language(self, language: LanguageTag) -> "Mail":
        """Give the same in another language."""
        return Mail(tuple(replace(letter, language=language) for letter in self.letters))


def mail_id_of(letter: Letter) -> UUID:
    """Say which piece of mail a delivery belongs to: one that goes by itself is its own."""
    return letter.mail_id or letter.delivery_id


def gather(letters: Sequence[Letter]) -> list[Mail]:
    """Gather deliveries into the pieces of mail that they belong to, each in the order given."""
    found: dict[UUID, list[Letter]] = {}
    for letter in letters:
        found.setdefault(mail_id_of(letter), []).append(letter)
    return [Mail(tuple(together)) for together in found.values()]
