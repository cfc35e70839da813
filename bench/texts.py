"""Proposals of a usual length in three languages, for the backlog; invented, and marked synthetic."""

from datetime import date

from contracts.submissions import MemberAtReceipt, Milestone, Proposal
from contracts.vocabulary import Area, Branch, Level, MemberType, Value

_ENGLISH = (
    "The ministry will publish, every quarter, each contract that it signs, with its amendments, its payments and "
    "the names of those who own the companies behind it. A working group of journalists, auditors and suppliers "
    "agrees on the fields, tests each release and may ask for corrections, which are answered in public. "
)
_FRENCH = (
    "Les réformateur·rice·s du ministère publieront chaque trimestre les marchés signés, leurs avenants et leurs "
    "paiements\u202f; un comité réunissant journalistes, auditeur·rice·s et fournisseurs vérifie chaque livraison, "
    "«\u202fau cœur\u202f» du dispositif, et peut demander des corrections auxquelles il est répondu publiquement. "
)
_SPANISH = (
    "El Poder Judicial publicará cada tres meses los tiempos de tramitación de todos los despachos, las metas que "
    "acuerda con una mesa ciudadana y lo que se hizo para alcanzarlas. ¿Quién responde? Cada despacho, en audiencia "
    "pública; las organizaciones reciben los datos abiertos y revisan los avances dos veces al año. "
)

MEMBERS = (
    MemberAtReceipt(code="UA", name="Ukraine", kind="national", region="Europe"),
    MemberAtReceipt(code="SN", name="Senegal", kind="national", region="Africa & Middle East"),
    MemberAtReceipt(code="CR", name="Costa Rica", kind="national", region="Americas"),
    MemberAtReceipt(code="CI", name="Côte d'Ivoire", kind="national", region="Africa & Middle East"),
    MemberAtReceipt(code="PHQZT", name="Quezon City, Philippines", kind="local", region="Asia-Pacific"),
)


def proposals() -> list[Proposal]:
    """Give one proposal for each language and area."""
    return [
        _proposal(title, text, language, area)
        for title, text, language in (
            ("Publish every public contract, and who owns the companies behind it", _ENGLISH, "en"),
            ("Publier les marchés publics et leurs bénéficiaires effectifs", _FRENCH, "fr"),
            ("Reducir el rezago judicial con metas acordadas y datos abiertos", _SPANISH, "es"),
        )
        for area in Area
    ]


def _proposal(title: str, text: str, language: str, area: Area) -> Proposal:
    return Proposal(
        title=title,
        description=text * 2,
        problems=text,
        values={Value.TRANSPARENCY: text, Value.PARTICIPATION: text[:160]},
        declared_area=area,
        member_type=MemberType.NATIONAL,
        level=Level.NATIONAL,
        branch=Branch.EXECUTIVE,
        lead_institution="Ministère de l’Économie / Ministry of Economy",
        supporting_institutions=("Office of the Auditor General",),
        starts_on=date(2026, 9, 1),
        ends_on=date(2028, 8, 31),
        milestones=(
            Milestone(title=title[:60], due=date(2027, 3, 31)),
            Milestone(title=title[:40], due=date(2027, 11, 30)),
        ),
        partners=("Transparency Coalition",),
        language=language,
        synthetic=True,
    )
