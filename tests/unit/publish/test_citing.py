"""How a reform is cited: the same facts in each format, whatever its title holds."""

import json
from datetime import date

from services.publish.site.citing import Cited, cite

HOSTILE = "Open\n50% {of} the #data_set & $more ~ ^ \\input{x}"


def cited(title: str = "Reduce the Backlog", author: str = "Poder Judicial") -> Cited:
    """Give what is cited."""
    return Cited(
        reference="OGC-2026-000123",
        title=title,
        author=author,
        day=date(2026, 12, 10),
        read_on=date(2027, 3, 1),
        version=2,
        language="en",
        address="https://example.org/reforms/OGC-2026-000123?as_of=2027-02-28",
    )


def test_every_format_names_what_was_read() -> None:
    """Reference, version, day of reading, and the address at which it stands as it was read; its year stays."""
    made = cite(cited())
    [csl] = json.loads(made.csl)
    assert "OGC-2026-000123, version 2" in made.bibtex
    assert "urldate = {2027-03-01}" in made.bibtex
    assert csl["accessed"] == {"date-parts": [[2027, 3, 1]]}
    assert (csl["version"], csl["issued"], csl["URL"]) == ("2", {"date-parts": [[2026, 12, 10]]}, cited().address)
    assert dict(line.split("  - ") for line in made.ris.splitlines()) == {
        "TY": "ELEC",
        "TI": "Reduce the Backlog",
        "AU": "Poder Judicial",
        "PY": "2026",
        "DA": "2026/12/10",
        "Y2": "2027/03/01",
        "PB": "Open Gov Challenge, Open Government Partnership",
        "ET": "2",
        "AN": "OGC-2026-000123",
        "LA": "en",
        "UR": "https://example.org/reforms/OGC-2026-000123?as_of=2027-02-28",
        "ER": "",
    }


def test_bibtex_is_whole_whatever_a_title_holds() -> None:
    """What TeX would read as a command is text, and each brace that opens is closed."""
    made = cite(cited(title=HOSTILE)).bibtex
    assert "\\input" not in made
    assert (
        r"Open 50\% \textbraceleft{}of\textbraceright{} the \#data\_set \& \$more \textasciitilde{} \textasciicircum{}"
        in made
    )
    assert made.count("{") == made.count("}"), "BibTeX counts braces, escaped or not"
    assert cite(cited(title="A } B")).bibtex.splitlines()[1] == r"  title = {{A \textbraceright{} B}},"


def test_a_line_break_in_a_title_begins_no_field() -> None:
    """RIS has a field a line."""
    made = cite(cited(title="One\nUR  - https://elsewhere.example")).ris
    assert [line for line in made.splitlines() if line.startswith("UR")] == [f"UR  - {cited().address}"]


def test_author_is_the_institution_as_one_name() -> None:
    """No program takes it apart into given and family name."""
    made = cite(cited(author="Ministry of Justice, and Peace"))
    assert "author = {{Ministry of Justice, and Peace}}" in made.bibtex
    assert json.loads(made.csl)[0]["author"] == [{"literal": "Ministry of Justice, and Peace"}]
