"""The commands ``challenge evaluations …``: brings into the public record what became of reforms."""

import typer

from services.publish.cli.evaluations import evaluations

app = typer.Typer(help="What became of reforms.", no_args_is_help=True)
app.add_typer(evaluations, name="evaluations")
