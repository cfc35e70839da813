"""The words of sheets: headings in French and Spanish, and what people write for a code."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType

from contracts.reference import areas

NUMBER = "#"
"""Stands for the number of an item: `milestone # due`."""

_GAPS = re.compile(r"[^\w#]+|_+")

LABELS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "fr": {
            "external id": "identifiant externe",
            "channel": "canal",
            "submitted at": "envoyé le",
            "member": "membre",
            "title": "titre",
            "description": "description",
            "problems": "problèmes",
            "transparency": "transparence",
            "public accountability": "redevabilité publique",
            "civic participation": "participation citoyenne",
            "declared area": "domaine du Défi",
            "secondary area #": "domaine secondaire #",
            "member type": "type de membre",
            "jurisdiction": "juridiction",
            "level": "niveau",
            "branch": "pouvoir",
            "lead institution": "institution chef de file",
            "supporting institution #": "institution associée #",
            "starts on": "date de début",
            "ends on": "date de fin",
            "milestone # title": "jalon # titre",
            "milestone # due": "jalon # échéance",
            "partner #": "partenaire #",
            "plan": "plan d’action",
            "commitment id": "identifiant de l’engagement",
            "extends": "prolonge l’engagement",
            "resubmission of": "nouvelle soumission de",
            "language": "langue",
            "synthetic": "fictif",
            "contact name": "nom du contact",
            "contact address": "adresse électronique du contact",
            "contact language": "langue du contact",
            "holder name": "nom du titulaire",
            "holder address": "adresse électronique du titulaire",
            "holder language": "langue du titulaire",
            "public institution": "institution publique",
            "designation forum": "forum multipartite",
            "designation designated on": "désigné le",
            "designation poc consulted": "point de contact consulté",
            "text": "texte",
            "area": "domaine",
            "about": "à propos de",
            "author": "auteur",
            "author kind": "type d’auteur",
            "link #": "lien #",
            "award round": "cycle de prix",
            "government": "gouvernement",
            "reform": "réforme",
            "reform reference": "référence de la réforme",
            "evidence": "preuves",
            "nominator": "proposé par",
            "nominator kind": "type de proposant",
        },
        "es": {
            "external id": "identificador externo",
            "channel": "canal",
            "submitted at": "enviado el",
            "member": "miembro",
            "title": "título",
            "description": "descripción",
            "problems": "problemas",
            "transparency": "transparencia",
            "public accountability": "rendición de cuentas",
            "civic participation": "participación ciudadana",
            "declared area": "área del Desafío",
            "secondary area #": "área secundaria #",
            "member type": "tipo de miembro",
            "jurisdiction": "jurisdicción",
            "level": "nivel",
            "branch": "poder",
            "lead institution": "institución principal",
            "supporting institution #": "institución de apoyo #",
            "starts on": "fecha de inicio",
            "ends on": "fecha de fin",
            "milestone # title": "hito # título",
            "milestone # due": "hito # fecha",
            "partner #": "organización asociada #",
            "plan": "plan de acción",
            "commitment id": "identificador del compromiso",
            "extends": "amplía el compromiso",
            "resubmission of": "reenvío de",
            "language": "idioma",
            "synthetic": "ficticio",
            "contact name": "nombre del contacto",
            "contact address": "correo electrónico del contacto",
            "contact language": "idioma del contacto",
            "holder name": "nombre del titular",
            "holder address": "correo electrónico del titular",
            "holder language": "idioma del titular",
            "public institution": "institución pública",
            "designation forum": "foro multiactor",
            "designation designated on": "designado el",
            "designation poc consulted": "punto de contacto consultado",
            "text": "texto",
            "area": "área",
            "about": "sobre",
            "author": "autor",
            "author kind": "tipo de autor",
            "link #": "enlace #",
            "award round": "ronda de premios",
            "government": "gobierno",
            "reform": "reforma",
            "reform reference": "referencia de la reforma",
            "evidence": "pruebas",
            "nominator": "propuesto por",
            "nominator kind": "tipo de proponente",
        },
    }
)
"""Headings by language; those of the domain are the field's standard terms."""

_MORE_HEADINGS = {
    "id": "external id",
    "e mail": "contact address",
    "email": "contact address",
    "contact e mail": "contact address",
    "contact email": "contact address",
    "holder e mail": "holder address",
    "holder email": "holder address",
    "start date": "starts on",
    "end date": "ends on",
    "milestone # date": "milestone # due",
    "challenge area": "declared area",
    "plan d action": "plan",
    "identifiant": "external id",
    "identificador": "external id",
    "courriel": "contact address",
    "correo": "contact address",
}

_CODES = {
    "oui": "yes",
    "si": "yes",
    "non": "no",
    "incertain": "unsure",
    "no seguro": "unsure",
    "nacional": "national",
    "autre locale": "other-local",
    "otra local": "other-local",
    "other non member local jurisdiction in a member country": "other-local",
    "autre juridiction locale non membre dans un pays membre": "other-local",
    "otra jurisdiccion local no miembro en un pais miembro": "other-local",
    "executif": "executive",
    "legislatif": "legislature",
    "judiciaire": "judiciary",
    "independant": "independent",
    "ejecutivo": "executive",
    "legislativo": "legislature",
    "judicial": "judiciary",
    "independiente": "independent",
}

YES = frozenset({"true", "yes", "1", "vrai", "oui", "verdadero", "si"})
NO = frozenset({"false", "no", "0", "faux", "non", "falso"})


def normal(words: str) -> str:
    """Write words without case, accents and punctuation: what is compared of headings and codes."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", words.casefold()) if not unicodedata.combining(c))
    return _GAPS.sub(" ", plain).strip()


def _synonyms() -> Iterator[tuple[str, str]]:
    yield from _MORE_HEADINGS.items()
    for labels in LABELS.values():
        for name, label in labels.items():
            yield normal(label), name
            if label.endswith(f" {NUMBER}"):
                yield normal(label).removesuffix(f" {NUMBER}"), name.removesuffix(f" {NUMBER}")


SYNONYMS: Mapping[str, str] = MappingProxyType(dict(_synonyms()))
"""Headings, compared without case and accents, and the English name of each."""


@cache
def code_words() -> Mapping[str, str]:
    """Give what people write for a code, compared without case and accents: names of areas too."""
    named = ((normal(name), area.code.value) for area in areas().areas for name in (area.en, area.fr, area.es))
    return _CODES | dict(named)
