"""Every door of review, and who may go through it: a new one without a line here fails the test."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, Mount

from services.review.domain.staff import Role

NOBODY: frozenset[Role] = frozenset()
READERS: frozenset[Role] = frozenset({"viewer", "data-team", "support-unit", "irm"})
ASSESSORS: frozenset[Role] = frozenset({"data-team", "support-unit"})
DECIDERS: frozenset[Role] = frozenset({"support-unit"})
IRM: frozenset[Role] = frozenset({"irm"})
OPERATORS: frozenset[Role] = frozenset({"operator"})
EVERYONE: frozenset[Role] = READERS | OPERATORS


class Door(NamedTuple):
    """A door by its method and its path."""

    method: str
    path: str

    @property
    def is_page(self) -> bool:
        """Whether it is one of the desk's pages, whose visitors are signed in."""
        return self.path.startswith("/desk/")


def doors_of(app: FastAPI, under: str = "") -> Iterator[Door]:
    """List all doors that an application opens, those of applications inside it included."""
    for context in iter_route_contexts(app.routes):
        route: BaseRoute = context.original_route
        if isinstance(route, Mount):
            inner = route.app
            assert isinstance(inner, FastAPI), f"{route.path} is no application whose doors can be listed"
            yield from doors_of(inner, under + route.path)
        else:
            for method in sorted(set(context.methods or ()) - {"HEAD"}):
                yield Door(method, under + str(context.path))


OPEN: Sequence[str] = (
    "GET /desk",
    "GET /desk/language/{language}",
    "GET /desk/sign-in",
    "POST /desk/sign-in",
    "GET /desk/sign-in/openid",
    "GET /desk/sign-in/openid/back",
    "POST /desk/sign-out",
    "GET /desk/static/{name}",
)
"""Who goes through these is not known, or not asked."""

