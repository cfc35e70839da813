"""Examples of what is sent in to intake: forms as their senders write them, and what intake makes of them."""

import json
from copy import deepcopy
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts.vocabulary import Channel
from services.chassis.codec import encode
from services.intake.domain.application import Application, Challenge, application_of
from services.intake.domain.calendar import Moment
from services.intake.domain.dossier import Dossier, NoWithdrawal, Waiting
from services.intake.domain.plans import AwardRound, Commitment, Plan, PlanBook
from services.intake.domain.reading import content_of, read_submission
from services.intake.domain.registry import Member
from services.intake.domain.rules import Known
from tests.controls.envelope import MOMENT, id_of
from tests.controls.proposals import proposal, proposal_in_english, proposal_in_french
from tests.controls.stories import AWARD_ROUND, nomination, story

UTC_ZONE = ZoneInfo("UTC")

Json = dict[str, Any]


def standalone_form(number: int = 1, **overrides: Any) -> Json:
    """The Standalone Commitments form of a Colombian department that is no member, in Spanish."""
    form: Json = {
        "schema_version": 1,
        "channel": "standalone",
        "external_id": f"form-{number:06d}",
        "member": "CO",
        "proposal": {
            "title": "Proyectos de desarrollo sostenible liderados por jóvenes",
            "description": "La Gobernación abrirá un fondo para proyectos de jóvenes.\n\n¿Quién decide? Ellas y ellos.",
            "problems": "Ocho de cada diez jóvenes no participan en las decisiones que los afectan.",
            "values": {"civic-participation": "Las y los jóvenes eligen los proyectos en asambleas abiertas."},
            "declared_area": "gender-and-inclusion",
            "secondary_areas": ["public-participation"],
            "member_type": "other-local",
            "jurisdiction": "Norte de Santander, Colombia",
            "level": "local",
            "lead_institution": "Gobernación de Norte de Santander",
            "starts_on": "2026-09-01",
            "ends_on": "2028-08-31",
            "milestones": [{"title": "Primera asamblea de jóvenes", "due": "2027-06-30"}],
            "language": "es",
            "synthetic": True,
        },
        "contact": {"name": "Lucía Nogal", "address": "lucia.nogal@example.org", "language": "es"},
        "holder": {"name": "Íñigo Sauce", "address": "inigo.sauce@example.org", "language": "es"},
    }
    return _overridden(form, overrides)


def action_plan_form(number: int = 2, **overrides: Any) -> Json:
    """A commitment of Senegal's action plan, designated by its forum, in French."""
    form: Json = {
        "schema_version": 1,
        "channel": "action-plan",
        "external_id": f"plan-{number:06d}",
        "member": "SN",
        "proposal": proposal_json(proposal_in_french()),
        "designation": {
            "forum": "Forum multipartite du Sénégal",
            "designated_on": "2026-10-02",
            "poc_consulted": True,
        },
        "contact": {"name": "Aïssatou Chêne", "address": "aissatou.chene@example.org", "language": "fr"},
    }
    return _overridden(form, overrides)


def plan_amendment_form(number: int = 3, **overrides: Any) -> Json:
    """A commitment that Senegal's forum adds to its plan inside the edit window."""
    written = action_plan_form(number, channel="plan-amendment", external_id=f"amendment-{number:06d}")
    return _overridden(written, overrides)


def recognition_form(number: int = 4, **overrides: Any) -> Json:
    """An ongoing commitment of Ukraine for which recognition is asked, in English."""
    form: Json = {
        "schema_version": 1,
        "channel": "recognition",
        "external_id": f"recognition-{number:06d}",
        "member": "UA",
        "proposal": proposal_json(proposal_in_english(commitment_id="UA0107")),
        "contact": {"name": "Olena Dub", "address": "olena.dub@example.org", "language": "en"},
    }
    return _overridden(form, overrides)


def story_form(number: int = 5, **overrides: Any) -> Json:
    """A story of a civil society organisation about a municipality in a country that is no member, in French."""
    form: Json = {
        "schema_version": 1,
        "channel": "story",
        "external_id": f"story-{number:06d}",
        "story": proposal_json(story()),
        "contact": {"name": "Aminata Baobab", "address": "aminata.baobab@example.org", "language": "fr"},
    }
    return _overridden(form, overrides)


def nomination_form(number: int = 6, **overrides: Any) -> Json:
    """A nomination of Costa Rica's reform for an award, in Spanish."""
    form: Json = {
        "schema_version": 1,
        "channel": "award-nomination",
        "external_id": f"nomination-{number:06d}",
        "award_round": AWARD_ROUND,
        "member": "CR",
        "nomination": proposal_json(nomination()),
        "contact": {"name": "Íñigo Sauce", "address": "inigo.sauce@example.org", "language": "es"},
    }
    return _overridden(form, overrides)


