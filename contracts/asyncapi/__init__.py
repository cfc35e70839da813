"""What is heard and told, in AsyncAPI 3 and as a page: made by `python -m deploy.asyncapi`, checked in beside this."""

from pathlib import Path

DOCUMENT = Path(__file__).parent / "asyncapi.json"
PAGE = Path(__file__).parent / "asyncapi.html"
