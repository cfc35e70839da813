"""Signatures of webhooks: the vectors that Standard Webhooks publishes with its libraries, and its own Python one."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from services.chassis.doors.signatures import (
    CODES,
    TOLERANCE,
    check_age,
    check_signature,
    key_of,
    read_delivery,
    sign,
)
from services.chassis.errors import Refusal
from services.intake.domain import problems

SECRET = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE = "msg_p5jXN8AQM9LWM0D4loKWxJek"
BODY = b'{"test": 2432232314}'
SIGNED_AT = datetime.fromtimestamp(1614265330, UTC)
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
ANOTHER = "Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc="


def checked(
    signature: str | None = SIGNATURE,
    *,
    webhook_id: str | None = MESSAGE,
    timestamp: str | None = "1614265330",
    body: bytes = BODY,
    keys: tuple[str, ...] = (SECRET,),
    now: datetime = SIGNED_AT,
) -> str:
    """Name what is wrong with a webhook; nothing is the empty word."""
    try:
        delivery = read_delivery(webhook_id, timestamp, signature, body)
        check_signature(delivery, map(key_of, keys))
        check_age(delivery, now)
    except Refusal as refusal:
        return refusal.code
    return ""


def test_the_published_signature_is_made() -> None:
    """Of the published secret, id, time and body; with the prefix and without."""
    assert sign(key_of(SECRET), MESSAGE, SIGNED_AT, BODY) == SIGNATURE
    assert key_of(f"whsec_{SECRET}") == key_of(SECRET)


@pytest.mark.parametrize(
    ("signature", "code"),
    [
        (SIGNATURE, ""),
        (f"v1,{ANOTHER}", "webhook-signature"),
        ("v1,", "webhook-signature"),
        ("v1", "webhook-signature"),
        (SIGNATURE[:8], "webhook-signature"),
        ("v1,dawfeoifkpqwoekfpqoekf", "webhook-signature"),
        ("v1,ñ", "webhook-signature"),
        (f"v1,{ANOTHER} v2,{ANOTHER} {SIGNATURE} v1,{ANOTHER}", ""),
        (SIGNATURE.replace("v1", "v2"), "webhook-signature"),
        (SIGNATURE.replace("v1", "v1a"), "webhook-signature"),
        (SIGNATURE.partition(",")[2], "webhook-signature"),
        ("", "webhook-unsigned"),
        (None, "webhook-unsigned"),
    ],
)
def test_one_signature_must_fit(signature: str | None, code: str) -> None:
    """Among several; of the version that we know."""
    assert checked(signature) == code


@pytest.mark.parametrize("webhook_id", [None, "", "msg.1", "msg 1", "x" * 121, "msg_ñ"])
def test_an_id_is_needed(webhook_id: str | None) -> None:
    """Without the full stop that stands between what is signed."""
    assert checked(webhook_id=webhook_id) == "webhook-unsigned"


@pytest.mark.parametrize("timestamp", [None, "", "hello", "1.5", "-1", "1614265330 ", "٣", "9" * 12, "1e9"])
def test_a_time_in_seconds_is_needed(timestamp: str | None) -> None:
    """As digits."""
    assert checked(timestamp=timestamp) == "webhook-unsigned"


@pytest.mark.parametrize(
    ("off_by", "code"),
    [
        (timedelta(0), ""),
        (TOLERANCE, ""),
        (-TOLERANCE, ""),
        (TOLERANCE + timedelta(seconds=1), "webhook-timestamp"),
        (-TOLERANCE - timedelta(seconds=1), "webhook-timestamp"),
    ],
)
def test_what_was_signed_long_ago_is_refused(off_by: timedelta, code: str) -> None:
    """And what is signed for later."""
    assert checked(now=SIGNED_AT + off_by) == code


def test_what_was_signed_is_what_counts() -> None:
    """Another id, another time, another body: none of them fits."""
    assert checked(webhook_id="msg_another") == "webhook-signature"
    assert checked(timestamp="1614265331") == "webhook-signature"
    assert checked(body=BODY + b" ") == "webhook-signature"


def test_a_secret_can_be_changed() -> None:
    """While both stand in the settings, either fits; the old one no longer when it is gone."""
    new = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
    assert checked(keys=(new, SECRET)) == ""
    assert checked(keys=(new,)) == "webhook-signature"


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_AAEC", "whsec_" + "A" * 100, "not base64!" * 4])
def test_a_secret_has_its_form(secret: str) -> None:
    """24 to 64 bytes in base64; a short one is guessed."""
    with pytest.raises(ValueError, match=r"base64|[Pp]add"):
        key_of(secret)


@given(body=st.text(max_size=200), key=st.binary(min_size=24, max_size=64))
def test_the_senders_own_library_is_understood(body: str, key: bytes) -> None:
    """What the published library signs is what we sign."""
    theirs = Webhook(key).sign(MESSAGE, SIGNED_AT, body)
    assert theirs == sign(key, MESSAGE, SIGNED_AT, body.encode())


@given(
    webhook_id=st.text(max_size=130),
    timestamp=st.text(max_size=13),
    signature=st.text(max_size=80),
    body=st.binary(max_size=50),
)
def test_nothing_but_a_refusal_comes_of_nonsense(webhook_id: str, timestamp: str, signature: str, body: bytes) -> None:
    """Whatever the headers hold."""
    assert checked(signature, webhook_id=webhook_id, timestamp=timestamp, body=body).startswith("webhook-")


def test_what_can_be_wrong_is_told_in_the_same_words_everywhere() -> None:
    """Intake says the same, in more languages."""
    assert {code: (401, sentence) for code, sentence in CODES.items()} == {
        code: (problems.CODES[code].status, problems.CODES[code].sentence) for code in CODES
    }
