"""How a postman's carriers are placed: what they share, and whom they wait for."""

from typing import cast

from services.chassis.database import Database
from services.notify.postman.pile import Pile
from services.notify.postman.worker import CARRIERS_AT_A_DESK, make_postman
from services.notify.settings import Settings

UNUSED = {"database_url": "unused", "kafka_bootstrap_servers": "unused"}


def test_carriers_of_several_desks_do_not_wait_for_one_commit() -> None:
    """Those at one desk share a clerk, all of them the vault's answers; each has a door of its own."""
    postman = make_postman(Settings.model_validate({**UNUSED, "mail_connections": 2 * CARRIERS_AT_A_DESK + 1}))
    carriers = postman.carriers(cast("Database", None), Pile())
    desks = [id(carrier.clerk) for carrier in carriers]
    assert [desks.count(desk) for desk in dict.fromkeys(desks)] == [CARRIERS_AT_A_DESK, CARRIERS_AT_A_DESK, 1]
    assert len({id(carrier.enquiry) for carrier in carriers}) == 1
    assert len({id(carrier.door) for carrier in carriers}) == len(carriers)
