"""What each code of a refusal says, in the languages of those who work here: the doors and the desk tell it so."""

import json
from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType

SENTENCES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    json.loads((resources.files(__package__) / "problems.json").read_text())
)
"""Every code that review refuses with: code to language to sentence; the list is closed."""
