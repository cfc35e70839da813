"""The commands ``challenge batch``, ``decide``, ``story`` and ``nomination``, asked of review's doors."""

import typer

from services.review.cli.contributions import nomination, story
from services.review.cli.desk import batch, decide

app = typer.Typer(help="Batches and decisions, stories and nominations.", no_args_is_help=True)
app.add_typer(batch, name="batch")
app.add_typer(decide, name="decide")
app.add_typer(story, name="story")
app.add_typer(nomination, name="nomination")
