"""Proposals as institutions write them: the reforms are real, their texts in Spanish, French and English invented."""

from dataclasses import replace
from datetime import date
from typing import Any

from contracts.submissions import Designation, MemberAtReceipt, Milestone, Proposal
from contracts.vocabulary import Area, Branch, Level, MemberType, Value


def proposal(**overrides: Any) -> Proposal:
    """Reduce the backlog of court cases: standalone, in Spanish, by a judiciary."""
    return replace(
        Proposal(
            title="Reducción del rezago judicial: ¿cuánto tarda la justicia?",
            description=(
                "El Poder Judicial publicará cada trimestre los tiempos de resolución de cada despacho.\n\n"
                "Una mesa con la ciudadanía acordará las metas del año siguiente; la niñez y la vejez, primero."
            ),
            problems="Más de 400\u202f000 expedientes siguen en trámite, y nadie sabe por qué unos tardan el doble.",
            values={
                Value.TRANSPARENCY: "Los datos, abiertos y por despacho, se actualizan cada tres meses.",
                Value.PARTICIPATION: "La mesa ciudadana define las metas y revisa los avances.",
            },
            declared_area=Area.JUSTICE,
            secondary_areas=(Area.ACCESS_TO_INFORMATION,),
            member_type=MemberType.NATIONAL,
            level=Level.NATIONAL,
            branch=Branch.JUDICIARY,
            lead_institution="Presidencia de la Corte Suprema de Justicia",
            supporting_institutions=("Ministerio de Justicia y Paz",),
            starts_on=date(2026, 9, 1),
            ends_on=date(2028, 8, 31),
            milestones=(
                Milestone(title="Publicación del primer tablero de tiempos", due=date(2027, 3, 31)),
                Milestone(title="Metas acordadas con la mesa ciudadana", due=date(2027, 11, 30)),
            ),
            partners=("Asociación Costarricense de la Judicatura",),
            language="es",
            synthetic=True,
        ),
        **overrides,
    )


def proposal_in_french(**overrides: Any) -> Proposal:
    """Adopt the bill on access to information: from an action plan, in French, written inclusively."""
    return replace(
        Proposal(
            title="Adopter le projet de loi sur l’accès à l’information",
            description=(
                "Les réformateur·rice·s du ministère soumettront à l’Assemblée un texte qui garantit à chacun·e "
                "l’accès aux documents publics.\n"
                "Le délai de réponse sera de 15\u00a0jours\u202f; tout refus devra être motivé, «\u202fau cœur\u202f» "
                "du dispositif."
            ),
            problems="Aujourd’hui, les citoyen·ne·s attendent\u202f: 6 demandes sur 10 restent sans réponse.",
            values={
                Value.TRANSPARENCY: "Les documents publics deviennent accessibles à tou·te·s.",
                Value.ACCOUNTABILITY: "Une commission indépendante examine chaque refus et publie ses avis.",
            },
            declared_area=Area.ACCESS_TO_INFORMATION,
            member_type=MemberType.NATIONAL,
            level=Level.NATIONAL,
            lead_institution="Ministère de la Justice / Direction de la Promotion de la bonne gouvernance",
            starts_on=date(2026, 1, 15),
            ends_on=date(2027, 12, 31),
            milestones=(Milestone(title="Vote à l’Assemblée nationale", due=date(2027, 6, 30)),),
            partners=("Article 19 Sénégal et Afrique de l’Ouest",),
            plan="2023-2025 (décembre)",
            commitment_id="SN0013",
            language="fr",
            synthetic=True,
        ),
        **overrides,
    )


def proposal_in_english(**overrides: Any) -> Proposal:
    """A strategy against corruption: standalone, in English, with non-breaking hyphens in its title."""
    return replace(
        Proposal(
            title="Implement a Whole\u2011of\u2011Government Anti\u2011Corruption Strategy",
            description="The Agency will publish, each quarter, what every ministry did under the State Programme.",
            problems="Measures are agreed and then forgotten; nobody outside can tell which ones were carried out.",
            values={Value.ACCOUNTABILITY: "Ministries answer in public hearings for what they have not done."},
            declared_area=Area.ANTI_CORRUPTION,
            member_type=MemberType.NATIONAL,
            level=Level.NATIONAL,
            branch=Branch.INDEPENDENT,
            lead_institution="National Agency on Corruption Prevention",
            starts_on=date(2026, 7, 1),
            ends_on=date(2027, 6, 30),
            milestones=(Milestone(title="First public hearing", due=date(2027, 2, 1)),),
            language="en",
            synthetic=True,
        ),
        **overrides,
    )


def costa_rica(**overrides: Any) -> MemberAtReceipt:
    """Give the member of the Spanish proposal."""
    return replace(MemberAtReceipt(code="CR", name="Costa Rica", kind="national", region="Americas"), **overrides)


def senegal(**overrides: Any) -> MemberAtReceipt:
    """Give the member of the French proposal."""
    return replace(MemberAtReceipt(code="SN", name="Senegal", kind="national", region="Africa"), **overrides)


def ukraine(**overrides: Any) -> MemberAtReceipt:
    """Give the member of the English proposal."""
    return replace(MemberAtReceipt(code="UA", name="Ukraine", kind="national", region="Europe"), **overrides)


def designation(**overrides: Any) -> Designation:
    """Give the forum's designation that brings a plan's commitment into the Challenge."""
    example = Designation(forum="Forum multipartite du Sénégal", designated_on=date(2026, 10, 2), poc_consulted=True)
    return replace(example, **overrides)
