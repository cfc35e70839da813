"""From a list of the public record to a letter of what its search finds: asked for, confirmed, told, ended."""

import re
from email.message import EmailMessage

from deploy.stack.mailbox import text_of
from tests.harness.people import People
from tests.harness.system import System
from tests.harness.waiting import seen

READER = "reads.on@example.org"


async def test_search_on_the_list_becomes_a_letter_that_one_click_ends(system: System, people: People) -> None:
    """Its link leads from the page; what is accepted afterwards comes in a letter, and nothing after its end."""
    lists = f"{system.deployed.urls['publish']}/reforms?country=CR"
    listed = await system.web.get(lists, headers={"Accept": "text/html"}, follow_redirects=True)
    [address] = re.findall(r'href="([^"]+/searches\?country=CR)"', listed.text)
    page = await system.web.get(address, headers={"Accept-Language": "en"}, follow_redirects=True)
    assert ("CR" in page.text, page.status_code) == (True, 200)
    form = {"country": "CR", "address": READER}
    asked = await system.web.post(str(page.url.copy_with(query=None)), data=form)
    assert asked.status_code == 303, asked.text

    async def letters() -> list[EmailMessage]:
        return [mail for mail in system.mailbox.messages() if READER in str(mail["To"])]

    [to_confirm] = await seen(letters, bool, what="the letter that asks to confirm")
    [link] = re.findall(r"https?://\S+/en/subscribe/\S+", text_of(to_confirm))
    assert (await system.web.post(link)).status_code == 303
    await system.settled()

    await people.submit_many(2)
    month = await people.end_month()
    items = await people.items(month)
    for item in items:
        await people.decide(item, "accepted")
    await people.release(month)
    await system.settled()
    _, digest, *_ = await seen(letters, lambda found: len(found) > 1, what="the letter of what was found")
    assert "/reforms/OGC-" in text_of(digest)
    ended = await system.web.post(str(digest["List-Unsubscribe"]).strip("<>"), data={"List-Unsubscribe": "One-Click"})
    assert (ended.status_code, ended.json()) == (200, {"subscription": "ended"})
    await system.settled()
