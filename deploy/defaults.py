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
    own = {option.name: known[option.envvar] for option in command.params if option.envvar in known}
    return own | {name: find_defaults(each, known) for name, each in below.items()}


def _address_variables() -> Iterator[str]:
    yield SERVICE_URLS
    yield from (f"{name.upper()}_URL" for name in find_runnable_services())
