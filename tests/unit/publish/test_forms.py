"""Who gets a page, and who gets JSON."""

import pytest
from fastapi import Request

from services.publish.site.forms import Form, answer, form_asked

FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def asking(path: str = "/reforms", accept: str | None = None) -> Request:
    """Make a request for a path with an Accept header."""
    headers = [] if accept is None else [(b"accept", accept.encode("latin-1"))]
    return Request({"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": headers})


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (FIREFOX, Form.PAGE),
        ("text/html", Form.PAGE),
        ("TEXT/HTML", Form.PAGE),
        ("text/html;level=1;q=0.5, application/json;q=0.4", Form.PAGE),
        ("application/json", Form.JSON),
        ("application/json, text/html;q=0.9", Form.JSON),
        ("text/html;q=0", Form.JSON),
        ("*/*", Form.JSON),
        ("", Form.JSON),
        (None, Form.JSON),
        (";;;q=,,,=", Form.JSON),
        ("text/html;q=999999999999", Form.PAGE),
    ],
)
def test_page_is_for_those_who_name_pages(accept: str | None, form: Form) -> None:
    """Browsers name pages; whoever does not, is a machine."""
    assert form_asked(asking(accept=accept)) == form


def test_json_twin_is_json_for_browsers_too() -> None:
    """An address that ends in .json is JSON."""
    assert form_asked(asking("/reforms/OGC-2026-000001.json", FIREFOX)) == Form.JSON


def test_page_may_run_nothing() -> None:
    """The policy of every page allows its own style and picture, and nothing else."""
    policy = answer(b"", Form.PAGE).headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self'")
    assert "script" not in policy
    assert "unsafe" not in policy
