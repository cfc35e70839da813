"""The command ``challenge batch ask-update``."""

from typing import Annotated

import typer

from services.review.cli.asking import AsJson, Token, Url, ask, show_one


def ask_for_update(
    submission: Annotated[str, typer.Argument(help="The submission's id.")],
    why: Annotated[str, typer.Argument(help="What you want to know.")],
    url: Url,
    token: Token,
    round_: Annotated[int, typer.Option("--round", min=1, help="The round of the review.")] = 1,
    *,
    as_json: AsJson = False,
) -> None:
    """Let the holder of a reform be asked how it goes on."""
    path = f"/items/{submission}/{round_}/ask-update"
    show_one(ask("POST", url, token, path, json={"why": why}), as_json=as_json)
