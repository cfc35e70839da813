"""Tables of what became of reforms: read as spreadsheets write them, refused as a whole with all that is wrong."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from contracts.evaluations import AssessmentPublished, AwardGiven, MilestoneUpdated
from services.chassis.tables import Faulty, read_table
from services.publish.domain.importing.faults import SENTENCES
from services.publish.domain.importing.statements import (
    COLUMNS,
    MAX_ROWS,
    NEEDED,
    Known,
    Statement,
    fingerprint_of,
    read_statements,
)

NOW = datetime(2027, 7, 1, 12, 0, tzinfo=UTC)
SAN_JOSE = ZoneInfo("America/Costa_Rica")
FIRST, GONE = "OGC-2026-000001", "OGC-2026-000002"
KNOWN = {
    FIRST: Known("11111111-1111-7111-8111-111111111111", ("A law", "A portal"), stands=True, began=date(2026, 2, 1)),
    GONE: Known("22222222-2222-7222-8222-222222222222", (), stands=False),
}


def read(table: str) -> list[Statement]:
    """Read a table as it comes to the door."""
    return read_statements(read_table(table.encode(), COLUMNS, NEEDED, MAX_ROWS), KNOWN, NOW, SAN_JOSE)


def faults_of(table: str | bytes) -> list[tuple[int, str, str]]:
    """Give what is wrong with a table."""
    content = table.encode() if isinstance(table, str) else table
    with pytest.raises(Faulty) as caught:
        read_statements(read_table(content, COLUMNS, NEEDED, MAX_ROWS), KNOWN, NOW, SAN_JOSE)
    return [(fault.row, fault.column, fault.code) for fault in caught.value.faults]


def milestone(**cells: str) -> str:
    """Give a table of one milestone."""
    filled = {"milestone": "1", "status": "limited", "confirmed_at": "2027-06-15", "by": "irm", **cells}
    row = {"kind": "milestone", "reference": FIRST, **filled}
    return ",".join(row) + "\n" + ",".join(f'"{cell}"' for cell in row.values())


def test_three_kinds_stand_in_one_table() -> None:
    """Each fills its own columns; a day begins in the declared zone; a milestone is called as the reform calls it."""
    told = read(
        "\ufeffkind;reference;milestone;status;confirmed_at;by;stage;completion;published_at;award;given_by;given_at\r\n"
        f"milestone;{FIRST};2;complete;2027-06-15;irm;;;;;;\r\n\r\n"
        f"assessment;{FIRST};;;;;design;pending-irm-review;2027-06-15T12:00:00Z;;;\r\n"
        f"award;{FIRST};;;;;;;;Open Gov Award;OGP;2027-06-15\r\n"
    )
    day = datetime(2027, 6, 15, 6, 0, tzinfo=UTC)
    assert [(one.row, one.subject) for one in told] == [(row, KNOWN[FIRST].submission_id) for row in (2, 4, 5)]
    assert [one.told for one in told] == [
        MilestoneUpdated(reference=FIRST, milestone=2, title="A portal", status="complete", confirmed_at=day, by="irm"),
        AssessmentPublished(
            reference=FIRST,
            stage="design",
            completion="pending-irm-review",
            published_at=datetime(2027, 6, 15, 12, 0, tzinfo=UTC),
        ),
        AwardGiven(reference=FIRST, award="Open Gov Award", given_by="OGP", given_at=day),
    ]


@pytest.mark.parametrize(
    ("cells", "wrong"),
    [
        ({"kind": "rumour"}, ("kind", "unknown-value")),
        ({"kind": ""}, ("kind", "missing")),
        ({"reference": ""}, ("reference", "missing")),
        ({"reference": "OGC-2026-000099"}, ("reference", "unknown-reform")),
        ({"reference": "' OR 1=1"}, ("reference", "unknown-reform")),
        ({"reference": GONE}, ("reference", "retracted")),
        ({"milestone": "3"}, ("milestone", "unknown-milestone")),
        ({"milestone": "0"}, ("milestone", "number")),
        ({"milestone": "one"}, ("milestone", "number")),
        ({"milestone": ""}, ("milestone", "missing")),
        ({"status": "done"}, ("status", "unknown-value")),
        ({"status": ""}, ("status", "missing")),
        ({"by": "Ana"}, ("by", "unknown-value")),
        ({"confirmed_at": "yesterday"}, ("confirmed_at", "time")),
        ({"confirmed_at": "2027-02-30"}, ("confirmed_at", "time")),
        ({"confirmed_at": "2027-06-15T12:00:00"}, ("confirmed_at", "time")),
        ({"confirmed_at": "2027-07-02"}, ("confirmed_at", "future")),
        ({"confirmed_at": "9999-12-31T23:59:59-01:00"}, ("confirmed_at", "time")),
        ({"evidence": "http://example.org"}, ("evidence", "link")),
        ({"evidence": "javascript:alert(1)"}, ("evidence", "link")),
        ({"barrier": "word " * 401}, ("barrier", "length")),
        ({"barrier": "ask ana@example.org"}, ("barrier", "contact-details")),
        ({"evidence": "https://x.example/?m=anna@example.org"}, ("evidence", "contact-details")),
        ({"evidence": "https://x.example/?m=anna%40example.org"}, ("evidence", "contact-details")),
        ({"evidence": "https://x.example/?m=anna%252540example.org"}, ("evidence", "contact-details")),
        ({"evidence": "https://x.example/?m=anna\uff20example.org"}, ("evidence", "contact-details")),
        ({"evidence": "https://me@example.org"}, ("evidence", "contact-details")),
        ({"evidence": "https://me:word@localhost/a"}, ("evidence", "contact-details")),
        ({"evidence": "https://me%40work@[2001:db8::1]/a"}, ("evidence", "contact-details")),
        *(({"barrier": f"a{sign}b"}, ("barrier", "control-character")) for sign in "\x00\x85\u2028\u2029"),
        *(({"barrier": f"a{sign}b"}, ("barrier", "bidi")) for sign in "\u202a\u202e\u2066\u2069"),
        ({"barrier": "\u200b\u3164"}, ("barrier", "blank")),
        ({"barrier": "x" * 601}, ("barrier", "text-shape")),
        ({"evidence": "https://x.example/\u202egpj.exe"}, ("evidence", "bidi")),
        ({"confirmed_at": "2001-06-15"}, ("confirmed_at", "before-beginning")),
        ({"confirmed_at": "2026-01-31"}, ("confirmed_at", "before-beginning")),
        ({"award": "Best"}, ("award", "not-of-kind")),
    ],
)
def test_cell_that_cannot_be_is_named(cells: dict[str, str], wrong: tuple[str, str]) -> None:
    """By row, column and code."""
    assert (2, *wrong) in faults_of(milestone(**cells))


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"award": "Best\u202etseb"}, "bidi"),
        ({"given_by": "O\u2028GP"}, "control-character"),
        ({"given_by": "O\nGP"}, "header-characters"),
        ({"award": "\u200b"}, "blank"),
        ({"given_at": "2026-01-31"}, "before-beginning"),
    ],
)
def test_name_of_an_award_is_one_line_that_can_be_seen(cells: dict[str, str], code: str) -> None:
    """By the rule of every door; and nothing is given to what has not begun."""
    row = {"kind": "award", "reference": FIRST, "award": "Best", "given_by": "OGP", "given_at": "2026-02-01"}
    table = ",".join(row) + "\n" + ",".join(f'"{cell}"' for cell in (row | cells).values())
    assert faults_of(table) == [(2, next(iter(cells)), code)]


@pytest.mark.parametrize(
    "link",
    [
        "https://x.example/@ministry",
        "https://x.example/@a.b/1",
        "https://x.example/map@1.2.3/a.js?b=c%40",
        "https://[::1]",
    ],
)
def test_link_that_names_nobody_is_taken(link: str) -> None:
    """Not every sign of an address is one."""
    assert len(read(milestone(evidence=link))) == 1


def test_assessment_that_says_nothing_is_refused() -> None:
    """One of the findings, pending or not."""
    table = f"kind,reference,stage,published_at\nassessment,{FIRST},design,2027-06-15"
    assert faults_of(table) == [(2, "verifiable", "nothing-said")]


def test_all_that_is_wrong_is_told_at_once() -> None:
    """Row by row, and nothing of the table is taken."""
    first, second = milestone(status="done").splitlines()
    assert faults_of(
        "\n".join((first, second, second.replace("done", "limited"), second, second.replace("irm", "me")))
    ) == [
        (2, "status", "unknown-value"),
        (4, "status", "unknown-value"),
        (5, "by", "unknown-value"),
        (5, "status", "unknown-value"),
    ]


def test_one_table_does_not_contradict_itself() -> None:
    """Else it would tell both each time that it comes; of another day or milestone another word may be said."""
    first, second = milestone().splitlines()
    other = second.replace("limited", "complete")
    assert faults_of(f"{first}\n{second}\n{other}") == [(3, "", "contradiction")]
    assert len(read("\n".join((first, second, other.replace("-15", "-16"), other.replace(',"1",', ',"2",'))))) == 3


def test_same_words_twice_in_a_table_are_a_fault() -> None:
    """Somebody meant another row."""
    table = milestone()
    assert faults_of(table + "\n" + table.splitlines()[1]) == [(3, "", "duplicate-row")]


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"", (1, "", "no-header")),
        (b"kind,reference\n", (1, "", "no-rows")),
        (b"kind,reference\nmilestone", (2, "", "cells")),
        (b"kind\nmilestone", (1, "reference", "missing-column")),
        (b"kind,reference,colour\na,b,c", (1, "colour", "unknown-column")),
        (b"kind,reference,kind\na,b,c", (1, "kind", "duplicate-column")),
        (b'kind,reference\n"a,b', (2, "", "csv-syntax")),
        (b"kind,reference\n\xff,b", (2, "", "encoding")),
        (b"kind,reference\n" + b"a,b\n" * (MAX_ROWS + 1), (MAX_ROWS + 2, "", "too-many-rows")),
    ],
)
def test_file_that_is_no_table_is_refused(content: bytes, wrong: tuple[int, str, str]) -> None:
    """With the row from which on it is none."""
    assert faults_of(content) == [wrong]


def test_fingerprint_knows_the_words_and_the_reform() -> None:
    """The same for the same, another for anything else."""
    (one,), (other,) = read(milestone()), read(milestone(status="complete"))
    assert one.fingerprint == fingerprint_of(one.subject, one.told)
    assert len({one.fingerprint, other.fingerprint, fingerprint_of("another", one.told)}) == 3


def test_every_fault_has_its_sentence() -> None:
    """For whoever reads it."""
    assert all(sentence.endswith(".") for sentence in SENTENCES.values())
