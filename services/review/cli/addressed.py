"""What commands are about: a month, or one item in a round, as it was seen; and how an item's command is sent."""

import inspect
from collections.abc import Callable
from typing import Annotated, Any, NamedTuple

import typer

from services.review.cli.asking import AsJson, Token, Url, ask, show_one

Month = Annotated[str, typer.Argument(help="A month, such as 2026-11.")]
Submission = Annotated[str, typer.Argument(help="The submission's id.")]
Round = Annotated[int, typer.Option("--round", min=1, help="The round of the review.")]
Revision = Annotated[
    int | None, typer.Option("--revision", min=1, help="The item as you saw it; refused with what differs since.")
]


class Addressed(NamedTuple):
    """One item, and who asks for it."""

    submission: str
    url: str
    token: str
    round_: int
    revision: int | None
    as_json: bool

    def send(self, action: str, **content: Any) -> None:
        """Send a command to the item's door, and show what it comes to. What is None in ``json`` is not sent."""
        if "json" in content:
            content["json"] = {name: value for name, value in content["json"].items() if value is not None}
        seen = {} if self.revision is None else {"If-Match": f'"{self.revision}"'}
        path = f"/items/{self.submission}/{self.round_}/{action}"
        show_one(ask("POST", self.url, self.token, path, headers=seen, **content), as_json=self.as_json)


_ADDRESS = {
    "submission": (Submission, inspect.Parameter.empty),
    "url": (Url, inspect.Parameter.empty),
    "token": (Token, inspect.Parameter.empty),
    "round_": (Round, 1),
    "revision": (Revision, None),
    "as_json": (AsJson, False),
}


def about_item(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command, whose first parameter is ``item``, the argument and the options that say which one it is."""

    def told(**given: Any) -> None:
        command(Addressed(**{name: given.pop(name) for name in _ADDRESS}), **given)

    own = {one.name: (one.annotation, one.default) for one in inspect.signature(command).parameters.values()}
    own.pop("item")
    shown = {"submission": _ADDRESS["submission"], **own, **_ADDRESS}
    signature = inspect.Signature([_keyword(name, *how) for name, how in shown.items()])
    vars(told).update(__signature__=signature, __doc__=command.__doc__)
    return told


def _keyword(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)
