"""What comes back of a letter, read."""

import json
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.chassis.errors import Refusal
from services.notify.domain.bounces import Heard, read_event, read_report
from tests.controls.bounces import DOMAIN, report

MAIL_ID = UUID("0b7bd1c5-51c5-5a3c-8f5e-5a3f7b7f5a11")


def event(kind: str, message_id: str = f"<{MAIL_ID}@{DOMAIN}>", **told: str) -> bytes:
    """Give a provider's event."""
    data = {"message_id": message_id, "to": ["gone@example.org"], **told}
    return json.dumps({"type": kind, "timestamp": "2026-12-10T15:00:00Z", "data": data}).encode()


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize(
    ("action", "status", "heard"),
    [
        ("failed", "5.1.1", ("hard", "5.1.1")),
        ("Failed", "5.1.10 (no such user)", ("hard", "5.1.10")),
        ("failed", "", ("hard", "5.0.0")),
        ("failed", "gone", ("hard", "5.0.0")),
        ("failed", "4.4.7", ("refused", "4.4.7")),
        ("failed", "5.2.1", ("hard", "5.2.1")),
        ("failed", "5.2.2", ("refused", "5.2.2")),
        ("failed", "5.3.4", ("refused", "5.3.4")),
        ("failed", "5.7.1", ("refused", "5.7.1")),
        ("delayed", "4.4.1", ("soft", "4.4.1")),
        ("delivered", "2.0.0", ("delivered", "2.0.0")),
        ("relayed", "2.0.0", ("soft", "2.0.0")),
    ],
)
def test_report_says_what_became_of_a_letter(action: str, status: str, heard: tuple[str, str], *, whole: bool) -> None:
    """Only what speaks of the address is hard; the letter is known by the Message-ID that comes back with it."""
    found = read_report(report(MAIL_ID, action=action, status=status, whole=whole), DOMAIN)
    assert (found.mail_id, found.outcome, found.status) == (MAIL_ID, *heard)


def test_report_that_returns_nothing_is_known_by_what_it_answers() -> None:
    """Some mail systems name the letter in In-Reply-To alone."""
    raw = report(UUID(int=0), domain="elsewhere.example.org")
    answering = f"In-Reply-To: <{MAIL_ID}@{DOMAIN}>\r\n".encode() + raw
    assert read_report(answering, DOMAIN).mail_id == MAIL_ID


@pytest.mark.parametrize("domain", ["elsewhere.example.org", f"{DOMAIN}.example.net", f"not-{DOMAIN}"])
def test_report_on_someone_elses_letter_is_of_no_letter(domain: str) -> None:
    """A Message-ID of another domain is none of ours, whatever stands before the at sign."""
    assert read_report(report(MAIL_ID, domain=domain), DOMAIN).mail_id is None


def test_worst_that_a_report_says_counts() -> None:
    """Of several recipients that an alias stood for, one that failed makes it a failure."""
    raw = report(MAIL_ID, action="delivered", status="2.0.0")
    second = b"Final-Recipient: rfc822; b@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
    returned = b"--=_report\r\nContent-Type: message/rfc822"
    assert read_report(raw.replace(returned, second + returned), DOMAIN) == Heard(MAIL_ID, "hard", "5.1.1")


def _nested(depth: int) -> bytes:
    begun = "".join(f'Content-Type: multipart/mixed; boundary="{n}"\r\n\r\n--{n}\r\n' for n in range(depth))
    return begun.encode()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0" * 50,
        b"Subject: I am on holiday\r\n\r\nUntil Monday.",
        report(MAIL_ID).replace(b"message/delivery-status", b"text/plain"),
        report(MAIL_ID, action="maybe"),
        report(MAIL_ID)[:400],
        _nested(2_000),
    ],
)
def test_what_is_no_report_is_refused(raw: bytes) -> None:
    """By its code, so that whoever pipes it in sees why."""
    with pytest.raises(Refusal, match="not-a-report") as refused:
        read_report(raw, DOMAIN)
    assert refused.value.status == 422


@given(st.binary(max_size=300), st.integers(0, 900), st.integers(0, 900))
@example(b"Content-Type: message/delivery-status\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n", 0, 0)
def test_nothing_but_a_word_or_a_refusal_comes_of_nonsense(noise: bytes, at: int, cut: int) -> None:
    """Whatever stands in a report."""
    raw = report(MAIL_ID)
    for broken in (noise, raw[:at] + noise + raw[at + cut :]):
        assert heard_of(broken) in {"hard", "refused", "soft", "delivered", "not-a-report"}


def heard_of(raw: bytes) -> str:
    """Give what was heard, or the code of the refusal."""
    try:
        return read_report(raw, DOMAIN).outcome
    except Refusal as refusal:
        return refusal.code


@pytest.mark.parametrize(
    ("raw", "heard"),
    [
        (event("mail.delivered"), Heard(MAIL_ID, "delivered", "2.0.0")),
        (event("mail.delayed"), Heard(MAIL_ID, "soft", "4.0.0")),
        (event("mail.bounced", status="5.1.1"), Heard(MAIL_ID, "hard", "5.1.1")),
        (event("mail.bounced", status="5.7.1"), Heard(MAIL_ID, "refused", "5.7.1")),
        (event("mail.bounced"), Heard(MAIL_ID, "hard", "5.0.0")),
        (event("mail.complained"), Heard(MAIL_ID, "complaint", "5.7.1")),
        (event("mail.bounced", "<another@example.org>"), Heard(None, "hard", "5.0.0")),
        (event("mail.opened"), None),
    ],
)
def test_provider_says_what_became_of_a_letter(raw: bytes, heard: Heard | None) -> None:
    """By four types; of others we want to know nothing."""
    assert read_event(raw, DOMAIN) == heard


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        (b"", "/"),
        (b"[]", "/"),
        (b'{"type": "mail.bounced"}', "/data"),
        (b'{"type": 1, "data": {"message_id": "x"}}', "/type"),
        (event("mail.bounced", status="no such user <gone@example.org>"), "/data/status"),
        (event("mail.bounced", "x" * 1_001), "/data/message_id"),
    ],
)
def test_event_that_does_not_fit_is_refused(raw: bytes, field: str) -> None:
    """With the field, and without what stood in it."""
    with pytest.raises(Refusal, match="invalid") as refused:
        read_event(raw, DOMAIN)
    assert (refused.value.status, refused.value.field) == (422, field)
    assert "gone@" not in refused.value.detail
