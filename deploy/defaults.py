"""Lets every command find the system that was started last here, unless it is told of another one."""

import os
from collections.abc import Iterator, Mapping
from typing import Any

import typer

from deploy.doors import SERVICE_URLS
from deploy.services import find_runnable_services
from deploy.system import CURRENT, System


def give_defaults(context: typer.Context) -> None:
    """Give the options that nobody gives the values of the system that was started last.

    Whoever names one service's address by its variable means another system, and gets none of this one's.
    """
    if CURRENT.exists() and not any(name in os.environ for name in _address_variables()):
        context.default_map = find_defaults(context.command, System.read(CURRENT).command_line_settings())


def find_defaults(command: Any, known: Mapping[str, Any]) -> dict[str, Any]:
    """Find a command's defaults, and those of the commands below it, by the variables that their options read."""
    below = getattr(command, "commands", {})
    named = [(option.name, variable) for option in command.params for variable in _variables_of(option)]
    own = {name: known[variable] for name, variable in reversed(named) if variable in known}
    return own | {name: find_defaults(each, known) for name, each in below.items()}


def _variables_of(option: Any) -> list[str]:
    # one, several of which the first goes before the others, or none
    return [option.envvar] if isinstance(option.envvar, str) else list(option.envvar or ())


def _address_variables() -> Iterator[str]:
    yield SERVICE_URLS
    yield from (f"{name.upper()}_URL" for name in find_runnable_services())
