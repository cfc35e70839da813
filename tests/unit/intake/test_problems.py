"""What is told of each problem."""

import pytest

from services.intake.domain.problems import CODES, SENTENCES


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_has_its_sentence_in_three_languages(code: str) -> None:
    """Each its own, ended by a full stop, and with a status of a refusal."""
    sentences = SENTENCES[code]
    assert sentences.keys() == {"en", "fr", "es"}
    assert len(set(sentences.values())) == 3
    assert all(sentence.endswith(".") for sentence in sentences.values())
    assert 400 <= CODES[code].status < 500
