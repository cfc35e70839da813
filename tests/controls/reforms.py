"""Examples of what is told on `reforms`."""

from dataclasses import replace
from typing import Any

from contracts.reforms import PublicReform, ReformCorrected, ReformMarked, ReformPublished, ReformRetracted
from contracts.vocabulary import Channel
from tests.controls.decisions import reform, reform_in_french
from tests.controls.envelope import DECIDED_AT, MONTH, RELEASED_AT, id_of, reference_of
from tests.controls.proposals import costa_rica, senegal


def public_reform(number: int = 1, /, **overrides: Any) -> PublicReform:
    """Costa Rica's reform as the public record shows it."""
    return replace(
        PublicReform(
            reference=reference_of(number),
            decision_id=id_of(f"decision {number}", DECIDED_AT),
            batch=MONTH,
            member=costa_rica(),
            reform=reform(),
            channel=Channel.STANDALONE,
        ),
        **overrides,
    )


def reform_published(number: int = 1, /, **overrides: Any) -> ReformPublished:
    """Costa Rica's reform enters the record."""
    return replace(ReformPublished(reform=public_reform(number), published_at=RELEASED_AT), **overrides)


def reform_published_in_french(number: int = 2, /, **overrides: Any) -> ReformPublished:
    """Senegal's reform enters the record."""
    shown = public_reform(number, member=senegal(), reform=reform_in_french())
    return replace(ReformPublished(reform=shown, published_at=RELEASED_AT), **overrides)


def reform_corrected(number: int = 1, /, **overrides: Any) -> ReformCorrected:
    """Costa Rica's reform now stands under its locality."""
    locality = costa_rica(code="CRSJO", name="San José, Costa Rica", kind="local")
    example = ReformCorrected(
        reform=public_reform(number, member=locality),
        why="It stood under the country; the action is the locality's own.",
        corrected_at=RELEASED_AT,
    )
    return replace(example, **overrides)


def reform_marked(number: int = 1, /, *, promising: bool = True, **overrides: Any) -> ReformMarked:
    """Costa Rica's reform is called promising."""
    shown = public_reform(number, promising=promising)
    return replace(ReformMarked(reform=shown, marked_at=RELEASED_AT), **overrides)


def reform_retracted(number: int = 1, /, **overrides: Any) -> ReformRetracted:
    """Costa Rica's reform leaves the record."""
    return replace(
        ReformRetracted(
            reference=reference_of(number),
            decision_id=id_of(f"retraction {number}", RELEASED_AT),
            why="La institución lo solicitó: la reforma continuará en otro compromiso.",
            retracted_at=RELEASED_AT,
        ),
        **overrides,
    )
