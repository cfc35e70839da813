"""The operator's way to the services' doors: where they are, the token to show, and what they answer."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import httpx
import typer

from deploy.services import find_runnable_services

SERVICE_URLS = "SERVICE_URLS"
TOKEN = "CHALLENGE_TOKEN"  # noqa: S105 - the name of a variable
_REFUSED, _SILENT = 1, 2
_PATIENCE_SECONDS = 60

Urls = Annotated[
    list[str] | None,
    typer.Option(
        "--url",
        metavar="[SERVICE=]URL",
        envvar=SERVICE_URLS,
        help="Where a service answers, such as review=http://127.0.0.1:8002; also REVIEW_URL and so on.",
    ),
]
Token = Annotated[str, typer.Option("--token", envvar=TOKEN, help="A token with the scope operate.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class Unanswered(Exception):
    """A service refused, or did not answer; says which, and why. `exit_code` is 1 for a refusal, else 2."""

    def __init__(self, what: str, exit_code: int = _SILENT) -> None:
        super().__init__(what)
        self.exit_code = exit_code


class Doors:
    """The operator's doors of the services whose addresses are known."""

    def __init__(self, urls: Mapping[str, str], token: str) -> None:
        self.urls = urls
        self._headers = {"Authorization": f"Bearer {token}"}

    def get(self, service: str, path: str) -> Any:
        """Ask a service.

        Raises:
            Unanswered: it refused, or did not answer.
        """
        return self._ask("GET", service, path, None)

    def post(self, service: str, path: str, body: dict[str, Any]) -> Any:
        """Tell a service to do something.

        Raises:
            Unanswered: it refused, or did not answer.
        """
        return self._ask("POST", service, path, body)

    def _ask(self, method: str, service: str, path: str, body: dict[str, Any] | None) -> Any:
        url = self._url_of(service)
        try:
            answer = httpx.request(
                method, f"{url}{path}", json=body, headers=self._headers, timeout=_PATIENCE_SECONDS, trust_env=False
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unanswered(f"{service} does not answer at {url}: {type(error).__name__}") from error
        if answer.is_error:
            raise Unanswered(f"{service} refuses: {_tell_problem(answer)}", _REFUSED)
        return answer.json()

    def _url_of(self, service: str) -> str:
        if service not in find_runnable_services():
            raise Unanswered(f"there is no service {service!r}; there are {', '.join(find_runnable_services())}")
        if service not in self.urls:
            raise Unanswered(f"where is {service}? Say --url {service}=http://… or set {service.upper()}_URL")
        return self.urls[service].rstrip("/")


@contextmanager
def knocking(urls: Sequence[str] | None, token: str, service: str | None = None) -> Iterator[Doors]:
    """Give the doors for the length of a block; a refusal, or silence, ends the command with its sentence.

    `service` is the one that the command is about, if it is about one: its address may be given without its name.
    """
    try:
        yield Doors(find_urls(urls, service), token)
    except Unanswered as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(error.exit_code) from error


def find_urls(given: Sequence[str] | None, service: str | None = None) -> dict[str, str]:
    """Gather the services' addresses: those that are given go before `<SERVICE>_URL`.

    Raises:
        typer.BadParameter: an address without the name of its service, or with one that there is not.
    """
    names = find_runnable_services()
    found = {name: os.environ[f"{name.upper()}_URL"] for name in names if os.environ.get(f"{name.upper()}_URL")}
    for each in given or []:
        name, mark, url = each.partition("=")
        if name in names:
            found[name] = url
        elif service and (not mark or "://" in name):
            found[service] = each
        else:
            raise typer.BadParameter(f"{each!r} does not say which service it is: {names[0]}=http://…")
    return found


def _tell_problem(answer: httpx.Response) -> str:
    try:
        problem = answer.json()
        faults = [f"{each.get('field')}: {each.get('detail')}" for each in problem.get("errors", [])]
        return "; ".join([f"{problem['code']}: {problem.get('detail', '')}".rstrip(": "), *faults])
    except (json.JSONDecodeError, KeyError, AttributeError):
        return f"{answer.status_code} {answer.text[:500]}"


def print_json(found: Any) -> None:
    """Print what a program can read."""
    typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
