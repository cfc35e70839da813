"""Examples of what is sent in to intake: forms as their senders write them, and what intake makes of them."""

import json
from copy import deepcopy
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from services.chassis.codec import encode
from services.intake.domain.application import Application, Challenge, application_of
from services.intake.domain.calendar import Moment
from services.intake.domain.dossier import Dossier, NoWithdrawal, Waiting
from services.intake.domain.reading import content_of, read_submission
from services.intake.domain.registry import Member
from tests.controls.envelope import MOMENT, id_of
from tests.controls.proposals import proposal, proposal_in_french

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


def proposal_json(text: Any) -> Json:
    """Write a proposal as a form holds it."""
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


def application(number: int = 1, form: Json | None = None) -> Application:
    """What intake reads from the standalone form, or from another."""
    read = read_submission(as_body(form or standalone_form(number)))
    return application_of(
        read,
        content_of(read),
        source="web",
        external_id=read.external_id or f"form-{number:06d}",
        entered_by=None,
        new_ids=(
            id_of(f"submission {number}"),
            id_of(f"received {number}"),
            id_of(f"submitter {number}"),
            id_of(f"holder {number}"),
        ),
    )


def colombia(**overrides: Any) -> Member:
    """The member of the standalone form."""
    known: Json = {"code": "CO", "kind": "national", "country": "CO", "region": "Americas", "name": "Colombia"}
    return Member(**(known | overrides))


def challenge(**overrides: Any) -> Challenge:
    """The dates of the Challenge."""
    return Challenge(**({"starts_on": date(2023, 11, 1), "ends_on": date(2028, 12, 31)} | overrides))


def moment(**overrides: Any) -> Moment:
    """A moment of November 2026, when October is closed."""
    known: Json = {
        "at": MOMENT,
        "zone": UTC_ZONE,
        "last_closed": "2026-10",
        "closed_until": datetime(2026, 11, 1, tzinfo=UTC),
    }
    return Moment(**(known | overrides))


def dossier(submission_id: UUID | None = None, **overrides: Any) -> Dossier:
    """A submission that has its receipt and waits for its batch."""
    known: Json = {
        "submission_id": submission_id or id_of("submission 1"),
        "round": 1,
        "version": 1,
        "month": "2026-11",
        "proposal": proposal(),
        "flags": (),
        "answer": None,
        "standing": Waiting(),
        "withdrawal": NoWithdrawal(),
    }
    return Dossier(**(known | overrides))


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
