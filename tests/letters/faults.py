"""Finds what is missing among the templates: a kind without letters, a translation, a placeholder."""

from collections.abc import Iterator, Mapping
from typing import get_args

from jinja2 import meta

from contracts.notices import NoticeKind
from services.notify.domain.letters import LANGUAGES
from services.notify.words import DIGEST, make_environment
from services.notify.words.wording import make_wording
from tests.controls.notify import HOUSE

ENDING = ".txt.jinja"
KINDS = get_args(NoticeKind)


def find_faults(sources: Mapping[str, str], kinds: tuple[str, ...] = KINDS) -> list[str]:
    """Say what is wrong with these templates; every kind must be written in every language, and ask for the same."""
    names = {name.removesuffix(ENDING).partition(".")[0] for name in sources if name.endswith(ENDING)}
    told = {name for name in names if not name.startswith("_")}
    return sorted(
        [
            *(f"{kind}: no template" for kind in kinds if kind not in told),
            *(f"{name}: no such kind" for name in told if name not in {*kinds, DIGEST}),
            *(fault for name in names for fault in _faults_of(name, sources)),
        ]
    )


def _faults_of(name: str, sources: Mapping[str, str]) -> Iterator[str]:
    asked = {}
    for language in LANGUAGES:
        if f"{name}.{language}{ENDING}" in sources:
            asked[language] = _asked(f"{name}.{language}{ENDING}", language, sources)
        else:
            yield f"{name}: not written in {language}"
    everything = frozenset[str]().union(*asked.values())
    for language, words in asked.items():
        yield from (f"{name}: {word} is not told in {language}" for word in everything - words)


def _asked(name: str, language: str, sources: Mapping[str, str]) -> frozenset[str]:
    parsed = make_environment(language, HOUSE.zone, make_wording(sources)).parse(sources[name])
    own = frozenset(meta.find_undeclared_variables(parsed))
    included = [it for it in meta.find_referenced_templates(parsed) if it is not None and it in sources]
    return own.union(*(_asked(it, language, sources) for it in included))
