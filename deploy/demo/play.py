"""Plays the demo: a whole system on fresh data, two months of the Challenge, and an account of what came true."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from contracts import reference
from contracts.vocabulary import next_month
from deploy.clock import move_clock, read_clock
from deploy.demo.account import tell_reforms, tell_stories
from deploy.demo.people import DECLINED_FOR, Desk, Registrar, Submitters
from deploy.demo.progress import go_on
from deploy.demo.seed import Story, read_contributions, read_stories, write_tables
from deploy.demo.watching import Letters, NotSeen, Public, check, wait_for
from deploy.display import console, step
from deploy.stack.runs import Run
from deploy.staff import bring_in_staff
from deploy.system import System
from deploy.up import point_to, running_system, stoppable, tell_accounts, tell_where_to_look, wait_until_stopped

_SPARE_MINUTES = 20
_AFTER_THE_MONTH = "01T00:06:00"


def play(*, once: bool) -> int:
    """Play the demo; return the exit code: 0 when every step came true."""
    code = 1
    run = Run.begin()
    with stoppable(), running_system(run, members=("BR", "FI", "NL", "SN")) as system:
        point_to(system)
        try:
            Demo.on(system).tell()
            code = 0
        except (NotSeen, httpx.HTTPError) as error:
            console.print(f"\n[red]✗ This did not come true.[/] {_describe(error)}")
            console.print(f"What everything said is kept in {run.keep_logs()}")
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
    registrar: Registrar
    desk: Desk
    public: Public
    letters: Letters
    references: dict[str, str] = field(default_factory=dict)

    @classmethod
    def on(cls, system: System) -> "Demo":
        """Gather everyone; the month must not end while the forms are being sent."""
        now = _read_time(system)
        if (now + timedelta(minutes=_SPARE_MINUTES)).month != now.month:
            now = _advance(system, next_month(f"{now:%Y-%m}"))
        submitters, registrar = Submitters(system), Registrar(system)
        return cls(
            system, read_stories(now.date()), submitters, registrar, Desk(system), Public(system), Letters(system)
        )

    def tell(self) -> None:
        """Play both months, one after the other, and say what happened."""
        asked = next(story for story in self.stories if story.ends == "clarification")
        at_once = [story for story in self.stories if story.ends in {"accepted", "amended"}]
        first = f"{_read_time(self.system):%Y-%m}"
        self._register()
        self._receive(first)
        shared = self._contribute()
        self._end_month(first, count=len(self.stories))
        self._review(first, public_before=[])
        self._see_outcomes(at_once, {asked: "clarification"})
        self._release_story(shared)
        second = self._answer(asked)
        self._end_month(second, count=1)
        self._review(second, public_before=at_once)
        self._see_outcomes([*at_once, asked], {})
        self._go_on(first, at_once)
        tell_reforms(self.public, self.stories)
        tell_stories(self.public, len(self.desk.list_nominations()))
        tell_where_to_look(self.system)
        tell_accounts(bring_in_staff(self.system))

    def _go_on(self, month: str, accepted: list[Story]) -> None:
        titles = {story.title for story in accepted}
        items = [item for item in self.desk.list_items(month) if item["title"] in titles]
        go_on(self.system, self.desk, items, _read_time(self.system).date())

    def _register(self) -> None:
        tables = write_tables(_read_time(self.system).date())
        with step("The registry learns of a plan with its edit window, and of a round of awards"):
            check(self.registrar.bring_in("plans", tables.plans) == 1, "the plan is not new")
            check(self.registrar.bring_in("rounds", tables.rounds) == 1, "the round is not new")

    def _contribute(self) -> dict[str, Any]:
        sent = read_contributions()
        with step("A story of inspiration and a nomination for an award come in; neither is in any month's batch"):
            shared, named = self.submitters.contribute(sent.story), self.submitters.contribute(sent.nomination)
            check((shared["month"], named["month"]) == (None, None), "a story or a nomination is in a month")
            wait_for(self.desk.list_stories, lambda seen: len(seen) == 1, "the Support Unit has the story")
            wait_for(self.desk.list_nominations, lambda seen: len(seen) == 1, "the Support Unit has the nomination")
            wanted = {(shared["reference"], "story-receipt"), (named["reference"], "nomination-receipt")}
            wait_for(self.letters.list_sent_to_submitters, lambda sent: sent >= wanted, "both have their receipts")
        return shared

    def _release_story(self, shared: dict[str, Any]) -> None:
        with step("The Support Unit releases the story: it is shown, and whoever told it is told"):
            check(self.public.list_stories() == [], "the story is shown before its release")
            self.desk.release_story(self.desk.list_stories()[0])
            wait_for(
                lambda: [story["reference"] for story in self.public.list_stories()],
                lambda seen: seen == [shared["reference"]],
                "the story is shown",
            )
            wait_for(lambda: self.submitters.look(shared), lambda state: state == "released", "its status says so")
            letter = {(shared["reference"], "story-released")}
            wait_for(self.letters.list_sent_to_submitters, lambda sent: sent >= letter, "its teller has a letter")

    def _receive(self, month: str) -> None:
        ways = "over HTTP, over Kafka, with the forums' tokens, and by staff for a member"
        with step(f"{len(self.stories)} submissions are sent: {ways}"):
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
        self.references.update({item["title"]: item["reference"] for item in self.desk.list_items(month)})
        with step("Every submitter gets a receipt by mail; who sent without a token confirms the address by its link"):
            self._see_told(dict.fromkeys(self.stories, "receipt"))
            self.submitters.confirm(self.letters.list_links_to_confirm())
        with step("Then, and not before, points of contact are informed of standalone ones"):
            self._see_letters(dict.fromkeys(self.stories, "receipt"), "poc-informed")

    def _end_month(self, month: str, *, count: int) -> None:
        with step(f"{month} ends (the system's clock goes ahead), and its batch is sealed"):
            batch = self.desk.find_batch(month)
            check(batch.get("state") == "open", f"the batch of {month} is sealed before the month is over: {batch}")
            _advance(self.system, next_month(month))
            batch = wait_for(
                lambda: self.desk.find_batch(month), lambda seen: seen.get("state") == "sealed", f"{month} is sealed"
            )
            check(batch["count"] == count, f"the manifest of {month} has {batch['count']} items, not {count}")

    def _review(self, month: str, public_before: list[Story]) -> None:
        stories = {story.title: story for story in self.stories}
        items = self.desk.list_items(month)
        with step(f"The Data Team assesses {len(items)} of {month}, the Support Unit decides"):
            for item in items:
                story, answered = stories[item["title"]], item["round"] > 1
                self.desk.assess(item, story, answered=answered)
                self.desk.decide(item, story, answered=answered)
            states = Counter(item["state"] for item in self.desk.list_items(month))
            check(states == {"decided": len(items)}, f"not everything is decided: {dict(states)}")
        with step("Before the release nothing of it is public, and nobody is told"):
            self._check_silence([stories[item["title"]] for item in items], public_before)
        with step(f"{month} is released"):
            self.desk.release(month)
            wait_for(
                lambda: self.desk.find_batch(month), lambda seen: seen["state"] == "released", f"{month} is released"
            )

    def _check_silence(self, undecided: list[Story], public_before: list[Story]) -> None:
        shown = {reform["title"] for reform in self.public.list_reforms()}
        check(shown == {story.published_title for story in public_before}, f"public before its release: {shown}")
        told = {reference for reference, kind in self.letters.list_sent_to_submitters() if kind == "outcome"}
        early = told & {self.references[story.title] for story in undecided}
        check(not early, f"told before the release: {early}")

    def _see_outcomes(self, accepted: list[Story], asked: dict[Story, str]) -> None:
        expected = sorted(story.published_title for story in accepted)
        with step(f"{len(expected)} reforms stand in the public record, and nothing else"):
            wait_for(
                lambda: sorted(reform["title"] for reform in self.public.list_reforms()),
                lambda titles: titles == expected,
                "what was accepted is public",
            )
            in_database = sorted(self.public.list_titles_in_database())
            check(in_database == expected, f"the public views show {in_database}")
        with step("Everyone is told by mail, each once; the letter of the declined one says why"):
            self._see_letters({**dict.fromkeys(self.stories, "outcome"), **asked}, "poc-outcome")
            self._check_reason_told()

    def _see_told(self, kinds: dict[Story, str]) -> None:
        wanted = {(self.references[story.title], kind) for story, kind in kinds.items()}
        wait_for(self.letters.list_sent_to_submitters, lambda sent: sent >= wanted, "every submitter has a letter")

    def _see_letters(self, kinds: dict[Story, str], poc_kind: str) -> None:
        self._see_told(kinds)
        standalone = [story for story, kind in kinds.items() if story.is_standalone and kind != "clarification"]
        informed = {self.references[story.title] for story in standalone}
        wait_for(
            lambda: self.letters.list_told_to_points_of_contact(poc_kind),
            lambda told: told >= informed,
            "points of contact are informed",
        )
        wait_for(self.letters.count_unfinished, lambda count: count == 0, "all letters are sent")
        self.letters.check_delivered_once()

    def _check_reason_told(self) -> None:
        declined = next(story for story in self.stories if story.ends == "declined")
        reason = next(code.en for code in reference.reason_codes().reason_codes if code.code == DECLINED_FOR)
        letters = self.letters.read_letters_to(declined.form["contact"]["address"])
        check(reason in letters, f"the letter does not say why: {letters}")

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
    return asyncio.run(read_clock(system.operator_url))[0].astimezone(ZoneInfo(system.zone))


def _advance(system: System, month: str) -> datetime:
    """Move the clock to a few minutes into a month, as the system's zone has it."""
    moment = datetime.fromisoformat(f"{month}-{_AFTER_THE_MONTH}").replace(tzinfo=ZoneInfo(system.zone))
    now, _ = asyncio.run(move_clock(system.operator_url, moment.isoformat()))
    return now.astimezone(ZoneInfo(system.zone))
