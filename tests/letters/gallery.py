"""A page of all letters as they are checked in: ``python -m tests.letters.gallery OUT.html``, or ``make letters``."""

import sys
from collections import defaultdict
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.notify.words import Text
from tests.letters import GOLDEN

Kinds = dict[str, dict[str, dict[str, Text]]]


def read_golden(folder: Path = GOLDEN) -> Kinds:
    """Read the letters that are checked in, by their kind, by what they tell, and by their language."""
    kinds: Kinds = defaultdict(lambda: defaultdict(dict))
    for path in sorted(folder.glob("*.txt")):
        told, kind, language, _ = path.name.split(".")
        subject, _, body = path.read_text(encoding="utf-8").partition("\n\n")
        kinds[kind][told][language] = Text(subject, body, path.with_suffix(".html").read_text(encoding="utf-8"))
    return kinds


def make_page(kinds: Kinds) -> str:
    """Make the page of these letters: one file, which needs nothing else."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    count = sum(len(languages) for told in kinds.values() for languages in told.values())
    return environment.get_template("gallery.html.jinja").render(kinds=kinds, count=count)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(make_page(read_golden()), encoding="utf-8")
