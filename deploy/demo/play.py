"""Plays the demo: a whole system on fresh data, two months of the Challenge, and an account of what came true."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx

from contracts.vocabulary import next_month
from deploy.clock import move_clock, read_clock
from deploy.demo.account import tell_reforms, tell_where_to_look
from deploy.demo.people import Desk, Submitters
from deploy.demo.seed import Story, read_stories
from deploy.demo.watching import Letters, NotSeen, Public, check, wait_for
from deploy.display import console, step
from deploy.stack.runs import Run
from deploy.system import System
from deploy.up import running_system, stoppable, wait_until_stopped

_SPARE_MINUTES = 20
_AFTER_THE_MONTH = "01T00:06:00+00:00"


def play(*, once: bool) -> int:
    """Play the demo; return the exit code: 0 when every step came true."""
    code = 1
    with stoppable(), running_system(Run.begin(), members=("BR", "FI", "NL", "SN")) as system:
        try:
            Demo.on(system).tell()
            code = 0
        except (NotSeen, httpx.HTTPError) as error:
            console.print(f"\n[red]✗ This did not come true.[/] {_describe(error)}")
        if code == 0 and not once:
            wait_until_stopped()
    return code


def _describe(error: NotSeen | httpx.HTTPError) -> str:
    if isinstance(error, httpx.HTTPStatusError):
        return f"{error.request.method} {error.request.url}: {error.response.status_code} {error.response.text}"
    return str(error)


@dataclass(frozen=True)
class Demo:
    """The system, those who act in it, and what they will do."""

    system: System
    stories: list[Story]
    submitters: Submitters
    desk: Desk
    public: Public
    letters: Letters

    @classmethod
    def on(cls, system: System) -> "Demo":
        """Gather everyone; the month must not end while the forms are being sent."""
        now = _read_time(system)
        if (now + timedelta(minutes=_SPARE_MINUTES)).month != now.month:
            now = _advance(system, next_month(f"{now:%Y-%m}"))
        return cls(system, read_stories(now.date()), Submitters(system), Desk(system), Public(system), Letters(system))

    def tell(self) -> None:
        """Play both months, one after the other, and say what happened."""
        first = f"{_read_time(self.system):%Y-%m}"
        self._receive(first)
        self._end_month(first, count=len(self.stories))
        self._review(first)
        self._see_outcomes(first, [story for story in self.stories if story.ends in {"accepted", "amended"}])
        asked = next(story for story in self.stories if story.ends == "clarification")
        second = self._answer(asked)
        self._end_month(second, count=1)
        self._review(second)
        self._see_outcomes(second, [story for story in self.stories if story.ends != "declined"])
        tell_reforms(self.public, self.stories)
        tell_where_to_look(self.system)

    def _receive(self, month: str) -> None:
        with step(f"{len(self.stories)} submissions are sent: over HTTP, over Kafka, with action plans' tokens"):
            asyncio.run(self.submitters.send(self.stories))
            wait_for(
                lambda: {item["title"] for item in self.desk.list_items(month)},
                lambda titles: titles == {story.title for story in self.stories},
                f"all submissions are in the batch of {month}",
            )
        with step("One of them is amended before the month ends"):
            amended = next(story for story in self.stories if story.ends == "amended")
            self.submitters.amend(amended)
            wait_for(
                lambda: {item["title"]: item["version"] for item in self.desk.list_items(month)},
                lambda versions: versions[amended.title] > 1,
                "the amended text is under review",
            )
        with step("Every submitter gets a receipt by mail; points of contact are informed of standalone ones"):
            self._see_letters({story.form["contact"]["address"]: 1 for story in self.stories})

    def _end_month(self, month: str, *, count: int) -> None:
        with step(f"{month} ends (the system's clock goes ahead), and its batch is sealed"):
            batch = self.desk.find_batch(month)
            check(batch.get("state") == "open", f"the batch of {month} is sealed before the month is over: {batch}")
            _advance(self.system, next_month(month))
            batch = wait_for(
                lambda: self.desk.find_batch(month), lambda seen: seen.get("state") == "sealed", f"{month} is sealed"
            )
            check(batch["count"] == count, f"the manifest of {month} has {batch['count']} items, not {count}")

    def _review(self, month: str) -> None:
        stories = {story.title: story for story in self.stories}
        items = self.desk.list_items(month)
        with step(f"The Data Team assesses {len(items)} of {month}, the Support Unit decides"):
            for item in items:
                story, answered = stories[item["title"]], item["round"] > 1
                self.desk.assess(item, story, answered=answered)
                self.desk.decide(item, story, answered=answered)
            states = Counter(item["state"] for item in self.desk.list_items(month))
            check(states == {"decided": len(items)}, f"not everything is decided: {dict(states)}")
        with step("Nothing is public before the release"):
            self._check_public({story.title for story in self._accepted_before(month)})
        with step(f"{month} is released"):
            self.desk.release(month)
            wait_for(
                lambda: self.desk.find_batch(month), lambda seen: seen["state"] == "released", f"{month} is released"
            )

    def _accepted_before(self, month: str) -> list[Story]:
        is_first = month == min(receipt["month"] for receipt in self.submitters.receipts.values())
        return [] if is_first else [story for story in self.stories if story.ends in {"accepted", "amended"}]

    def _check_public(self, titles: set[str]) -> None:
        expected = {story.published_title for story in self.stories if story.title in titles}
        shown = {reform["title"] for reform in self.public.list_reforms()}
        check(shown == expected, f"{sorted(shown ^ expected)} should not differ")

    def _see_outcomes(self, month: str, accepted: list[Story]) -> None:
        expected = sorted(story.published_title for story in accepted)
        with step(f"{len(expected)} reforms stand in the public record; what was declined or asked does not"):
            wait_for(
                lambda: sorted(reform["title"] for reform in self.public.list_reforms()),
                lambda titles: titles == expected,
                f"the reforms of {month} are public",
            )
            in_database = sorted(self.public.list_titles_in_database())
            check(in_database == expected, f"the public views show {in_database}")
        with step("Everyone is told the outcome by mail, each once"):
            before_answer = {"clarification": 2, "declined": 2}
            self._see_letters(
                {story.form["contact"]["address"]: before_answer.get(story.ends, 2) for story in self.stories}
            )

    def _see_letters(self, at_least: dict[str, int]) -> None:
        wait_for(
            lambda: {address: self.letters.count_to(address) for address in at_least},
            lambda got: all(got[address] >= count for address, count in at_least.items()),
            "every submitter has a letter",
        )
        wait_for(self.letters.count_unfinished, lambda count: count == 0, "all letters are sent")
        self.letters.check_delivered_once()

    def _answer(self, asked: Story) -> str:
        with step("The question is answered, which opens round 2 in the month of the answer"):
            month = f"{_read_time(self.system):%Y-%m}"
            wait_for(lambda: self.submitters.find_state(asked), lambda state: state == "asked", "intake was told")
            self.submitters.answer(asked)
            wait_for(
                lambda: [(item["title"], item["round"]) for item in self.desk.list_items(month)],
                lambda items: items == [(asked.title, 2)],
                f"round 2 is in the batch of {month}",
            )
        return month


def _read_time(system: System) -> datetime:
    return asyncio.run(read_clock(system.operator_url))[0]


def _advance(system: System, month: str) -> datetime:
    """Move the clock to a few minutes into a month."""
    return asyncio.run(move_clock(system.operator_url, f"{month}-{_AFTER_THE_MONTH}"))[0]
