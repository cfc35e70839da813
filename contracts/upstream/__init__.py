"""The JSON Schema of each channel's form, for those who send them: made by `python -m deploy.upstream`."""

from pathlib import Path

FOLDER = Path(__file__).parent
