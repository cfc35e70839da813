"""Lets scripts of any site read what anyone may: browsers ask before, and are told which headers they may see."""

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

READ = ("GET", "HEAD")
ASKED_WITH = ("If-None-Match", "If-Modified-Since", "Cache-Control", "Pragma")
SEEN = ("ETag", "Last-Modified", "Link", "Repr-Digest", "Retry-After", "Content-Disposition")
A_DAY = 86_400


def open_to_any_origin(app: FastAPI) -> None:
    """Open whatever can be read here, problems too; what changes something, or needs a token, no script may send."""
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=READ,
        allow_headers=ASKED_WITH,
        expose_headers=SEEN,
        max_age=A_DAY,
    )
