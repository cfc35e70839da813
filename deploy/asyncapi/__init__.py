"""The AsyncAPI 3 document of the whole system, made from the services as they run: `python -m deploy.asyncapi`."""

import json
from pathlib import Path

from contracts.asyncapi import DOCUMENT, PAGE
from deploy.asyncapi.declared import describe_service
from deploy.asyncapi.merged import merge
from deploy.asyncapi.page import render_page
from deploy.services import find_runnable_services


def render() -> dict[Path, bytes]:
    """Give the text of the document and of its page, as the services of today ask for them."""
    document = merge({name: describe_service(name) for name in find_runnable_services()})
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    return {DOCUMENT: text.encode(), PAGE: render_page(document)}
