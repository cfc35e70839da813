"""Data blocks in pages: they are read back as what was written, and nothing in them ends them."""

import json
import re
from typing import Any

from services.publish.downloads.catalogue import describe_reform
from services.publish.site.linked import data_block
from tests.controls.downloads import taken

SITE = "https://reforms.example.org"
HOSTILE = "</script><script>alert(1)</script><!--\u2028&amp;\"'"


def read(block: str) -> Any:
    """Read a block as programs do."""
    (found,) = re.findall(r'^<script type="application/ld\+json">(.*)</script>$', block)
    return json.loads(found)


def test_nothing_ends_a_block() -> None:
    """Whatever anybody typed."""
    block = data_block({"name": HOSTILE})
    assert read(block) == {"name": HOSTILE}
    assert block.count("<") == 2
    assert not set("&\u2028") & set(block)


def test_reform_is_described() -> None:
    """By schema.org's words, with its address, its times and whose it is."""
    told = read(data_block(describe_reform(taken(description=HOSTILE), SITE)))
    assert told["@id"] == f"{SITE}/reforms/OGC-2026-000001"
    assert (told["identifier"], told["inLanguage"], told["abstract"]) == ("OGC-2026-000001", "es", HOSTILE)
    assert told["creator"]["name"] == "Presidencia de la Corte Suprema de Justicia"
    assert told["about"]["url"] == f"{SITE}/areas/access-to-information"
    assert told["isPartOf"]["@id"] == f"{SITE}/reforms"
    assert told["license"] == "https://creativecommons.org/licenses/by/4.0/"
