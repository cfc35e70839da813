"""Examples of what is told on `notices`."""

from dataclasses import replace
from typing import Any

from contracts.notices import Notice, NoticeFailed, NoticeHeld, NoticeSent
from tests.controls.envelope import DECIDED_AT, MOMENT, RELEASED_AT, id_of


def notice(number: int = 1, /, **overrides: Any) -> Notice:
    """The letter that tells the submitter the outcome."""
    return replace(
        Notice(
            delivery_id=id_of(f"delivery {number}", RELEASED_AT),
            kind="outcome",
            recipient="submitter",
            caused_by=id_of(f"submission accepted {number}", RELEASED_AT),
            decision_id=id_of(f"decision {number}", DECIDED_AT),
            language="es",
        ),
        **overrides,
    )


def notice_sent(number: int = 1, /, **overrides: Any) -> NoticeSent:
    """The receiving server took it."""
    told = notice(number)
    example = NoticeSent(notice=told, message_id=f"<{told.delivery_id}@challenge.example.org>", sent_at=RELEASED_AT)
    return replace(example, **overrides)


def notice_failed(number: int = 1, /, **overrides: Any) -> NoticeFailed:
    """The receiving server refused it for good."""
    return replace(NoticeFailed(notice=notice(number), code="refused", failed_at=RELEASED_AT), **overrides)


def notice_held(number: int = 1, /, **overrides: Any) -> NoticeHeld:
    """No point of contact of Senegal is known."""
    waiting = notice(number, kind="poc-informed", recipient="poc:SN", decision_id=None, language="fr")
    return replace(NoticeHeld(notice=waiting, code="no-contact", held_at=MOMENT), **overrides)
