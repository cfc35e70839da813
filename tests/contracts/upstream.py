"""The example forms for those who send, made from the controls; `python -m tests.contracts.upstream` writes them."""

import json
from pathlib import Path
from typing import Any

from tests.controls.intake import ALL_FORMS

FOLDER = Path(__file__).parents[2] / "examples" / "forms"


def rendered() -> dict[Path, bytes]:
    """Give the text of the example form of every channel."""
    return {FOLDER / f"{channel}.json": _text(make()) for channel, make in ALL_FORMS.items()}


def write_all() -> None:
    """Write every example, and remove those of channels that are no more."""
    wanted = rendered()
    for path in set(FOLDER.glob("*.json")) - wanted.keys():
        path.unlink()
    for path, text in wanted.items():
        path.write_bytes(text)


def _text(form: dict[str, Any]) -> bytes:
    return (json.dumps(form, ensure_ascii=False, indent=2) + "\n").encode()


if __name__ == "__main__":
    write_all()
