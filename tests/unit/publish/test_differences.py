"""Where a record made again differs, told by field."""

import pytest

from services.publish.domain.differences import Example, Row, find_unexplained, read_explanation, tell_fields

WAS = {"area": "justice", "document": '{"member": {"code": "CR", "region": "Americas"}, "areas": [1]}'}
MADE = {"area": "justice", "document": '{"member": {"code": "CR", "region": "Atlantis"}, "areas": [1, 2]}'}


def test_fields_are_told_down_to_the_document() -> None:
    """A document differs in what is in it; a row that only one side has is told as a whole."""
    rows = [Row("reform_entry", "one 1", WAS, MADE), Row("award", "two", None, {"award": "x"})]
    told = tell_fields(rows)
    assert list(told) == ["award", "reform_entry.areas", "reform_entry.member.region"]
    assert told["reform_entry.member.region"].examples == [Example("one 1", '"Americas"', '"Atlantis"')]
    assert told["award"].examples == [Example("two", "null", '"there"')]


def test_tallies_are_told_by_what_they_count() -> None:
    """A kind that only one side knows counts, too; and when it changed is no field of its own."""
    counted = {"dimension": "region", "key": "Atlantis", "reforms": 2}
    rows = [Row("public_tallies", "region Atlantis", None, counted)]
    rows += [Row("public_tally_changes", "month 2026-12 region Atlantis", None, counted)]
    told = tell_fields(rows)
    assert list(told) == ["tally.region"]
    assert told["tally.region"].examples == [Example(row.key, "null", "2") for row in rows]


def test_many_rows_are_counted_and_few_shown() -> None:
    """Nobody reads a million."""
    told = tell_fields([Row("reform_entry", str(number), {"a": 1}, {"a": 2}) for number in range(50)])
    assert (told["reform_entry.a"].rows, len(told["reform_entry.a"].examples)) == (50, 5)


def test_explanation_names_a_field_or_its_end() -> None:
    """After a dot: a reason for `region` is none for `subregion`."""
    fields = ["reform_entry.member.region", "reform_entry.subregion", "tally.region"]
    assert find_unexplained(fields, ["region"]) == ["reform_entry.subregion"]
    assert find_unexplained(fields, []) == fields


def test_explanation_is_a_field_and_a_reason() -> None:
    """With both, or it is none."""
    assert read_explanation(" region = It moved = far. ") == ("region", "It moved = far.")
    for wrong in ("region", "region=", "=because", " = "):
        with pytest.raises(ValueError, match="field=reason"):
            read_explanation(wrong)
