"""Examples of stories and nominations, and of what is told about them: all invented, in French, Spanish and English."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from contracts.decisions import StoryReleased
from contracts.submissions import ContactConfirmed, DraftSaved, Nomination, NominationReceived, Story, StoryShared
from contracts.subscriptions import SubscriptionConfirmed, SubscriptionEnded, SubscriptionRequested
from contracts.vocabulary import Area
from tests.controls.envelope import MOMENT, RELEASED_AT, id_of, reference_of
from tests.controls.proposals import costa_rica, senegal

AWARD_ROUND = "2026-africa"


def story(**overrides: Any) -> Story:
    """A civil society organisation tells of a municipality in a country that is no member, in French."""
    return replace(
        Story(
            title="À Bafoussam, les habitant·e·s lisent enfin le budget",
            text=(
                "Chaque trimestre, la mairie affiche ses comptes sur la place du marché.\n\n"
                "«\u202fOn sait où va l’argent\u202f», dit une commerçante\u00a0; l’école a été réparée."
            ),
            area=Area.FISCAL_OPENNESS,
            about="Commune de Bafoussam (Cameroun)",
            member_type="non-member",
            jurisdiction="Bafoussam, Cameroun",
            author="Réseau des budgets ouverts (inventé)",
            author_kind="civil-society",
            links=("https://example.org/recits/bafoussam",),
            language="fr",
            synthetic=True,
        ),
        **overrides,
    )


def nomination(**overrides: Any) -> Nomination:
    """A partner names a government for a reform that is adopted and works, in Spanish."""
    return replace(
        Nomination(
            government="Costa Rica",
            reform="Reducción del rezago judicial",
            reform_reference=reference_of(1),
            evidence="La reforma se adoptó en marzo; el tablero público muestra un 30\u202f% menos de causas.",
            links=("https://example.org/evidencia",),
            nominator="Observatorio de la Justicia (inventado)",
            nominator_kind="civil-society",
            language="es",
            synthetic=True,
        ),
        **overrides,
    )


def story_shared(number: int = 4, /, **overrides: Any) -> StoryShared:
    """A story from a country that is no member, through the public form: its address is not confirmed yet."""
    return replace(
        StoryShared(
            reference=reference_of(number),
            shared_at=MOMENT,
            source="web",
            external_id=f"story-{number:06d}",
            story=story(),
            contact_ref=str(id_of(f"submitter {number}")),
            contact_confirmed=False,
            flags=("zero-width",),
        ),
        **overrides,
    )


def story_shared_by_staff(number: int = 5, /, **overrides: Any) -> StoryShared:
    """A member's own story that staff entered for it."""
    told = story(
        title="Au Sénégal, les archives s’ouvrent au public",
        about="Direction des Archives du Sénégal",
        area=Area.ACCESS_TO_INFORMATION,
        member_type="national",
        jurisdiction=None,
        author="Direction des Archives du Sénégal",
        author_kind="government",
        links=(),
    )
    return story_shared(
        number,
        **{
            "source": "support-unit",
            "member": senegal(),
            "story": told,
            "contact_confirmed": True,
            "entered_by": "support-unit",
            "flags": (),
            **overrides,
        },
    )


def story_released(number: int = 4, /, **overrides: Any) -> StoryReleased:
    """The Support Unit lets the French story be shown."""
    return replace(
        StoryReleased(
            reference=reference_of(number),
            contact_ref=str(id_of(f"submitter {number}")),
            shared_at=MOMENT,
            released_at=RELEASED_AT,
            released_by="support-unit",
            story=story(),
        ),
        **overrides,
    )


def nomination_received(number: int = 6, /, **overrides: Any) -> NominationReceived:
    """A nomination in a round that was open, for a member that the registry knows."""
    return replace(
        NominationReceived(
            reference=reference_of(number),
            received_at=MOMENT,
            award_round=AWARD_ROUND,
            source="web",
            external_id=f"nomination-{number:06d}",
            member=costa_rica(),
            nomination=nomination(),
            contact_ref=str(id_of(f"submitter {number}")),
            contact_confirmed=False,
        ),
        **overrides,
    )


def contact_confirmed(**overrides: Any) -> ContactConfirmed:
    """The submitter followed the link."""
    return replace(ContactConfirmed(confirmed_at=MOMENT), **overrides)


def draft_saved(number: int = 9, /, **overrides: Any) -> DraftSaved:
    """Someone saved a form in French, and wants the link to it by letter."""
    ref = str(id_of(f"writer {number}"))
    example = DraftSaved(contact_ref=ref, saved_at=MOMENT, expires_at=MOMENT + timedelta(days=30), language="fr")
    return replace(example, **overrides)


def subscription_requested(number: int = 7, /, **overrides: Any) -> SubscriptionRequested:
    """Someone wants the batch reports by letter, in French; the address is yet to be confirmed."""
    ref = str(id_of(f"subscriber {number}"))
    until = MOMENT + timedelta(days=7)
    example = SubscriptionRequested(contact_ref=ref, requested_at=MOMENT, expires_at=until, language="fr")
    return replace(example, **overrides)


def subscription_confirmed(number: int = 7, /, **overrides: Any) -> SubscriptionConfirmed:
    """They pressed the button behind the link in that letter."""
    ref = str(id_of(f"subscriber {number}"))
    return replace(SubscriptionConfirmed(contact_ref=ref, confirmed_at=MOMENT, language="fr"), **overrides)


def subscription_ended(**overrides: Any) -> SubscriptionEnded:
    """They unsubscribed."""
    return replace(SubscriptionEnded(ended_at=MOMENT), **overrides)