ALL_FORMS = {
    "standalone": standalone_form,
    "action-plan": action_plan_form,
    "plan-amendment": plan_amendment_form,
    "recognition": recognition_form,
    "story": story_form,
    "award-nomination": nomination_form,
}
"""An example of every channel's form."""


def proposal_json(text: Any) -> Json:
    """Write a proposal, a story or a nomination as a form holds it."""
    written: Json = json.loads(encode(text))
    return {key: value for key, value in written.items() if value is not None}


def amendment_form(**overrides: Any) -> Json:
    """The standalone form's proposal with another title."""
    text = standalone_form()["proposal"] | {"title": "Fondo para proyectos de jóvenes, con asambleas abiertas"}
    return {"schema_version": 1, "proposal": text, **overrides}


def answer_form(**overrides: Any) -> Json:
    """An answer that leaves the proposal as it is."""
    return {"schema_version": 1, "answer": "Sí: las actas de cada asamblea serán públicas.", **overrides}


def withdrawal_form(**overrides: Any) -> Json:
    """The wish to withdraw, with its reason."""
    return {"schema_version": 1, "reason": "Presentaremos una acción conjunta el próximo año.", **overrides}


def as_body(form: Json) -> bytes:
    """Write a form as the bytes of a request."""
    return json.dumps(form, ensure_ascii=False).encode()


def application(number: int = 1, form: Json | None = None, entered_by: str | None = None) -> Application:
    """What intake reads from the standalone form, or from another; ``entered_by`` whoever had a token."""
    read = read_submission(as_body(form or standalone_form(number)))
    return application_of(
        read,
        content_of(read),
        source="web",
        external_id=read.external_id or f"form-{number:06d}",
        entered_by=entered_by,
        new_ids=(
            id_of(f"submission {number}"),
            id_of(f"received {number}"),
            id_of(f"submitter {number}"),
            id_of(f"holder {number}"),
        ),
    )


def colombia(**overrides: Any) -> Member:
    """The member of the standalone form."""
    found: Json = {"code": "CO", "kind": "national", "country": "CO", "region": "Americas", "name": "Colombia"}
    return Member(**(found | overrides))


def challenge(**overrides: Any) -> Challenge:
    """The dates of the Challenge."""
    return Challenge(**({"starts_on": date(2023, 11, 1), "ends_on": date(2028, 12, 31)} | overrides))


def known(member: Member | None = None, **overrides: Any) -> Known:
    """What the registry knows of an application: the Challenge's dates, and a member if one is given."""
    return Known(**({"challenge": challenge(), "member": member} | overrides))


def plan(**overrides: Any) -> Plan:
    """Senegal's action plan, with its edit window in the autumn of 2026."""
    found: Json = {
        "code": "SN-2025-2028",
        "member_code": "SN",
        "title": "Plan d’action national 2025-2028",
        "starts_on": date(2025, 9, 1),
        "ends_on": date(2028, 8, 31),
        "window_opens_on": date(2026, 9, 1),
        "window_closes_on": date(2026, 11, 30),
    }
    return Plan(**(found | overrides))


def plan_book(**overrides: Any) -> PlanBook:
    """Senegal's plan, with one of its commitments."""
    found = plan(**overrides)
    commitment = Commitment(commitment_id="SN0013", plan=found, title="Accès à l’information")
    return PlanBook(plans={found.code: found}, commitments={"SN0013": commitment})


def award_round(**overrides: Any) -> AwardRound:
    """A round of awards that is open."""
    found: Json = {
        "code": AWARD_ROUND,
        "opens_on": date(2026, 10, 1),
        "closes_on": date(2026, 12, 31),
        "names": {"en": "Africa and the Middle East 2026"},
    }
    return AwardRound(**(found | overrides))


def moment(**overrides: Any) -> Moment:
    """A moment of November 2026, when October is closed."""
    found: Json = {
        "at": MOMENT,
        "zone": UTC_ZONE,
        "last_closed": "2026-10",
        "closed_until": datetime(2026, 11, 1, tzinfo=UTC),
    }
    return Moment(**(found | overrides))


def dossier(submission_id: UUID | None = None, **overrides: Any) -> Dossier:
    """A submission that has its receipt and waits for its batch."""
    found: Json = {
        "submission_id": submission_id or id_of("submission 1"),
        "channel": Channel.STANDALONE,
        "member_code": "CO",
        "round": 1,
        "version": 1,
        "month": "2026-11",
        "proposal": proposal(),
        "flags": (),
        "answer": None,
        "standing": Waiting(),
        "withdrawal": NoWithdrawal(),
    }
    return Dossier(**(found | overrides))


def _overridden(form: Json, overrides: Json) -> Json:
    """Replace fields; ``proposal__title`` stands for one inside another, and None takes a field away."""
    written = deepcopy(form)
    for name, value in overrides.items():
        *path, last = name.split("__")
        place = written
        for step in path:
            place = place[step]
        if value is None:
            place.pop(last, None)
        else:
            place[last] = value
    return written
