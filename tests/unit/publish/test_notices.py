"""What the record keeps of letters: kinds, dates, roles, and what became of them."""

from datetime import timedelta

import pytest

from services.publish.domain.notices import NOT_OF_REFORMS, read_notices, role_of
from tests.controls.envelope import MOMENT, RELEASED_AT, event_of, submission_id
from tests.controls.notices import notice, notice_failed, notice_held, notice_sent


def test_each_word_on_a_letter_is_kept() -> None:
    """Sent, come back, held: with its date, and when the record knew."""
    known = RELEASED_AT + timedelta(minutes=1)
    sent, failed, held = (event_of(told(), time=known) for told in (notice_sent, notice_failed, notice_held))
    kept = read_notices([sent, failed, held])
    assert [(one.kind, one.role, one.became, one.code, one.told_at) for one in kept] == [
        ("outcome", "submitter", "sent", None, RELEASED_AT),
        ("outcome", "submitter", "failed", "refused", RELEASED_AT),
        ("poc-informed", "poc", "held", "no-contact", MOMENT),
    ]
    assert {(one.submission_id, one.known_at) for one in kept} == {(str(submission_id()), known)}


@pytest.mark.parametrize(
    ("recipient", "role"),
    [("submitter", "submitter"), ("submitter/2", "submitter"), ("poc:SN", "poc"), ("poc:SN/2", "poc")],
)
def test_role_is_all_that_is_kept_of_a_recipient(recipient: str, role: str) -> None:
    """Nothing that tells one from another."""
    assert role_of(recipient) == role


@pytest.mark.parametrize("kind", sorted(NOT_OF_REFORMS))
def test_letter_about_what_is_no_submission_is_not_kept(kind: str) -> None:
    """Nominations are never public, nor is who subscribed."""
    assert read_notices([event_of(notice_sent(notice=notice(kind=kind)))]) == []
