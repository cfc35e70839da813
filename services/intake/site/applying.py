"""From what was typed to an application that may be sent, or to everything that is wrong with it."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from services.chassis.codec import encode
from services.chassis.database import Transaction
from services.intake.domain.application import Application
from services.intake.domain.calendar import Moment
from services.intake.domain.forms import SubmissionForm
from services.intake.domain.problems import Issue, Refused
from services.intake.domain.reading import read_submission
from services.intake.domain.rules import Known, check_rules
from services.intake.site.questions import Form
from services.intake.site.typed import unanswered_in
from services.intake.store.months import read_moment
from services.intake.store.registry import find_challenge, find_members, find_open_rounds


def read_form(form: Form, tree: Mapping[str, Any]) -> SubmissionForm:
    """Read a form as every door does; what it asks needs its answer here, also where a machine may be silent.

    Raises:
        Refused: with every issue that was found.
    """
    unanswered = [Issue("missing", pointer) for pointer in unanswered_in(form, tree)]
    try:
        found = read_submission(encode(tree))
    except Refused as refusal:
        raise Refused([*refusal.issues, *unanswered]) from None
    if unanswered:
        raise Refused(unanswered)
    return found


async def hold_against_rules(tx: Transaction, application: Application, zone: ZoneInfo) -> None:
    """Say early what the rules would refuse, as far as it is known now.

    Raises:
        Refused: all that apply.
    """
    moment = await read_moment(tx, zone, tx.now)
    check_rules(application, await _known(tx, application, moment), moment)


async def _known(tx: Transaction, application: Application, moment: Moment) -> Known:
    code = application.member_code or ""
    return Known(
        challenge=await find_challenge(tx),
        member=(await find_members(tx, [code])).get(code),
        open_rounds=await find_open_rounds(tx, moment.today),
    )
