"""Who stands at the door: bearer tokens from the settings, known by their hashes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from fastapi import Request

from services.chassis.doors.documenting import ShownToken
from services.chassis.doors.web import Problem
from services.chassis.settings import Token


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever presented a token: an opaque reference, and what the token may do."""

    actor_ref: str
    scopes: frozenset[str]


class TokenBook:
    """The tokens that a service takes."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        # looked up by hash: what timing tells of a hash tells nothing of the token
        self._principals: Mapping[str, Principal] = {t.sha256: Principal(t.actor_ref, t.scopes) for t in tokens}

    def find(self, token: str) -> Principal | None:
        """Give the principal of a token, if it is known."""
        return self._principals.get(sha256(token.encode()).hexdigest())


def bearer(request: Request) -> Principal | None:
    """Give the principal of the request's bearer token; None when there is none.

    Raises:
        Problem: 401 ``token-unknown`` when there is one and it is not known.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    book: TokenBook = request.app.state.tokens
    principal = book.find(token.strip())
    if principal is None:
        raise Problem(401, "token-unknown", "this token is not known here")
    return principal


def require(scope: str) -> Callable[[Request, ShownToken], Principal]:
    """Make a FastAPI dependency that lets only tokens with this scope through."""

    def checked(request: Request, _: ShownToken) -> Principal:
        principal = bearer(request)
        if principal is None:
            raise Problem(401, "token-missing", "this door needs a bearer token")
        if scope not in principal.scopes:
            raise Problem(403, "forbidden", f"this token lacks the scope {scope}")
        return principal

    return checked
