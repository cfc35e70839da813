"""The commands `challenge parked …`: events that could not be applied, and what a person does about them."""

import json
from itertools import groupby
from operator import itemgetter
from typing import Annotated, Any

import typer
from rich.markup import escape

from deploy.advice import advise, describe
from deploy.display import console
from deploy.doors import AsJson, Token, Urls, knocking, print_json

app = typer.Typer(help="Events that could not be applied, and what waits behind them.", no_args_is_help=True)

Service = Annotated[str, typer.Argument(help="The service that parked it.")]
Topic = Annotated[str, typer.Argument(help="The topic, without prefix.")]
Subject = Annotated[str, typer.Argument(help="The submission (or month) that the event is about.")]
Partition = Annotated[int, typer.Argument(help="The partition.")]
Seq = Annotated[int, typer.Argument(help="Its number there; below zero for a record that has none.")]
Reason = Annotated[str, typer.Option(help="Why; it is kept.")]
Ours = Annotated[str | None, typer.Option("--service", help="Only this service.")]

_BEHIND = "behind"
_NEGATIVE_NUMBERS = {"ignore_unknown_options": True}
_queue_of = itemgetter("service", "source_topic", "subject")


@app.command("list")
def list_parked(token: Token, urls: Urls = None, service: Ours = None, *, as_json: AsJson = False) -> None:
    """List what is parked, and who stands still, in every service or in one."""
    with knocking(urls, token, service) as doors:
        names = [service] if service else list(doors.urls)
        rows = [{"service": name, **row} for name in names for row in doors.get(name, "/ops/parked")]
        halted = [] if as_json else [(name, halt) for name in names for halt in doors.get(name, "/ops/halted")]
    if as_json:
        print_json(rows)
        return
    for (name, topic, subject), events in groupby(rows, key=_queue_of):
        _tell_queue(name, topic, subject, list(events))
    for name, halt in halted:
        console.print(f"[red]✗[/] {escape(describe(name, halt))}", soft_wrap=True)
        console.print(f"  What to do: {advise(name, halt)}", soft_wrap=True)
    if not rows and not halted:
        console.print("Nothing is parked, and nobody stands still.")


@app.command("halted")
def list_halted(token: Token, urls: Urls = None, service: Ours = None, *, as_json: AsJson = False) -> None:
    """List who stands still, why, and what to do about it."""
    with knocking(urls, token, service) as doors:
        halted = [
            {"service": name, **halt, "remedy": advise(name, halt)}
            for name in ([service] if service else doors.urls)
            for halt in doors.get(name, "/ops/halted")
        ]
    if as_json:
        print_json(halted)
        return
    for halt in halted:
        console.print(f"[red]✗[/] {escape(describe(halt['service'], halt))}", soft_wrap=True)
        console.print(f"  What to do: {halt['remedy']}", soft_wrap=True)
    if not halted:
        console.print("Nobody stands still.")


