"""What staff write as a reason can be read, and says in a letter what was typed."""

import pytest
from pydantic import ValidationError

from services.review.casework.bodies import UpdateBody


@pytest.mark.parametrize(
    "why",
    [
        "« C’est un jalon », écrivent les institutions\u202f; les réformateur·rice·s le confirment…",
        "عليهم نشر الجدول الزمني",
        "Two paragraphs.\n\n\tAnd one of them indented.",
        "👩\u200d🌾 is a farmer",
    ],
)
def test_texts_pass_as_people_write_them(why: str) -> None:
    """In any script, with its own quotation marks, narrow spaces and joiners."""
    assert UpdateBody(why=why).why == why


@pytest.mark.parametrize(
    ("why", "kind"),
    [
        ("\u200b\u200b", "missing"),
        ("\u2060 \u00ad", "missing"),
        ("It says \u202etuo", "value_error"),
        ("It says \u2067this", "value_error"),
        ("A bell: \x07", "value_error"),
        *((f"One line{sign}and another", "value_error") for sign in "\x85\u2028\u2029"),
    ],
)
def test_a_text_that_cannot_be_read_is_refused(why: str, kind: str) -> None:
    """Nothing visible is no reason, and what turns letters round would say something else than was typed."""
    with pytest.raises(ValidationError) as refused:
        UpdateBody(why=why)
    [error] = refused.value.errors()
    assert error["type"] == kind
