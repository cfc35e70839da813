"""The public doors of the registry, for those who make forms: who may be named, between which dates, in which areas."""

from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from contracts.reference import areas, words
from services.chassis.database import Database
from services.intake.api.bodies import problems
from services.intake.api.registry_bodies import AreaBody, ChallengeBody, MemberBody, MembersBody
from services.intake.domain.names import name_of
from services.intake.domain.registry import Member
from services.intake.settings import Settings
from services.intake.store.registry import find_challenge, list_members

KEPT_SECONDS = 300
UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "It is still what If-None-Match names."}}

LanguageQuery = Annotated[
    str, Query(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35, description="BCP 47: `fr`, `pt-BR`.")
]


def make_member_doors(database: Database, settings: Settings) -> APIRouter:
    """Make the doors that anyone may open, and keep what they answer for five minutes."""
    router = APIRouter(tags=["registry"])

    @router.get("/members", response_model=MembersBody, responses=UNCHANGED | problems(422, 503))
    async def show_members(request: Request, language: LanguageQuery = "en") -> Response:
        """Give all members, with the countries' names in a language (from CLDR)."""
        async with database.transaction(read_clock=False) as tx:
            found = await list_members(tx)
        members = sorted((_member(member, language) for member in found), key=lambda body: (body.kind, body.name))
        return _kept(request, MembersBody(language=language, members=members))

    @router.get("/challenge", response_model=ChallengeBody, responses=UNCHANGED | problems(422, 503))
    async def show_challenge(request: Request, language: LanguageQuery = "en") -> Response:
        """Give the dates between which the Challenge takes submissions, and its areas."""
        async with database.transaction(read_clock=False) as tx:
            dates = await find_challenge(tx)
        named = [AreaBody(code=area.code, name=words(area, language)) for area in areas().areas]
        body = ChallengeBody(starts_on=dates.starts_on, ends_on=dates.ends_on, zone=settings.zone, areas=named)
        return _kept(request, body)

    return router


def _member(member: Member, language: str) -> MemberBody:
    return MemberBody(
        code=member.code,
        kind=member.kind,
        country=member.country,
        region=member.region,
        name=name_of(member, language),
        stories_only=member.status == "not-a-member",
    )


def _kept(request: Request, body: BaseModel) -> Response:
    content = body.model_dump_json().encode()
    tag = f'"{sha256(content).hexdigest()[:24]}"'
    headers = {"ETag": tag, "Cache-Control": f"public, max-age={KEPT_SECONDS}"}
    offered = (one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(","))
    if tag in offered:
        return Response(None, 304, headers)
    return Response(content, 200, headers, "application/json")
