"""The commands ``challenge notices …`` and ``challenge mail …``: who was told what, and how the mail stands."""

import typer

from services.notify.cli.campaigns import ask_for_updates
from services.notify.cli.mail import mail
from services.notify.cli.notices import notices

app = typer.Typer(help="Who was told what, and how the mail stands.", no_args_is_help=True)
notices.command("campaign")(ask_for_updates)
app.add_typer(notices, name="notices")
app.add_typer(mail, name="mail")
