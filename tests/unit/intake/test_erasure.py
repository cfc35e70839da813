"""Whom an erasure is about, and where an address stands."""

import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from services.intake.domain.erasure import (
    ByAddress,
    ByContact,
    ByReference,
    Erasure,
    broken_links,
    read_record,
    read_whom,
    write_record,
)
from services.intake.domain.problems import Refused

WHOM = read_whom("Ana.Luna@Münster.example.org")


def erasure(number: int = 1, previous: str | None = None) -> Erasure:
    """An erasure of one contact."""
    return Erasure(
        number=number,
        erasure_id=uuid4(),
        erased_at=datetime(2026, 11, 22, tzinfo=UTC),
        erased_by="staff:privacy",
        asked_by="address",
        contacts=(uuid4(),),
        drafts=0,
        quarantined=2,
        previous=previous,
    )


def test_people_are_named_in_three_ways() -> None:
    """By an address, by a submission's reference, by a contact's."""
    ref = uuid4()
    assert isinstance(read_whom(" ana@example.org "), ByAddress)
    assert read_whom("ogc-2026-000123") == ByReference("OGC-2026-000123")
    assert read_whom(str(ref)) == ByContact(ref)


@pytest.mark.parametrize(("given", "code"), [("Ana", "format"), ("@", "address"), ("a@b@c", "address")])
def test_anything_else_is_refused(given: str, code: str) -> None:
    """Nothing is erased by guessing."""
    with pytest.raises(Refused) as refusal:
        read_whom(given)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    "content",
    [
        b'{"address": "ana.luna@xn--mnster-3ya.example.org"}',
        json.dumps({"address": "ANA.LUNA@MÜNSTER.example.org"}).encode(),
        '{"to": "Ana <ana.luna@münster.example.org>"}'.encode(),
        b'{"address": "ana.luna\\u0040xn--mnster-3ya.example.org"}',
        b'broken {"address": ana.luna@xn--mnster-3ya.example.org, \xff',
        b"mailto:ana.luna@xn--mnster-3ya.example.org.",
    ],
)
def test_an_address_is_found_however_it_is_written(content: bytes) -> None:
    """In capitals, in either form of its domain, escaped, in broken JSON."""
    assert isinstance(WHOM, ByAddress)
    assert WHOM.stands_in(content)


@pytest.mark.parametrize(
    "content",
    [
        b'{"address": "mariana.luna@xn--mnster-3ya.example.org"}',
        b'{"address": "di-ana.luna@xn--mnster-3ya.example.org"}',
        b'{"address": "ana.luna@xn--mnster-3ya.example.org.uk"}',
        b'{"address": "ana.luna@xn--mnster-3ya.example.organic"}',
        b'{"address": "ana-luna@xn--mnster-3ya.example.org"}',
    ],
)
def test_another_address_is_not_taken_for_it(content: bytes) -> None:
    """Not where one ends like it, begins like it, or looks like it to a pattern."""
    assert isinstance(WHOM, ByAddress)
    assert not WHOM.stands_in(content)


def test_a_record_reads_back_as_it_was_written() -> None:
    """One form of bytes, over which the signature goes."""
    one = erasure()
    assert read_record(write_record(one)) == one
    assert write_record(read_record(write_record(one))) == write_record(one)


def test_a_missing_or_changed_record_is_noticed_by_the_next() -> None:
    """Each names the hash of the one before it."""
    first, second, third = erasure(1), erasure(2, "a"), erasure(3, "b")
    assert broken_links([(first, None), (second, "a"), (third, "b")]) == []
    assert broken_links([(first, None), (second, "x"), (third, "b")]) == [2]
    assert broken_links([(first, None), (third, "a")]) == [3]
    assert broken_links([(second, None), (third, "b")]) == [2, 3]
