"""Signing in by an OpenID provider: authorization code with PKCE and nonce, and roles from a claim."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from authlib.integrations.starlette_client import OAuthError, StarletteOAuth2App
from authlib.oidc.core import UserInfo
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from httpx2 import HTTPError
from joserfc.errors import JoseError

from services.chassis.doors.answers import STAFF
from services.chassis.doors.web import Problem
from services.chassis.log import get_logger
from services.review.accounts import new_actor_ref
from services.review.desk.house import HOME, House, own_address
from services.review.desk.signing import give_visitor_a_key, let_in
from services.review.desk.visitor import visitor_of
from services.review.domain.staff import NAME_MAX, Role, Staff, known_roles
from services.review.settings import Settings
from services.review.store.signing import Journey, insert_journey, take_journey
from services.review.store.staff import save_foreign_staff

BACK = "/desk/sign-in/openid/back"
SUBJECT_MAX = 255

_ERROR = re.compile(r"[a-z_]{1,40}")

log = get_logger()


class Provider:
    """The OpenID provider that the settings name; it is asked when somebody first signs in."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.back = f"{settings.review_url.rstrip('/')}{BACK}"
        self._app = StarletteOAuth2App(
            None,
            client_id=settings.openid_client_id,
            client_secret=settings.openid_client_secret.get_secret_value(),
            server_metadata_url=f"{settings.openid_issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={
                "scope": settings.openid_scope,
                "code_challenge_method": "S256",
                "timeout": settings.openid_timeout_seconds,
                "trust_env": False,
            },
        )

    async def begin(self, leads_to: str) -> tuple[str, Journey]:
        """Give the address to send somebody to, and what to know of them when they are back.

        Raises:
            Problem: 503 ``provider-away``.
        """
        try:
            begun: Mapping[str, str] = await self._app.create_authorization_url(self.back)
        except (HTTPError, ValueError, RuntimeError) as error:
            raise _away(error) from None
        return begun["url"], Journey(begun["state"], begun["nonce"], begun["code_verifier"], leads_to)

    async def end(self, journey: Journey, code: str) -> UserInfo:
        """Give what the provider says of whoever came back with this code, once it is proved.

        Raises:
            Problem: 503 ``provider-away``; 403 ``sign-in-refused``: it does not hold.
        """
        client_id, issuer = self.settings.openid_client_id, self.settings.openid_issuer
        wanted = {"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": client_id}}
        try:
            token = await self._app.fetch_access_token(self.back, code=code, code_verifier=journey.verifier)
            found: UserInfo | None = await self._app.parse_id_token(token, journey.nonce, claims_options=wanted)
        except (HTTPError, RuntimeError) as error:
            raise _away(error) from None
        except (OAuthError, JoseError, ValueError) as error:
            raise _refused(type(error).__name__) from None
        if found is None:
            raise _refused("no id token")
        return found

    def staff_of(self, claims: Mapping[str, Any]) -> Staff:
        """Read who somebody is and what they may do.

        Raises:
            Problem: 403 ``no-role``: none of their roles is one of ours.
        """
        roles = self._roles_in(_claim(claims, self.settings.openid_roles_claim))
        if not roles:
            raise Problem(403, "no-role", "the provider gives you no role of the desk")
        told = str(_claim(claims, self.settings.openid_name_claim) or "")
        name = "".join(sign for sign in told if sign.isprintable()).strip()[:NAME_MAX]
        return Staff(new_actor_ref(), name or "–", roles)

    def _roles_in(self, claim: object) -> tuple[Role, ...]:
        said = claim.split() if isinstance(claim, str) else claim if isinstance(claim, Sequence) else ()
        words = self.settings.openid_roles
        return known_roles(words.get(str(one), "") if words else str(one) for one in said)


def make_openid_pages(house: House) -> APIRouter:
    """Make the pages, where the settings name a provider."""
    router = APIRouter()
    if house.settings.openid_issuer:
        _add_pages(router, house, Provider(house.settings))
    return router


def _add_pages(router: APIRouter, house: House, provider: Provider) -> None:
    @router.get("/sign-in/openid")
    async def go_to_provider(request: Request, to: str = HOME) -> Response:
        """Send somebody to the provider, and note what to expect when they are back."""
        give_visitor_a_key(request)
        key = visitor_of(request).key
        url, journey = await provider.begin(own_address(to))
        async with house.database.transaction(read_clock=False) as tx:
            await insert_journey(tx, key, journey)
        answer = RedirectResponse(url, 303, headers=dict(STAFF))
        house.cookies.give_key(answer, key)
        return answer

    @router.get("/sign-in/openid/back")
    async def come_back(request: Request, state: str = "", code: str = "") -> Response:
        """Let in whom the provider vouches for; only the browser that was sent there, and once."""
        async with house.database.transaction(read_clock=False) as tx:
            journey = await take_journey(tx, visitor_of(request).key, state)
        if journey is None:
            raise Problem(403, "sign-in-lost", "this sign-in was not begun here, or too long ago")
        if not code:
            said = request.query_params.get("error", "")
            raise _refused(said if _ERROR.fullmatch(said) else "no code")
        claims = await provider.end(journey, code)
        return await let_in(house, request, await _keep(house, provider, claims), journey.leads_to)


async def _keep(house: House, provider: Provider, claims: Mapping[str, Any]) -> Staff:
    subject = str(claims["sub"])
    if len(subject) > SUBJECT_MAX:
        raise _refused("subject")
    fresh = provider.staff_of(claims)
    async with house.database.transaction(read_clock=False) as tx:
        staff = await save_foreign_staff(tx, fresh, house.settings.openid_issuer, subject)
    if staff.disabled:
        raise Problem(403, "account-disabled", "this account was disabled")
    return staff


def _claim(claims: Mapping[str, Any], path: str) -> Any:
    found: Any = claims
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _away(error: Exception) -> Problem:
    log.warning("desk.provider-away", error=type(error).__name__)
    return Problem(503, "provider-away", "the OpenID provider does not answer as it should")


def _refused(why: str) -> Problem:
    log.warning("desk.sign-in-refused", error=why)
    return Problem(403, "sign-in-refused", "the OpenID provider did not vouch for you")
