"""A piece of mail of one delivery or of several."""

from datetime import timedelta

from msgspec import structs

from services.notify.domain.delivery import BACKOFF_MINUTES, Postponed, PutOff, State, backoff, settle
from services.notify.domain.letters import DIGESTED, Letter
from services.notify.domain.mail import Mail, gather
from services.notify.store import claims
from tests.controls.envelope import RELEASED_AT, id_of
from tests.controls.notify import letter


def _letters(*mail_ids: int | None) -> list[Letter]:
    return [
        structs.replace(
            letter(), delivery_id=id_of(f"delivery {n}"), mail_id=None if it is None else id_of(f"mail {it}")
        )
        for n, it in enumerate(mail_ids)
    ]


def test_deliveries_are_gathered_as_they_belong_together() -> None:
    """In the order given; one without others is mail by itself, under its own id."""
    letters = _letters(1, None, 2, 1)
    assert [[it.delivery_id for it in mail.letters] for mail in gather(letters)] == [
        [letters[0].delivery_id, letters[3].delivery_id],
        [letters[1].delivery_id],
        [letters[2].delivery_id],
    ]
    assert [mail.id for mail in gather(letters)] == [id_of("mail 1"), letters[1].delivery_id, id_of("mail 2")]


def test_mail_keeps_its_id_whoever_leaves_it() -> None:
    """Also the first; and of nothing there is no mail."""
    first, second = _letters(1, 1)
    mail = Mail((first, second))
    remaining = mail.without([first])
    assert remaining == Mail((second,))
    assert remaining.id == mail.id
    assert mail.without(mail.letters) is None


def test_deliveries_of_one_mail_are_due_again_together() -> None:
    """Else they would be torn apart by the little by which letters differ."""
    assert len({backoff(structs.replace(it, attempts=3)) for it in _letters(1, 1, 1)}) == 1


def test_attempt_that_a_limit_of_ours_stopped_does_not_count() -> None:
    """It never expires by it, and is due when the limit says."""
    until = RELEASED_AT + timedelta(seconds=90)
    worn = structs.replace(letter(), attempts=len(BACKOFF_MINUTES) + 9, spared=len(BACKOFF_MINUTES) + 4)
    settled = settle(worn, Postponed("domain-limit", until), RELEASED_AT)
    assert (settled.state, settled.due_at, settled.spared, settled.told) == (
        State.FAILED_TEMPORARILY,
        until,
        1,
        None,
    )
    assert settle(worn, PutOff("450"), RELEASED_AT).due_at < RELEASED_AT + timedelta(hours=5)


def test_statements_know_the_same_kinds_that_are_told_together() -> None:
    """They stand in the statements, so that an index serves them."""
    listed = ", ".join(f"'{kind}'" for kind in sorted(DIGESTED))
    assert f"kind NOT IN ({listed})" in claims.CLAIM_LETTERS
    assert claims.CLAIM_DIGESTS.count(f"kind IN ({listed})") == 2
