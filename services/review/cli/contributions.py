"""The commands ``challenge story …`` and ``challenge nomination …``."""

from typing import Annotated, Any

import typer

from services.review.cli.asking import AsJson, Token, Url, ask, show, show_one

story = typer.Typer(help="Stories of inspiration: list, look, release.", no_args_is_help=True)
nomination = typer.Typer(help="Nominations for awards: list, look.", no_args_is_help=True)

Story = Annotated[str, typer.Argument(help="The story's id.")]
Nomination = Annotated[str, typer.Argument(help="The nomination's id.")]


@story.command("list")
def list_stories(
    url: Url,
    token: Token,
    *,
    waiting: Annotated[bool, typer.Option("--waiting", help="Only those that are not released.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the stories, the newest first."""
    found = _all(url, token, "/stories", "stories", {"state": "shared"} if waiting else {})
    lines = [{**one, "title": one["story"]["title"]} for one in found]
    show(found if as_json else lines, ("reference", "state", "title", "submission_id"), as_json=as_json)


@story.command("show")
def show_story(story_id: Story, url: Url, token: Token, *, as_json: AsJson = False) -> None:
    """Show a story."""
    show_one(ask("GET", url, token, f"/stories/{story_id}"), as_json=as_json)


@story.command("release")
def release_story(story_id: Story, url: Url, token: Token, *, as_json: AsJson = False) -> None:
    """Let a story be shown to anyone: once."""
    show_one(ask("POST", url, token, f"/stories/{story_id}/release"), as_json=as_json)


@nomination.command("list")
def list_nominations(
    url: Url,
    token: Token,
    *,
    award_round: Annotated[str | None, typer.Option("--round", help="Only those of this round of awards.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the nominations, the newest first."""
    wanted = {"award_round": award_round} if award_round else {}
    found = _all(url, token, "/nominations", "nominations", wanted)
    lines = [{**one, "government": one["nomination"]["government"]} for one in found]
    show(found if as_json else lines, ("reference", "award_round", "government", "submission_id"), as_json=as_json)


@nomination.command("show")
def show_nomination(nomination_id: Nomination, url: Url, token: Token, *, as_json: AsJson = False) -> None:
    """Show a nomination."""
    show_one(ask("GET", url, token, f"/nominations/{nomination_id}"), as_json=as_json)


def _all(url: str, token: str, path: str, name: str, wanted: dict[str, str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        page = ask("GET", url, token, path, params={**wanted, **({"cursor": cursor} if cursor else {})})
        found += page[name]
        cursor = page["next"]
        if cursor is None:
            return found
