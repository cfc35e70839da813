"""The command `challenge import`: a spreadsheet, a submission a row, asked of intake's door."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from services.intake.cli.asking import JsonOption, UrlOption
from services.intake.domain.sheet.layout import CHANNELS
from services.intake.sheets.templates import LANGUAGES, template_csv, template_workbook
from services.intake.sheets.writing import write_csv, write_workbook

SHOWN = 30
_PIECE_BYTES = 65_536
_PATIENCE_SECONDS = 600
_STEPS = {"opening": "Opening the file", "reading": "Reading rows", "taking-in": "Taking in"}
_RECEIPT = ("row", "external_id", "reference", "month", "received_at", "status_url", "secret", "is_new")
_ERROR = ("row", "column", "heading", "code", "detail")

FileArgument = Annotated[Path | None, typer.Argument(dir_okay=False, help="A CSV or XLSX file; or where to write one.")]
DryOption = Annotated[bool, typer.Option("--dry-run", help="Check everything, show the events, and keep nothing.")]
TemplateOption = Annotated[str, typer.Option(help=f"Write an empty sheet for a channel: {', '.join(CHANNELS)}.")]
LanguageOption = Annotated[str, typer.Option(help="In which language: en, fr or es.")]
SheetOption = Annotated[str, typer.Option(help="Which sheet of a workbook that has several.")]
ReportOption = Annotated[Path | None, typer.Option(help="Where to write all errors, or all receipts: .csv or .xlsx.")]
TokenOption = Annotated[
    str, typer.Option(envvar=["SUBMIT_TOKEN", "CHALLENGE_TOKEN"], help="Staff's token, or one bound to a member.")
]

progress_console = Console(stderr=True)


def import_file(  # noqa: PLR0913 - each is an option of the command
    file: FileArgument = None,
    template: TemplateOption = "",
    language: LanguageOption = "en",
    sheet: SheetOption = "",
    report: ReportOption = None,
    url: UrlOption = "http://127.0.0.1:8000",
    token: TokenOption = "",
    *,
    dry_run: DryOption = False,
    as_json: JsonOption = False,
) -> None:
    """Import a spreadsheet: each row a submission, all of them or none. Sent again, rows get the same receipts."""
    if language not in LANGUAGES:
        raise typer.BadParameter(f"there are {', '.join(LANGUAGES)}", param_hint="--language")
    if template:
        _write_template(template, language, file)
        return
    if file is None or not file.is_file():
        raise typer.BadParameter("say which file", param_hint="FILE")
    headers = {"Accept-Language": language, "Accept": "application/x-ndjson"}
    headers |= {"Authorization": f"Bearer {token}"} if token else {}
    query = {"dry_run": str(dry_run).lower()} | ({"sheet": sheet} if sheet else {})
    status, answer = _send(httpx.Client(base_url=url, headers=headers, params=query), file)
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
    else:
        _show(answer, Console())
    if report:
        _write(report, answer)
    raise typer.Exit(0 if status == httpx.codes.OK and not answer.get("errors") else 1)


def _write_template(channel: str, language: str, file: Path | None) -> None:
    if channel not in CHANNELS:
        raise typer.BadParameter(f"there are {', '.join(CHANNELS)}", param_hint="--template")
    is_workbook = file is not None and file.suffix.lower() == ".xlsx"
    content = (template_workbook if is_workbook else template_csv)(channel, language)
    if file is None:
        sys.stdout.buffer.write(content)
    else:
        file.write_bytes(content)


def _send(client: httpx.Client, file: Path) -> tuple[int, dict[str, Any]]:
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=progress_console, transient=True
    )
    with client, bar:
        sent = bar.add_task("Sending, kB", total=max(1, file.stat().st_size // 1000))
        pieces = _pieces(file, lambda count: bar.update(sent, completed=count // 1000))
        with client.stream("POST", "/imports", content=pieces, timeout=_PATIENCE_SECONDS) as answer:
            if not answer.headers["content-type"].startswith("application/x-ndjson"):
                return answer.status_code, json.loads(answer.read())
            return _follow(answer.iter_lines(), bar)


def _pieces(file: Path, tell: Any) -> Iterator[bytes]:
    count = 0
    with file.open("rb") as content:
        while piece := content.read(_PIECE_BYTES):
            yield piece
            count += len(piece)
            tell(count)


def _follow(lines: Iterator[str], bar: Progress) -> tuple[int, dict[str, Any]]:
    tasks = {}
    for line in lines:
        told = json.loads(line)
        if "answer" in told:
            return told["status"], told["answer"]
        if told["step"] not in tasks:
            tasks[told["step"]] = bar.add_task(_STEPS[told["step"]], total=None)
        bar.update(tasks[told["step"]], completed=told["done"], total=told["of"] or None)
    raise typer.BadParameter("intake broke off; import the file again: what was kept gets the same receipts")


def _show(answer: dict[str, Any], console: Console) -> None:
    errors = answer.get("errors", [])
    if "code" in answer:
        console.print(f"[red]✗[/] {answer['code']}: {answer['detail']}", soft_wrap=True)
    if errors:
        console.print(_table(errors, _ERROR))
        rows = len({error["row"] for error in errors})
        console.print(f"[red]✗[/] {len(errors)} errors in {rows} rows; nothing is taken in")
    elif answer.get("is_dry_run"):
        console.print(_table([_event_row(event) for event in answer["events"]], _EVENT))
        known = f", {answer['known']} had come before" if answer["known"] else ""
        console.print(f"[green]✓[/] {answer['rows']} rows: {len(answer['events'])} events would be told{known}")
    elif "receipts" in answer:
        console.print(_table(answer["receipts"], _RECEIPT[:5]))
        new = answer["rows"] - answer["known"]
        console.print(f"[green]✓[/] {answer['rows']} rows: {new} new receipts, {answer['known']} given again")


_EVENT = ("type", "external_id", "channel", "member", "title", "flags")


def _event_row(event: dict[str, Any]) -> dict[str, Any]:
    told = event["data"]
    matter = told.get("proposal") or told.get("story") or told.get("nomination")
    return {
        "type": event["type"].removeprefix("org.opengovpartnership.challenge."),
        "external_id": told["external_id"],
        "channel": told.get("channel", ""),
        "member": (told.get("member") or {}).get("code", ""),
        "title": matter.get("title") or matter.get("reform"),
        "flags": ", ".join(told.get("flags", ())),
    }


def _table(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> Table:
    caption = f"the first {SHOWN} of {len(rows)}; --report FILE.csv writes all" if len(rows) > SHOWN else None
    table = Table(*columns, caption=caption)
    for row in rows[:SHOWN]:
        table.add_row(*("" if row.get(name) is None else escape(str(row[name])) for name in columns))
    return table


def _write(report: Path, answer: dict[str, Any]) -> None:
    found = answer.get("errors") or answer.get("receipts", [])
    columns = _ERROR if answer.get("errors") else _RECEIPT
    rows = [columns, *([row.get(name) for name in columns] for row in found)]
    report.touch(mode=0o600)  # receipts have their secrets
    report.write_bytes((write_workbook if report.suffix.lower() == ".xlsx" else write_csv)(rows))
