"""Every way into the system, for persons of whom every word is a canary."""

import base64
import json
import re
import secrets
from datetime import UTC, datetime
from email.message import EmailMessage
from functools import partial
from typing import Any

import httpx

from contracts.topics import FORMS
from deploy.stack.mailbox import text_of
from services.chassis.doors.signatures import key_of, sign
from tests.controls.intake import action_plan_form, nomination_form, standalone_form, story_form
from tests.controls.sheets import csv_of
from tests.harness.kafka import produced
from tests.harness.people import Receipt
from tests.harness.system import System
from tests.harness.waiting import seen

CANARY = f"zq{secrets.token_hex(6)}"
SOUGHT = f"zw{secrets.token_hex(6)}"
"""A word that somebody saves a search for: nobody's name, and still not for everyone."""
WEBHOOK_SECRET = "whsec_" + base64.b64encode(b"an invented key of a form system").decode()
WEBHOOKS = [
    {"name": "form-system", "secrets": [WEBHOOK_SECRET], "members": ["*"], "channels": ["standalone", "action-plan"]}
]


def person(number: int) -> dict[str, str]:
    """Give a person of whom every word is a canary."""
    return {"name": f"{CANARY.title()} {number}", "address": f"{CANARY}.{number}@example.org", "language": "en"}


