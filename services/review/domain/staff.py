"""Who works at the desk: the roles, and what each may do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from services.chassis.errors import Refusal

Role = Literal["viewer", "data-team", "support-unit", "irm", "operator"]
ROLES: tuple[Role, ...] = get_args(Role)

SCOPES: Mapping[Role, frozenset[str]] = {
    "viewer": frozenset({"review:read"}),
    "data-team": frozenset({"review:read", "review:assess", "review:contacts"}),
    "support-unit": frozenset(
        {"review:read", "review:assess", "review:decide", "review:release", "review:contacts"},
    ),
    "irm": frozenset({"review:read", "review:ask-update"}),
    "operator": frozenset({"operate"}),
}

NAME_MAX, PASSWORD_MIN, PASSWORD_MAX = 100, 12, 200


@dataclass(frozen=True, slots=True)
class Staff:
    """Someone who may sign in. ``actor_ref`` is all that events know of them."""

    actor_ref: str
    name: str
    roles: tuple[Role, ...]
    disabled: bool = False

    @property
    def scopes(self) -> frozenset[str]:
        """What all their roles allow together."""
        return scopes_of(self.roles)


def scopes_of(roles: Iterable[Role]) -> frozenset[str]:
    """Give what these roles allow together."""
    return frozenset[str]().union(*(SCOPES[role] for role in roles))


def known_roles(names: Iterable[str]) -> tuple[Role, ...]:
    """Give those of the names that are roles, in the order in which they are listed here."""
    given = set(names)
    return tuple(role for role in ROLES if role in given)


def subject_of(name: str) -> str:
    """Give by what an account of our own is known: its name, however it is written."""
    return " ".join(name.casefold().split())


def check_name(name: str) -> str:
    """Give a name as it is kept.

    Raises:
        Refusal: 422 ``staff-name``.
    """
    kept = " ".join(name.split())
    if not kept or len(kept) > NAME_MAX or not kept.isprintable():
        raise Refusal("staff-name", f"a name has 1 to {NAME_MAX} characters", status=422, field="/name")
    return kept


def check_password(password: str, name: str) -> str:
    """Give a password that is worth the name (NIST SP 800-63B: length alone, and not the name).

    Raises:
        Refusal: 422 ``weak-password``.
    """
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX or subject_of(password) == subject_of(name):
        detail = f"a password has {PASSWORD_MIN} to {PASSWORD_MAX} characters, and is not the name"
        raise Refusal("weak-password", detail, status=422, field="/password")
    return password
