"""Examples of what is told on `forms-refused`."""

from dataclasses import replace
from typing import Any

from contracts.forms import FormRefused, Problem
from tests.controls.envelope import MOMENT


def form_refused(**overrides: Any) -> FormRefused:
    """Two things are wrong with one form."""
    return replace(
        FormRefused(
            source="formulaires",
            external_id="form-000042",
            problems=(Problem(code="unknown-area", field="/declared_area"), Problem(code="dates", field="/ends_on")),
            partition=3,
            offset=120,
            refused_at=MOMENT,
        ),
        **overrides,
    )