@app.command("show", context_settings=_NEGATIVE_NUMBERS)
def show_parked(
    service: Service,
    topic: Topic,
    partition: Partition,
    seq: Seq,
    token: Token,
    urls: Urls = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Show one parked event whole."""
    with knocking(urls, token, service) as doors:
        found = doors.get(service, f"/ops/parked/{topic}/{partition}/{seq}")
    if as_json:
        print_json(found)
        return
    raw = found.pop("raw")
    for name, value in found.items():
        typer.echo(f"{name:15} {'' if value is None else value}")
    typer.echo(_indent(raw))


@app.command("replay")
def replay_parked(
    service: Service,
    topic: Topic,
    subject: Subject,
    token: Token,
    urls: Urls = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only try.")] = False,
    as_json: AsJson = False,
) -> None:
    """Apply what is parked of a subject, and all that waits behind it."""
    body = {"topic": topic, "subject": subject, "dry_run": dry_run}
    done = "would be applied well; nothing has changed" if dry_run else "applied"
    _settle(urls, token, service, "replay", body, done, as_json=as_json)


@app.command("discard")
def discard_parked(
    service: Service,
    topic: Topic,
    subject: Subject,
    reason: Reason,
    token: Token,
    urls: Urls = None,
    *,
    whole_queue: Annotated[bool, typer.Option("--whole-queue", help="Give up what waits behind it too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Give up a parked event, saying why; what waits behind it is applied."""
    body = {"topic": topic, "subject": subject, "reason": reason, "whole_queue": whole_queue}
    done = "given up" if whole_queue else "settled: the culprit given up, what waited behind it applied"
    _settle(urls, token, service, "discard", body, done, as_json=as_json)


@app.command("dismiss", context_settings=_NEGATIVE_NUMBERS)
def dismiss_parked(
    service: Service,
    topic: Topic,
    partition: Partition,
    seq: Seq,
    reason: Reason,
    token: Token,
    urls: Urls = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Give up a record that no relay of ours wrote, saying why; nothing waits behind it."""
    body = {"topic": topic, "partition": partition, "seq": seq, "reason": reason}
    with knocking(urls, token, service) as doors:
        told = doors.post(service, "/ops/parked/dismiss", body)
    if as_json:
        print_json(told)
    else:
        console.print(f"The record at {topic}/{partition} is given up.")


@app.command("resume")
def resume_reader(
    service: Service,
    reader: Annotated[str, typer.Argument(help="The reader that stands still: a topic.")],
    token: Token,
    urls: Urls = None,
    *,
    park: Annotated[bool, typer.Option("--park/--retry", help="Let its next chunk park, or only try again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Let a reader that stands still go on."""
    with knocking(urls, token, service) as doors:
        told = doors.post(service, f"/ops/halted/{reader}/resume", {"park": park})
    if as_json:
        print_json(told)
    else:
        console.print(f"{service} goes on with {reader}{'; what fails next is parked' if park else ''}.")


def skip_foreign(
    partition: Partition,
    to_offset: Annotated[int, typer.Argument(help="The offset at which to go on.")],
    reason: Reason,
    token: Token,
    urls: Urls = None,
    *,
    service: Annotated[str, typer.Option(help="The service that hears the topic.")] = "intake",
    topic: Annotated[str, typer.Option(help="The topic, without prefix.")] = "forms",
    as_json: AsJson = False,
) -> None:
    """Pass over forms on Kafka that nobody can read, saying why; that they were passed over is kept."""
    body = {"partition": partition, "to_offset": to_offset, "reason": reason}
    with knocking(urls, token, service) as doors:
        told = doors.post(service, f"/ops/foreign/{topic}/skip", body)
    if as_json:
        print_json(told)
    else:
        console.print(f"{service} goes on at offset {to_offset} of {topic}/{partition}.")


def _settle(urls: Urls, token: str, service: str, how: str, body: dict[str, Any], done: str, *, as_json: bool) -> None:
    with knocking(urls, token, service) as doors:
        told = doors.post(service, f"/ops/parked/{how}", body)
    if as_json:
        print_json(told)
    else:
        console.print(f"{_count(told['events'])} of {body['subject']} on {body['topic']}: {done}.", soft_wrap=True)


def _count(events: int) -> str:
    return "1 event" if events == 1 else f"{events} events"


def _tell_queue(service: str, topic: str, subject: str, events: list[dict[str, Any]]) -> None:
    of = f"of {escape(subject)}" if subject else "without a subject"
    console.print(f"[bold]{service}[/] cannot apply, on {topic}, {of}:", soft_wrap=True)
    for event in events:
        console.print(f"  {escape(_tell_event(event))}", soft_wrap=True)
    for event in events if events[0]["seq"] < 0 else events[:1]:
        _tell_commands(service, topic, f"{event['partition']} {event['seq']}", subject if event["seq"] > 0 else None)


def _tell_event(event: dict[str, Any]) -> str:
    what = (event["type"] or "a record that no relay of ours wrote").rpartition("challenge.")[2]
    why = "waits behind it" if event["reason"] == _BEHIND else f"{event['reason']}: {event['error']}"
    return f"{event['parked_at'][:16].replace('T', ' ')}  {event['partition']} {event['seq']}  {what}  {why}"


def _tell_commands(service: str, topic: str, place: str, subject: str | None) -> None:
    commands = {"look": f"show {service} {topic} {place}"}
    if subject is None:
        commands["give up"] = f"dismiss {service} {topic} {place} --reason …"
    else:
        commands["try"] = f"replay {service} {topic} {subject} --dry-run"
        commands["give up"] = f"discard {service} {topic} {subject} --reason …"
    for aim, command in commands.items():
        console.print(f"  {aim + ':':<9} challenge parked {escape(command)}", soft_wrap=True)


def _indent(raw: str) -> str:
    try:
        return json.dumps(json.loads(raw), ensure_ascii=False, indent=2)
    except json.JSONDecodeError:
        return raw