DOORS: Mapping[str, frozenset[Role]] = {
    # the batches
    "GET /batches": READERS,
    "GET /batches/{month}": READERS,
    "GET /batches/{month}/items": READERS,
    "GET /batches/{month}/manifest": READERS,
    "GET /batches/{month}/preview": READERS,
    "GET /batches/{month}/report": READERS,
    "GET /batches/{month}/report.csv": READERS,
    "POST /batches/{month}/release": DECIDERS,
    "POST /batches/{month}/report": DECIDERS,
    "GET /batches/{month}/assignment": READERS,
    "POST /batches/{month}/assignment": ASSESSORS,
    "GET /batches/{month}/what-if": READERS,
    "GET /drafts": READERS,
    # cases of coordination, and plans for many items
    "GET /coordination": READERS,
    "GET /coordination/{month}/{member}/{area}": READERS,
    "POST /coordination/{month}/{member}/{area}": ASSESSORS,
    "POST /plans": ASSESSORS,
    "GET /plans/{plan_id}": ASSESSORS,
    "POST /plans/{plan_id}/application": ASSESSORS,
    # an item
    "GET /items": READERS,
    "GET /items/{submission_id}/{round}": READERS,
    "GET /items/{submission_id}/{round}/contact": ASSESSORS,
    "GET /items/{submission_id}/{round}/difference": READERS,
    "GET /items/{submission_id}/{round}/similar": READERS,
    "GET /items/{submission_id}/{round}/versions": READERS,
    "POST /items/{submission_id}/{round}/assignment": ASSESSORS,
    "POST /items/{submission_id}/{round}/ask-update": IRM,
    "POST /items/{submission_id}/{round}/assessment": ASSESSORS,
    "POST /items/{submission_id}/{round}/correction": DECIDERS,
    "POST /items/{submission_id}/{round}/decision": DECIDERS,
    "POST /items/{submission_id}/{round}/encouragement": DECIDERS,
    "POST /items/{submission_id}/{round}/hold": DECIDERS,
    "POST /items/{submission_id}/{round}/reinstatement": DECIDERS,
    "POST /items/{submission_id}/{round}/release": DECIDERS,
    "POST /items/{submission_id}/{round}/retraction": DECIDERS,
    "POST /items/{submission_id}/{round}/unhold": DECIDERS,
    # stories and nominations
    "GET /nominations": READERS,
    "GET /nominations/{submission_id}": READERS,
    "GET /stories": READERS,
    "GET /stories/{submission_id}": READERS,
    "POST /stories/{submission_id}/release": DECIDERS,
    # staff
    "GET /staff": OPERATORS,
    "POST /staff": OPERATORS,
    "POST /staff/{actor_ref}/disable": OPERATORS,
    "POST /staff/{actor_ref}/enable": OPERATORS,
    "POST /staff/{actor_ref}/password": OPERATORS,
    "POST /staff/{actor_ref}/roles": OPERATORS,
    # the operator's
    "GET /ops/halted": OPERATORS,
    "POST /ops/foreign/{topic}/skip": OPERATORS,
    "POST /ops/halted/{reader}/resume": OPERATORS,
    "GET /ops/parked": OPERATORS,
    "GET /ops/parked/{topic}/{partition}/{seq}": OPERATORS,
    "POST /ops/parked/discard": OPERATORS,
    "POST /ops/parked/dismiss": OPERATORS,
    "POST /ops/parked/replay": OPERATORS,
    "GET /ops/relay": OPERATORS,
    "POST /ops/relay/repair": OPERATORS,
    "GET /ops/streams": OPERATORS,
    # the desk's pages
    "GET /desk/": EVERYONE,
    "GET /desk/items/{submission_id}/{round}": READERS,
    "GET /desk/items/{submission_id}/{round}/ask-update": IRM,
    "POST /desk/items/{submission_id}/{round}/ask-update": IRM,
    "POST /desk/items/{submission_id}/{round}/assess": ASSESSORS,
    "POST /desk/items/{submission_id}/{round}/contact": ASSESSORS,
    "POST /desk/items/{submission_id}/{round}/correct": DECIDERS,
    "POST /desk/items/{submission_id}/{round}/decide": DECIDERS,
    "POST /desk/items/{submission_id}/{round}/encourage": DECIDERS,
    "POST /desk/items/{submission_id}/{round}/hold": DECIDERS,
    "POST /desk/items/{submission_id}/{round}/reinstate": DECIDERS,
    "POST /desk/items/{submission_id}/{round}/release": DECIDERS,
    "POST /desk/items/{submission_id}/{round}/retract": DECIDERS,
    "POST /desk/items/{submission_id}/{round}/unhold": DECIDERS,
    "GET /desk/queue": READERS,
    "POST /desk/queue/filters": READERS,
    "POST /desk/queue/filters/{filter_id}/delete": READERS,
    "POST /desk/queue/plans": ASSESSORS,
    "GET /desk/queue/plans/{plan_id}": ASSESSORS,
    "POST /desk/queue/plans/{plan_id}": ASSESSORS,
    "GET /desk/months": READERS,
    "GET /desk/months/charts/outcomes.svg": READERS,
    "GET /desk/months/{month}": READERS,
    "GET /desk/months/{month}/charts/{name}.svg": READERS,
    "GET /desk/months/{month}/report": READERS,
    "GET /desk/months/{month}/report.csv": READERS,
    "GET /desk/months/{month}/report.json": READERS,
    "POST /desk/months/{month}/report": DECIDERS,
    "GET /desk/months/{month}/charts/states.svg": READERS,
    "GET /desk/months/{month}/coordination": READERS,
    "POST /desk/months/{month}/coordination/{member}/{area}": ASSESSORS,
    "GET /desk/months/{month}/preview": READERS,
    "POST /desk/months/{month}/items/{submission_id}/{round}/hold": DECIDERS,
    "POST /desk/months/{month}/release": DECIDERS,
    "GET /desk/months/{month}/what-if": READERS,
}
"""Whoever else comes is refused; nobody gets in without a token, or without being signed in."""
