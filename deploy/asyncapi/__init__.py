"""The AsyncAPI 3 document of the whole system, made from the services as they run: `python -m deploy.asyncapi`."""

import json
from pathlib import Path

from deploy.asyncapi.declared import describe_service
from deploy.asyncapi.merged import merge
from deploy.services import find_runnable_services

DOCUMENT = Path(__file__).resolve().parents[2] / "contracts" / "asyncapi.json"


def render_document() -> bytes:
    """Give the text of the document, as the services of today ask for it."""
    document = merge({name: describe_service(name) for name in find_runnable_services()})
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
