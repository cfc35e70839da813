"""Writes the JSON Schema of each channel's form, from what intake reads with: `python -m deploy.upstream`."""

import json
from pathlib import Path
from typing import Any

from contracts.upstream import FOLDER
from services.intake.domain.forms import FORMS, SubmissionForm


def schema_of(channel: str, form: type[SubmissionForm]) -> dict[str, Any]:
    """Describe a channel's form in JSON Schema 2020-12: its shape; the rules of texts and dates are intake's."""
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:ogc:form:{channel}",
        "title": channel,
        "description": " ".join((form.__doc__ or "").split()).replace("``", "`"),
    }
    made = form.model_json_schema()
    return head | {key: value for key, value in made.items() if key not in head}


def rendered(folder: Path = FOLDER) -> dict[Path, bytes]:
    """Give the text of every form's schema, as the models of today ask for it."""
    return {folder / f"{channel}.schema.json": _text(schema_of(str(channel), FORMS[channel])) for channel in FORMS}


def write_all(folder: Path = FOLDER) -> None:
    """Write every schema, and remove those of channels that are no more."""
    wanted = rendered(folder)
    for path in set(folder.glob("*.schema.json")) - wanted.keys():
        path.unlink()
    for path, text in wanted.items():
        path.write_bytes(text)


def _text(schema: dict[str, Any]) -> bytes:
    return (json.dumps(schema, ensure_ascii=False, indent=2) + "\n").encode()


if __name__ == "__main__":
    write_all()
