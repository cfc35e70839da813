"""A postman as a process of its own, without the rest of notify: what a SIGKILL is tried on.

``PEOPLE`` are the addresses that its vault knows; ``DIES_AT`` is the suspension at which it dies, if any.
"""

import json
import os
from dataclasses import replace

from services.notify.postman.contacts import Vault
from services.notify.postman.worker import make_postman
from services.notify.settings import Settings
from tests.harness.mortal import Life, live
from tests.integration.notify.killing import carrying, person
from tests.integration.notify.vault import FakeVault


def main() -> None:
    """Deliver what is due, once."""
    settings = Settings.model_validate({})
    vault = FakeVault(pocs=[person(address) for address in json.loads(os.environ.get("PEOPLE", "[]"))])
    postman = replace(make_postman(settings), vault=Vault(vault.client()))
    life = Life(int(os.environ.get("DIES_AT", "0")), by_signal=True)
    live(life, carrying(settings, lambda: postman))


if __name__ == "__main__":
    main()
