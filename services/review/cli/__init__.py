"""The commands ``challenge items``, ``batch``, ``decide``, ``staff``, ``story`` and ``nomination``, asked of review's doors."""

import typer

from services.review.cli.closely import list_similar, list_versions, show_contact, show_difference
from services.review.cli.contributions import nomination, story
from services.review.cli.desk import batch, decide
from services.review.cli.leaving import item, preview, report
from services.review.cli.searching import find_items
from services.review.cli.staff import staff
from services.review.cli.updating import ask_for_update

app = typer.Typer(help="Batches and decisions, stories and nominations.", no_args_is_help=True)
batch.command("similar")(list_similar)
batch.command("versions")(list_versions)
batch.command("difference")(show_difference)
batch.command("contact")(show_contact)
batch.command("ask-update")(ask_for_update)
batch.command("preview")(preview)
batch.command("report")(report)
app.command("items")(find_items)
app.add_typer(batch, name="batch")
app.add_typer(item, name="item")
app.add_typer(decide, name="decide")
app.add_typer(staff, name="staff")
app.add_typer(story, name="story")
app.add_typer(nomination, name="nomination")
