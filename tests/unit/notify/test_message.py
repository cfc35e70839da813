"""A letter as bytes: nothing that anybody typed shapes its headers."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from email import policy
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any, get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.notices import NoticeKind
from services.notify.postman.message import HEADERS, UNSUBSCRIBING, compose, headers_of, read_back, unsubscribe_url_in
from services.notify.words import Text, Unsendable
from tests.controls.notify import SENDER, SUBSCRIPTION_LINKS, letter

DELIVERY_ID = UUID("0b7bd1c5-51c5-5a3c-8f5e-5a3f7b7f5a11")
AT = datetime(2026, 12, 10, 15, 0, tzinfo=UTC)
TEXT = Text(
    "Open Gov Challenge\u00a0: résultat de votre soumission OGC-2026-000002",
    "Bonjour\u202f!\n\n.\nFrom là\n",
    '<p lang="fr">Bonjour\u202f!</p>\n.\n',
)


def _compose(
    text: Text = TEXT, to: str = "ana@example.org", kind: NoticeKind = "outcome", unsubscribe_url: str | None = None
) -> bytes:
    return compose(
        text,
        kind=kind,
        delivery_id=DELIVERY_ID,
        language="fr",
        to=to,
        sender=SENDER,
        at=AT,
        unsubscribe_url=unsubscribe_url,
    )


def _read(payload: bytes) -> Any:
    return BytesParser(policy=policy.SMTP).parsebytes(payload)


def test_headers_are_ours_and_each_stands_once() -> None:
    """From and Reply-To are the Support Unit's; the letter says that a machine wrote it, and in which language."""
    found = _read(_compose())
    assert sorted(found.keys()) == sorted(HEADERS)
    assert found["From"] == "OGP Support Unit <open-gov-challenge@example.org>"
    assert found["Reply-To"] == "support-unit@example.org"
    assert found["To"] == "ana@example.org"
    assert found["Message-ID"] == f"<{DELIVERY_ID}@challenge.example.org>"
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["Content-Language"] == "fr"
    assert found["Subject"] == TEXT.subject


def test_letter_is_text_first_and_html_beside_it() -> None:
    """Who reads plain text has all of it; nothing is attached, and no part says anything of its own."""
    plain, html = _read(_compose()).iter_parts()
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert (_content(plain), _content(html)) == (TEXT.body, TEXT.html)
    for part in (plain, html):
        assert sorted(part.keys()) == ["Content-Transfer-Encoding", "Content-Type"]


def _content(part: Any) -> str:
    return str(part.get_content()).replace("\r\n", "\n")


def test_only_subscribed_mail_can_be_unsubscribed() -> None:
    """By one click (RFC 8058), at an address that stands alone."""
    url = "https://challenge.example.org/unsubscribe/a-token"
    found = _read(_compose(kind="batch-report", unsubscribe_url=url))
    assert (found["List-Unsubscribe"], found["List-Unsubscribe-Post"]) == (f"<{url}>", "List-Unsubscribe=One-Click")
    assert sorted(found.keys()) == sorted(HEADERS + UNSUBSCRIBING)
    for unsafe in ("javascript:alert(1)", "https://x.example/>, <https://y.example/", "https://x.example/\r\nBcc: y"):
        with pytest.raises(Unsendable):
            _compose(kind="batch-report", unsubscribe_url=unsafe)


@pytest.mark.parametrize("kind", get_args(NoticeKind))
def test_no_other_kind_can_be_unsubscribed(kind: NoticeKind) -> None:
    """Whatever links somebody has; and no report goes without."""
    about = letter(kind=kind)
    url, is_subscribed = unsubscribe_url_in(about, SUBSCRIPTION_LINKS), kind in {"batch-report", "search-digest"}
    assert url == (SUBSCRIPTION_LINKS.one_click_url if is_subscribed else None)
    assert (set(headers_of(kind)) > set(HEADERS)) == is_subscribed
    wrong = None if is_subscribed else SUBSCRIPTION_LINKS.one_click_url
    with pytest.raises(Unsendable, match="unexpected-headers"):
        _compose(kind=kind, unsubscribe_url=wrong)


