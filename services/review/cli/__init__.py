"""The commands about items, batches and decisions, staff, stories and nominations, asked of review's doors."""

import typer

from services.review.cli.bulk import bulk
from services.review.cli.closely import list_similar, list_versions, show_contact, show_difference
from services.review.cli.contributions import nomination, story
from services.review.cli.coordinating import coordination
from services.review.cli.deciding import assess, decide, hold, unhold
from services.review.cli.desk import batch
from services.review.cli.leaving import item, preview, report
from services.review.cli.searching import find_items
from services.review.cli.staff import staff
from services.review.cli.updating import ask_for_update
from services.review.cli.working import assign_items, hand_over, list_drafts, list_shares, think

app = typer.Typer(help="Batches and decisions, stories and nominations.", no_args_is_help=True)
batch.command("assess")(assess)
batch.command("hold")(hold)
batch.command("unhold")(unhold)
batch.command("similar")(list_similar)
batch.command("versions")(list_versions)
batch.command("difference")(show_difference)
batch.command("contact")(show_contact)
batch.command("ask-update")(ask_for_update)
batch.command("preview")(preview)
batch.command("report")(report)
batch.command("assign")(assign_items)
batch.command("shares")(list_shares)
batch.command("drafts")(list_drafts)
batch.command("what-if")(think)
item.command("assign")(hand_over)
app.command("items")(find_items)
app.add_typer(batch, name="batch")
app.add_typer(item, name="item")
app.add_typer(decide, name="decide")
app.add_typer(coordination, name="coordination")
app.add_typer(bulk, name="bulk")
app.add_typer(staff, name="staff")
app.add_typer(story, name="story")
app.add_typer(nomination, name="nomination")