class Doors:
    """Every way in, with canaries for contacts."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.url = system.door_of("intake")

    async def send(self, path: str, form: dict[str, Any], status: int, token: str | None = None) -> dict[str, Any]:
        """Send a form to a door of intake."""
        headers = {"Authorization": f"Bearer {self.system.deployed.token(token)}"} if token else {}
        answer = await self.system.web.post(self.url + path, json=form, headers=headers)
        assert answer.status_code == status, answer.text
        return dict(answer.json())

    async def http(self) -> Receipt:
        """By HTTP: taken in, and refused."""
        given = await self.send("/submissions", standalone_form(1, contact=person(1), holder=person(2)), 201)
        await self.send("/submissions", standalone_form(2, contact=person(3), member="Colombia"), 400)
        await self.send("/submissions", standalone_form(3, contact=person(3) | {"address": f"{CANARY} @"}), 400)
        await self.send("/submissions", standalone_form(4, contact=person(3), **{CANARY: CANARY}), 400)
        await self.send("/channels/story/submissions", story_form(5, contact=person(4)), 201)
        await self.send("/channels/action-plan/submissions", action_plan_form(6, contact=person(5)), 201, "submit:SN")
        return Receipt(given["id"], given["reference"], given["secret"], given["month"])

    async def kafka(self) -> None:
        """By the topic: taken in, and refused; and what is no form at all."""
        good = standalone_form(11, contact=person(6), source="kafka:upstream")
        bad = standalone_form(12, contact=person(7), source="kafka:upstream", member="Colombia")
        async with produced(self.system.stack.bootstrap_servers) as producer:
            for value in (json.dumps(good).encode(), json.dumps(bad).encode(), f"{{{CANARY}".encode()):
                await producer.send_and_wait(f"{self.system.prefix}{FORMS.name}", value)
        await self.system.database.wait("SELECT count(*) = 2 FROM intake.quarantine", what="two in quarantine")

    async def webhook(self) -> None:
        """By a signed webhook."""
        body = json.dumps(standalone_form(21, contact=person(8))).encode()
        at = datetime.now(UTC)
        headers = {
            "webhook-id": "msg_1",
            "webhook-timestamp": f"{int(at.timestamp())}",
            "webhook-signature": sign(key_of(WEBHOOK_SECRET), "msg_1", at, body),
        }
        answer = await self.system.web.post(f"{self.url}/webhooks/form-system", content=body, headers=headers)
        assert answer.status_code == 201, answer.text

    async def sheet(self) -> None:
        """By a spreadsheet: dry, refused, and taken in."""
        good, bad = standalone_form(31, contact=person(9)), standalone_form(32, contact=person(9), member="Colombia")
        for forms, query, status in (([good], "?dry_run=true", 200), ([bad], "", 422), ([good], "", 200)):
            answer = await self._post("/imports" + query, csv_of(forms), "desk")
            assert answer.status_code in {status, 400 if status == 422 else status}, answer.text

    async def registry(self) -> None:
        """By the registry's table of points of contact."""
        one = person(10)
        table = f"code,name,address,language\nCO,{one['name']},{one['address']},en\n"
        answer = await self._post("/registry/pocs", table.encode(), "desk")
        assert answer.is_success, answer.text

    async def page(self) -> str:
        """By a page: refused, then saved as a draft, whose link is asked for by letter; gives its secret."""
        opened = await self.system.web.get(f"{self.url}/en/standalone")
        [token] = re.findall(r'name="draft" value="([^"]+)"', opened.text)
        fields = {"draft": token, "contact.name": person(11)["name"], "contact.address": person(11)["address"]}
        for verb, status in (("check", 400), ("save", 303)):
            answer = await self.system.web.post(f"{self.url}/en/standalone", data={**fields, "do": verb})
            assert answer.status_code == status, answer.text[:500]
        draft = answer.headers["location"].partition("?")[0]
        asked = await self.system.web.post(f"{self.url}{draft}/send")
        assert asked.status_code == 303, asked.text[:500]
        return draft.rpartition("/")[2]

    async def subscription(self) -> str:
        """By the wish to get the reports, confirmed by its letter's link; gives that link's token."""
        await self.send("/subscriptions", {"address": person(13)["address"], "language": "en"}, 202)
        path = await seen(
            partial(self._link_to_confirm, person(13)["address"]), bool, what="the letter that asks to confirm"
        )
        answer = await self.system.web.post(f"{self.url}{path}")
        assert answer.status_code == 303, answer.text[:500]
        return str(path).rpartition("/")[2]

    async def search(self) -> str:
        """By a search that is saved on its page: refused, asked for, and confirmed by its letter's link; its token."""
        page, address = f"{self.url}/en/searches", person(14)["address"]
        wrong = ({"area": CANARY}, {"q": address}, {"institution": address}, {CANARY: address})
        for filters, status in (*((one, 400) for one in wrong), ({"q": f"{SOUGHT} OR asambleas"}, 303)):
            answer = await self.system.web.post(page, data={**filters, "address": address})
            assert answer.status_code == status, answer.text[:500]
        path = await seen(partial(self._link_to_confirm, address), bool, what="the letter that asks to confirm")
        answer = await self.system.web.post(f"{self.url}{path}")
        assert answer.status_code == 303, answer.text[:500]
        return str(path).rpartition("/")[2]

    async def unsubscribe(self, number: int) -> str:
        """By one click on what somebody gets by letter; gives its token."""
        url = await seen(partial(self._one_click, person(number)["address"]), bool, what="a letter with its one click")
        answer = await self.system.web.post(str(url), data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200, answer.text
        return str(url).rpartition("/")[2]

    async def _link_to_confirm(self, address: str) -> str:
        texts = " ".join(text_of(mail) for mail in self._letters_to(address))
        return next(iter(re.findall(r"/en/subscribe/\S+", texts)), "")

    async def _one_click(self, address: str) -> str:
        headers = (str(mail["List-Unsubscribe"] or "") for mail in self._letters_to(address))
        return next((header.strip("<>") for header in headers if header), "")

    def _letters_to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.system.mailbox.messages() if address in str(mail["To"])]

    async def nomination(self) -> None:
        """By a form that the rules refuse: no round of awards is open."""
        await self.send("/channels/award-nomination/submissions", nomination_form(41, contact=person(12)), 422)

    async def _post(self, path: str, content: bytes, token: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.system.deployed.token(token)}", "Content-Type": "text/csv"}
        return await self.system.web.post(self.url + path, content=content, headers=headers)
