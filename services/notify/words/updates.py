"""The link by which whoever answers for a reform says how it is going, signed for publish, which knows it again."""

from datetime import datetime, timedelta

from services.chassis.doors.passes import make_pass
from services.notify.domain.letters import UPDATE_REQUEST, Letter
from services.notify.domain.links import UpdateLink

PURPOSE = "updates"
OPEN_FOR = timedelta(days=180)


def update_link_in(
    letter: Letter, public_url: str | None, key: bytes | None, shown: str | None = None
) -> UpdateLink | None:
    """Give the link that stands in a letter, the same each time; None where it asks nothing, or there is no page.

    ``shown`` stands in its place where the letter is only looked at.
    """
    if letter.kind != UPDATE_REQUEST or not public_url or key is None:
        return None
    until = datetime.fromisoformat(str(letter.words["said_at"])) + OPEN_FOR
    url = f"{public_url.rstrip('/')}/updates/{make_pass(key, PURPOSE, str(letter.words['reference']), until)}"
    return UpdateLink(update_url=shown or url, update_until=until.isoformat())
