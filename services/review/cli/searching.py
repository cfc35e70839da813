"""The command ``challenge items``: finds items by the search that the desk and the doors share."""

from typing import Annotated, Any

import typer

from services.review.cli.asking import AsJson, Token, Url, ask, show
from services.review.domain.searching.issues import Unreadable, say
from services.review.domain.searching.language import read_query

SHOWN = ("month", "reference", "status", "member", "area", "flags", "assessor", "title", "submission_id", "round")
PAGE = 200

Search = Annotated[str, typer.Argument(help='Such as: area:justice status:open -country:FR,SN "plain language"')]
Sort = Annotated[str, typer.Option(help="oldest, newest or member.")]
Limit = Annotated[int, typer.Option(min=1, help="So many at most.")]


def find_items(
    url: Url,
    token: Token,
    search: Search = "status:open",
    sort: Sort = "oldest",
    limit: Limit = PAGE,
    *,
    as_json: AsJson = False,
) -> None:
    """Find items by a search: keys and values, an *or* by comma, a *not* by minus, words as they stand."""
    found, more = search_items(url, token, search, limit, sort)
    lines = [{**one, "flags": " ".join(one["flags"])} for one in found]
    show(found if as_json else lines, SHOWN, as_json=as_json)
    if more:
        typer.echo(f"there are more than {limit}: narrow the search, or raise --limit", err=True)


def search_items(
    url: str, token: str, search: str, limit: int, sort: str = "oldest"
) -> tuple[list[dict[str, Any]], bool]:
    """Find so many items at most, and say whether there are more; end the command where the search does not read."""
    _check(search)
    wanted = {"q": search, "sort": sort}
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        place = {"cursor": cursor} if cursor else {}
        page = ask("GET", url, token, "/items", params={**wanted, **place, "limit": min(PAGE, limit - len(found))})
        found += page["items"]
        cursor = page["next"]
        if cursor is None or len(found) >= limit:
            return found, cursor is not None


def _check(search: str) -> None:
    """Say what is wrong with a search below the search itself, without asking anyone."""
    try:
        read_query(search)
    except Unreadable as unreadable:
        for issue in unreadable.issues:
            typer.echo(f"{search}\n{' ' * issue.at}^ {say(issue)}", err=True)
        raise typer.Exit(1) from unreadable
