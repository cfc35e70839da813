"""A life that ends at its n-th suspension, in whatever task that is: like a process that is killed, but in this one."""

import asyncio
import contextlib
import os
import signal
import socket
import types
from collections.abc import Callable, Coroutine, Generator
from typing import Any, TypeVar

T = TypeVar("T")

LAST_WORDS = 1000
"""So often what is dead may try to go on, until it is said that it does."""


class Ended(SystemExit):
    """The life is over: asyncio lets this one out of its loop at once, whatever else is ready to run."""


class Dead(BaseException):
    """Told to whatever still wants to go on in a life that is over."""


class Life(asyncio.SelectorEventLoop):
    """An event loop that dies at a suspension: its sockets are shut, and nothing that it runs gets any further.

    Suspensions are counted over all tasks, from ``begin`` on: each is a point at which others may have their turn.
    With ``by_signal`` the whole process dies by SIGKILL instead.
    """

    def __init__(self, ends_at: int, *, by_signal: bool = False) -> None:
        super().__init__()
        self.set_task_factory(_make_task)
        self.set_exception_handler(lambda *_: None)
        self.ends_at = ends_at
        self.by_signal = by_signal
        self.suspensions = 0
        self.counts = False
        self.is_over = False
        self.protests = 0
        self.lived: list[Coroutine[Any, Any, Any]] = []

    def begin(self) -> None:
        """Count from here on."""
        self.counts = True

    def end(self) -> None:
        """Count no more: from here on it lives."""
        self.counts = False

    def suspended(self) -> None:
        """Count a suspension, and die at the one that was chosen.

        Raises:
            Ended: this was it.
            Dead: it was over before.
        """
        if self.is_over:
            self.protests += 1
            raise Dead if self.protests < LAST_WORDS else Ended
        self.suspensions += self.counts
        if self.counts and self.suspensions == self.ends_at:
            if self.by_signal:
                os.kill(os.getpid(), signal.SIGKILL)
            self.is_over = True
            raise Ended

    async def create_connection(self, *args: Any, **kwargs: Any) -> Any:
        """Connect, unless it is over."""
        if self.is_over:
            raise Dead
        return await super().create_connection(*args, **kwargs)

    def bury(self) -> None:
        """Shut all sockets, as the kernel does; then let every task see that it is over, and close the loop.

        Raises:
            AssertionError: what is dead goes on.
        """
        self.is_over = True
        self._shut_sockets()
        try:
            self.run_until_complete(self._tell_all())
        except Ended:
            raise AssertionError("what is dead goes on") from None
        finally:
            for coroutine in self.lived:
                coroutine.close()
            self.close()

    async def _tell_all(self) -> None:
        tasks = asyncio.all_tasks(self) - {asyncio.current_task(self)}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for coroutine in self.lived:
            with contextlib.suppress(BaseException):
                await _step_by_step(self, coroutine, Dead())
        await self.shutdown_default_executor()

    def _shut_sockets(self) -> None:
        waker = self._ssock.fileno()  # type: ignore[attr-defined]
        for key in list(self._selector.get_map().values()):  # type: ignore[attr-defined]
            if key.fd != waker:
                _shut(key.fd)
        for transport in list(self._transports.values()):  # type: ignore[attr-defined]
            transport.abort()


def live(life: Life, lived: Callable[[Life], Coroutine[Any, Any, None]]) -> bool:
    """Live a life to its end, in this thread; True: it came to its own, and was not ended."""
    try:
        life.run_until_complete(life.create_task(lived(life)))
    except Ended:
        return False
    finally:
        life.bury()
    return True


async def lives_to_its_end(ends_at: int, lived: Callable[[Life], Coroutine[Any, Any, None]]) -> bool:
    """Live a life that is ended at its n-th suspension, on a thread and a loop of its own; True: it had fewer."""
    return await asyncio.to_thread(live, Life(ends_at), lived)


def _make_task(loop: asyncio.AbstractEventLoop, coroutine: Any, **kwargs: Any) -> "asyncio.Task[Any]":
    if not isinstance(loop, Life) or loop.is_over:
        return asyncio.Task(coroutine, loop=loop, **kwargs)
    loop.lived.append(coroutine)
    return asyncio.Task(_mortal(loop, coroutine), loop=loop, **kwargs)


async def _mortal(life: Life, coroutine: Coroutine[Any, Any, T]) -> T:
    return await _step_by_step(life, coroutine)


@types.coroutine
def _step_by_step(
    life: Life, coroutine: Coroutine[Any, Any, T], thrown: BaseException | None = None
) -> Generator[Any, Any, T]:
    sent = None
    try:
        while True:
            waited = coroutine.send(sent) if thrown is None else coroutine.throw(thrown)
            sent, thrown = yield from _wait(life, waited)
    except StopIteration as ended:
        return ended.value  # type: ignore[no-any-return]


def _wait(life: Life, waited: Any) -> Generator[Any, Any, tuple[Any, BaseException | None]]:
    try:
        life.suspended()
        sent = yield waited
    except Ended:
        raise
    except BaseException as thrown:  # noqa: BLE001 - what is thrown in goes on to where it waits
        return None, Dead() if life.is_over else thrown
    return sent, Dead() if life.is_over else None


def _shut(descriptor: int) -> None:
    with contextlib.suppress(OSError), socket.socket(fileno=os.dup(descriptor)) as twin:
        twin.shutdown(socket.SHUT_RDWR)
