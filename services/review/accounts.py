"""The accounts of staff: made and changed by an operator, and held against what somebody types."""

import asyncio
import secrets
from contextlib import AbstractAsyncContextManager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from services.chassis.database import Database, Transaction
from services.chassis.errors import Refusal
from services.review.domain.staff import Role, Staff, check_name, check_password, known_roles, subject_of
from services.review.store import staff as store
from services.review.store.sessions import delete_sessions

HASHED_AT_ONCE = 2
"""Each hash takes 64 MiB and a core (RFC 9106, second choice): more at once would only slow each other down."""


class Passwords:
    """Makes and checks hashes of passwords, in threads of their own."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._turns = asyncio.Semaphore(HASHED_AT_ONCE)
        self._nobodys = self._hasher.hash(secrets.token_hex())

    async def hash(self, password: str) -> str:
        """Give what is kept of a password (argon2id)."""
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def match(self, password_hash: str | None, password: str) -> bool:
        """Say whether a password is the right one; without a hash it takes as long, and is not."""
        async with self._turns:
            matches = await asyncio.to_thread(self._match, password_hash or self._nobodys, password)
        return matches and password_hash is not None

    def _match(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False


class Accounts:
    """The accounts of our own, and whoever else has signed in."""

    def __init__(self, database: Database, passwords: Passwords) -> None:
        self._database = database
        self._passwords = passwords

    async def add(self, name: str, roles: list[Role], password: str) -> Staff:
        """Make an account.

        Raises:
            Refusal: ``staff-name``, ``weak-password``; 409 ``name-taken``.
        """
        staff = Staff(new_actor_ref(), check_name(name), known_roles(roles))
        kept = await self._passwords.hash(check_password(password, name))
        async with self._transaction() as tx:
            if not await store.insert_staff(tx, staff, subject_of(staff.name), kept):
                raise Refusal("name-taken", "somebody has an account of that name")
        return staff

    async def list_all(self) -> list[Staff]:
        """List everyone."""
        async with self._transaction() as tx:
            return await store.list_staff(tx)

    async def find(self, name: str, password: str) -> Staff | None:
        """Give whose name and password these are; how long it takes does not tell which of both is wrong."""
        async with self._transaction() as tx:
            account = await store.find_account(tx, subject_of(name))
        matches = await self._passwords.match(account.password_hash if account else None, password)
        return account.staff if account and matches else None

    async def set_password(self, actor_ref: str, password: str) -> Staff:
        """Give an account another password; whoever is signed in with the old one is signed out.

        Raises:
            Refusal: ``weak-password``; 404 ``unknown-staff``.
        """
        kept = await self._passwords.hash(check_password(password, ""))
        async with self._transaction() as tx:
            changed = await store.save_hash(tx, actor_ref, kept)
            await delete_sessions(tx, actor_ref)
            return _there(changed)

    async def set_roles(self, actor_ref: str, roles: list[Role]) -> Staff:
        """Give someone other roles, from their next page on.

        Raises:
            Refusal: 404 ``unknown-staff``.
        """
        async with self._transaction() as tx:
            return _there(await store.save_roles(tx, actor_ref, known_roles(roles)))

    async def set_disabled(self, actor_ref: str, *, disabled: bool) -> Staff:
        """Let someone in no more, and end all their sessions; or let them in again.

        Raises:
            Refusal: 404 ``unknown-staff``.
        """
        async with self._transaction() as tx:
            changed = await store.save_disabled(tx, actor_ref, disabled=disabled)
            await delete_sessions(tx, actor_ref)
            return _there(changed)

    def _transaction(self) -> AbstractAsyncContextManager[Transaction]:
        return self._database.transaction(read_clock=False)


def new_actor_ref() -> str:
    """Make the reference by which events know somebody: it says nothing of them."""
    return f"staff:{secrets.token_hex(6)}"


def _there(found: Staff | None) -> Staff:
    if found is None:
        raise Refusal("unknown-staff", "there is no such account", status=404)
    return found
