"""The commands ``challenge evaluations …`` and ``challenge data …``: what comes into the record, and what is taken."""

import typer

from services.publish.cli.data import data
from services.publish.cli.evaluations import evaluations

app = typer.Typer(help="What became of reforms, and the record as files.", no_args_is_help=True)
app.add_typer(evaluations, name="evaluations")
app.add_typer(data, name="data")