def test_same_delivery_makes_the_same_bytes() -> None:
    """A letter that is tried again is the same letter."""
    assert _compose() == _compose()


def test_bytes_are_seven_bit_with_one_kind_of_line_ending() -> None:
    """No server on the way has to change anything."""
    payload = _compose()
    assert payload.isascii()
    assert payload.count(b"\r\n") == payload.count(b"\n") == payload.count(b"\r")
    assert max(map(len, payload.split(b"\r\n"))) <= 998


@pytest.mark.parametrize(
    "subject",
    [
        "=?utf-8?q?a=0ABcc=3A_x=40y?=",
        "outcome =?utf-8?b?SGVsbG8=?=",
        "outcome\r\nBcc: x@example.org",
        "outcome\nBcc: x@example.org",
        "outcome\rBcc: x@example.org",
        "outcome\x00",
        "outcome \u202ereversed",
    ],
)
def test_subject_that_could_make_a_header_is_refused(subject: str) -> None:
    """Encoded words (CVE-2024-6923), line ends, controls and bidi marks: no letter at all."""
    with pytest.raises(Unsendable):
        _compose(replace(TEXT, subject=subject))


def test_what_this_python_makes_of_an_encoded_word_is_not_sent() -> None:
    """Before 3.11.10 and 3.12.5 it is a ``Bcc`` (CVE-2024-6923), since then an error or still one header.

    None of it leaves here: neither is such a subject composed, nor are such bytes taken for a letter of ours.
    """
    attack = "=?utf-8?q?a=0ABcc=3A_x=40y?="
    made = EmailMessage(policy=policy.SMTP)
    made["To"], made["Subject"] = "ana@example.org", attack
    with suppress(MessageError):
        payload = made.as_bytes()
        with pytest.raises(Unsendable):
            read_back(payload, "a", "ana@example.org", ("To", "Subject"))
    with pytest.raises(Unsendable, match="unsafe-header"):
        _compose(replace(TEXT, subject=attack))


def test_letter_whose_headers_are_not_ours_is_not_one() -> None:
    """Read back before it is offered: one more header, one less, another recipient, another subject."""
    payload, subject, to = _compose(), TEXT.subject, "ana@example.org"
    read_back(payload, subject, to)
    for changed in (
        b"Bcc: x@example.org\r\n" + payload,
        payload.replace(b"Auto-Submitted", b"Submitted"),
        payload.replace(b"To: ana", b"To: eva"),
        payload.replace(b"Subject: ", b"Subject: Re: "),
    ):
        with pytest.raises(Unsendable):
            read_back(changed, subject, to)


@pytest.mark.parametrize(
    "address",
    [
        "=?utf-8?q?a=0ABcc=3A_x=40y?=@example.org",
        "ana@example.org\r\nBcc: x@example.org",
        "ana@example.org, other@example.org",
        "ana@example.org other@example.org",
        "<ana@example.org>",
        "señora@example.org",
        "ana",
        "",
        "@",
        "ana@",
        "ana@@example.org",
    ],
)
def test_address_that_is_not_one_plain_address_is_refused(address: str) -> None:
    """Whatever the vault says, only one plain address is written to."""
    with pytest.raises(Unsendable):
        _compose(to=address)


@given(st.text(max_size=200), st.emails() | st.text(max_size=60), st.text(max_size=200))
def test_nothing_typed_makes_another_header(subject: str, address: str, body: str) -> None:
    """Whatever comes in: either no letter, or one with exactly our headers, which says what it was to say."""
    try:
        payload = _compose(Text(subject, body, body), address)
    except Unsendable:
        return
    found = _read(payload)
    assert sorted(found.keys()) == sorted(HEADERS)
    assert [it.addr_spec for it in found["To"].addresses] == [address]
    assert all(_content(part) == _lines(body) for part in found.iter_parts())
    assert payload.isascii()


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
