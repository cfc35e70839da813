"""The link by which whoever answers for a reform says how it goes: in that letter alone, and for its reform alone."""

from datetime import datetime

import pytest
from msgspec import structs

from services.chassis.doors.passes import read_pass
from services.notify.domain.letters import HOLDER, Letter
from services.notify.words import write
from services.notify.words.updates import OPEN_FOR, PURPOSE, update_link_in
from tests.controls.envelope import reference_of
from tests.controls.notify import HOUSE, letter, told_events

KEY = HOUSE.updates_key or b""


@pytest.fixture
def asked() -> Letter:
    """The letter that asks the holder of a reform."""
    return letter("holder-asked", HOLDER)


def test_link_leads_to_the_page_of_the_reform(asked: Letter) -> None:
    """Signed, with nothing else in it; the same whenever the letter is written; open for half a year."""
    link = update_link_in(asked, HOUSE.public_url, KEY)
    assert link == update_link_in(asked, HOUSE.public_url, KEY)
    assert link is not None
    page, _, shown = link.update_url.rpartition("/")
    said_at = datetime.fromisoformat(str(asked.words["said_at"]))
    assert page == "https://challenge.example.org/updates"
    assert read_pass(KEY, PURPOSE, shown, said_at) == reference_of()
    assert datetime.fromisoformat(link.update_until) == said_at + OPEN_FOR


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_letter_without_a_page_asks_for_a_reply(asked: Letter, language: str) -> None:
    """Where no key is set, or no address is known: it reads as a whole all the same."""
    asked = structs.replace(asked, language=language)
    assert update_link_in(asked, HOUSE.public_url, None) is None
    assert update_link_in(asked, None, KEY) is None
    with_page = write(asked, "Ana Rojas", HOUSE, update_link_in(asked, HOUSE.public_url, KEY))
    without = write(asked, "Ana Rojas", HOUSE)
    assert ("/updates/" in with_page.body, "/updates/" in without.body) == (True, False)


@pytest.mark.parametrize("told", ["received", "accepted"])
def test_other_letters_have_no_such_link(told: str) -> None:
    """Only that letter asks."""
    assert told in told_events()
    assert update_link_in(letter(told), HOUSE.public_url, KEY) is None
